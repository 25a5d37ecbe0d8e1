import { type Logger, pino, stdTimeFunctions } from 'pino';

export type Log = Logger;

/** JSON lines on stdout: `level` as a word, `ts` in ISO 8601, `msg`, and the ids `namespace`, `policy`, `member`, `revision`, `attempt`. */
export function openLog(level: string, identity: string): Log {
  return pino({
    level,
    base: { identity },
    messageKey: 'msg',
    timestamp: () => stdTimeFunctions.isoTime().replace('"time"', '"ts"'),
    formatters: { level: (label) => ({ level: label }) },
  });
}

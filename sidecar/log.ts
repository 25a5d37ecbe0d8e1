export type Log = (level: 'info' | 'warn' | 'error', msg: string, fields?: Readonly<Record<string, unknown>>) => void;

/** One JSON object a line. Whatever a message holds, it cannot begin a new line or speak to a terminal. */
export function jsonLog(write: (line: string) => void): Log {
  return (level, msg, fields = {}) => {
    const line = JSON.stringify({ ts: new Date().toISOString(), level, msg, ...fields });
    write(`${line.replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`);
  };
}

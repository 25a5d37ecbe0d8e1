/** What a member's sidecar said last in its log, which has a JSON object a line. */
export type Words = {
  /** The last revision that it applied. */
  readonly running: { readonly revision: string; readonly proof: string } | null;
  /** The last that it was asked, as `7.1`: in rollout 7, at that time. Null where the log goes back no further. */
  readonly asked: { readonly attempt: string; readonly revision: string; readonly at: number } | null;
  /** It has answered what it was asked. */
  readonly answered: boolean;
  readonly refused: { readonly attempt: string; readonly revision: string; readonly because: string } | null;
  /** Why its app waits for its files, or nobody can ask it. */
  readonly trouble: string | null;
};

type Line = Readonly<Partial<Record<'ts' | 'msg' | 'revision' | 'attempt' | 'proof' | 'because', string>>>;

const SILENT: Words = { running: null, asked: null, answered: true, refused: null, trouble: null };

export function wordsIn(log: string): Words {
  return log.split('\n').reduce((words, line) => heard(words, parsed(line)), SILENT);
}

function heard(words: Words, { ts = '', msg = '', revision = '', attempt = '', proof = '', because = '' }: Line): Words {
  if (/^(the pod is held|not connected to the operator): /.test(msg)) return { ...words, trouble: msg };
  switch (msg) {
    case 'connected to the operator':
      return { ...words, trouble: null };
    case 'assigned':
      // Stated whole again whenever it connects: it was asked when it was asked first.
      if (words.asked?.attempt === attempt && words.asked.revision === revision) return words;
      return { ...words, asked: { attempt, revision, at: Date.parse(ts) }, answered: false };
    case 'applied':
      return { ...words, running: { revision, proof }, answered: true, trouble: null };
    case 'refused':
      return { ...words, refused: { attempt, revision, because }, answered: true };
    default:
      return words;
  }
}

/** The first line may be a part of one, and a container may say something before it is ours. */
function parsed(line: string): Line {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Line) : {};
  } catch {
    return {};
  }
}

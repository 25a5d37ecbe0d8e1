import { type Paint, coloured, plain } from './show/paint.ts';

/** Where it is shown. Elsewhere than on a terminal there is no end of a line, no colour, and nothing is drawn over. */
export type Screen = {
  readonly columns: number | null;
  readonly rows: number | null;
  readonly paint: Paint;
  readonly write: (text: string) => void;
};

export function screenOf(out: NodeJS.WriteStream, { NO_COLOR, TERM }: NodeJS.ProcessEnv): Screen {
  return {
    columns: out.isTTY ? out.columns : null,
    rows: out.isTTY ? out.rows : null,
    paint: out.isTTY && !NO_COLOR && TERM !== 'dumb' ? coloured : plain,
    write: (text) => void out.write(text),
  };
}

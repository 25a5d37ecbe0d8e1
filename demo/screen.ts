/** Lines of at most 80 columns; on a terminal also colours, and one line that changes while something is under way. */

const WIDTH = 80;
const COLOURS = { bold: 1, red: 31, green: 32, yellow: 33, grey: 90 };

export type Screen = {
  readonly say: (text?: string) => void;
  /** A label of ten columns and a text that is wrapped beside it. */
  readonly line: (label: string, text: string) => void;
  /** What is under way; gone with the next line. Off a terminal it says nothing. */
  readonly live: (text: string) => void;
  readonly paint: (colour: keyof typeof COLOURS, text: string) => string;
};

export function screen(out: NodeJS.WriteStream): Screen {
  const tty = out.isTTY === true;
  const clear = tty ? '\r\x1b[K' : '';
  const paint: Screen['paint'] = (colour, text) => (tty && !process.env.NO_COLOR ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text);
  let shown = '';
  const say: Screen['say'] = (text = '') => {
    shown = '';
    out.write(`${clear}${text}\n`);
  };
  return {
    say,
    line: (label, text) => {
      for (const [index, part] of wrap(text, WIDTH - 13).entries())
        say(`   ${paint('grey', (index === 0 ? label : '').padEnd(9))} ${part}`);
    },
    live: (text) => {
      if (!tty || text === shown) return;
      shown = text;
      out.write(`${clear}   ${paint('grey', text.slice(0, WIDTH - 4))}`);
    },
    paint,
  };
}

/** At blanks, to at most three lines. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? '';
    if (line && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.length <= 3 ? lines : [...lines.slice(0, 2), `${lines[2]?.slice(0, width - 2)} …`];
}

type Draw = (text: string) => void;

/** A line for each change, below what was. */
export function lines(write: Draw): Draw {
  let last = '';
  return (text) => {
    if (text !== last) write(text);
    last = text;
  };
}

/**
 * Over what was there before. No line may be longer than the terminal, so that they are as many on it as in the text; and what has scrolled away
 * cannot be drawn over, so that there are no more of them than `rows` less the one where the cursor is.
 */
export function drawing(write: Draw, rows: number): Draw {
  let drawn = 0;
  return (text) => {
    const all = text.trimEnd().split('\n');
    const fit = all.length < rows ? all : [...all.slice(0, Math.max(0, rows - 2)), '…'];
    write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\u001b[J${fit.map((line) => `${line}\n`).join('')}`);
    drawn = fit.length;
  };
}

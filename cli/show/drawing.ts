type Draw = (text: string) => void;

/** A line for each change, below what was. */
export function lines(write: Draw): Draw {
  let last = '';
  return (text) => {
    if (text !== last) write(text);
    last = text;
  };
}

/** Over what was there before. No line may be longer than the terminal, so that they are as many on it as in the text. */
export function drawing(write: Draw): Draw {
  let drawn = 0;
  return (text) => {
    write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\u001b[J${text}`);
    drawn = text.split('\n').length - 1;
  };
}

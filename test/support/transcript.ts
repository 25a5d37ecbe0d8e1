import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Fleet } from './fleet.ts';
import type { Ended } from './plugin.ts';
import type { storiesOf } from './story.ts';

/** What was typed and what came of it, as a text that is kept: names that are made by chance and times are masked. UPDATE=1 writes it anew. */
export type Transcript = {
  readonly add: (command: string, ended: Ended) => void;
  /** What was added is what the file has under that title. */
  readonly matches: (title: string) => void;
  /** What was added: with it, what comes next would match nothing. */
  readonly forget: () => void;
};

export function transcript(file: string): Transcript {
  const mask = masking();
  let added = '';
  return {
    add: (command, { status, stdout, stderr }) => {
      added += `$ ${mask(command)}\n${mask(stdout)}${mask(stderr)}${status === 0 ? '' : `(${status})\n`}\n`;
    },
    matches: (title) => {
      const kept = sectionsOf(file);
      if (process.env['UPDATE']) write(file, kept.set(title, added));
      else assert.equal(added, kept.get(title), `${file} has something else under "${title}": UPDATE=1 writes it anew`);
    },
    forget: () => {
      added = '';
    },
  };
}

/** Stories of which each keeps what it says under its own title. */
export function keptIn(
  said: Transcript,
  story: ReturnType<typeof storiesOf>,
): (title: string, act: (fleet: Fleet) => Promise<void>) => void {
  return (title, act) =>
    story(title, async (fleet) => {
      try {
        await act(fleet);
        said.matches(title);
      } finally {
        said.forget();
      }
    });
}

function sectionsOf(file: string): Map<string, string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const sections = text.split(/^# /m).slice(1);
  return new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')), section.slice(section.indexOf('\n\n') + 2)]));
}

function write(file: string, sections: ReadonlyMap<string, string>): void {
  writeFileSync(
    file,
    `${[...sections]
      .map(([title, section]) => `# ${title}\n\n${section}`)
      .join('')
      .trimEnd()}\n\n`,
  );
}

/** The same name is the same mask, whenever it comes. */
function masking(): (text: string) => string {
  const names = new Map<string, string>();
  const count: Record<string, number> = {};
  const masked = (what: string) => (name: string) => {
    const mask = names.get(name) ?? `<${what}-${(count[what] = (count[what] ?? 0) + 1)}>`;
    names.set(name, mask);
    return mask;
  };
  return (text) =>
    text
      .replaceAll(/\b[0-9a-f]{16}\b/g, masked('revision'))
      // Which of them is the canary, their names decide.
      .replaceAll(/\bweb-[0-9a-z]{6,10}-[0-9a-z]{5}\b/g, '<pod>')
      .replaceAll(/\bweb-undo-[0-9a-z]{5}\b/g, masked('wish'))
      .replaceAll(/\b(master|workers?) [0-9]+(, [0-9]+)*/g, '$1 <pid>')
      .replaceAll(/\b[0-9]+[smh]\b/g, '<time>')
      // Of what is masked the length is not known, and so no column's.
      .replaceAll(/(?<=\S) {2,}/g, '  ');
}

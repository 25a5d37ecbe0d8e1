import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** A block of commands of a page, and what the block after it says that they print; null where it says nothing. */
export type Step = { readonly line: number; readonly commands: string; readonly prints: string | null };

/**
 * What a page tells the reader to type: its blocks of `sh`, in order, and the block of `text` that follows one with nothing but words between.
 * One below `<!-- not run: why -->` is left to the reader.
 */
export function stepsOf(markdown: string): readonly Step[] {
  const steps: Step[] = [];
  for (const { index, 1: skip, 2: language, 3: body = '' } of markdown.matchAll(BLOCK)) {
    if (skip !== undefined) continue;
    const last = steps.at(-1);
    if (language === 'sh') steps.push({ line: markdown.slice(0, index).split('\n').length, commands: body, prints: null });
    else if (language === 'text' && last?.prints === null) steps[steps.length - 1] = { ...last, prints: body };
  }
  return steps;
}

const BLOCK = /^(<!-- not run: .* -->\n)?```(\w*)\n([\s\S]*?)^```$/gm;

/** Types them, each block in a shell of its own in the project's folder, up to the first that fails or prints something else. */
export async function walk(page: string, tell: (step: Step) => void = () => {}): Promise<void> {
  const bin = programs();
  try {
    for (const step of stepsOf(readFileSync(page, 'utf8'))) {
      tell(step);
      const { status, stdout, stderr } = await typed(step.commands, bin);
      assert.equal(status, 0, `${page}:${step.line} ended with ${status}:\n${step.commands}${stdout}${stderr}`);
      const differs = step.prints === null ? null : difference(step.prints, stdout);
      assert.equal(differs, null, `${page}:${step.line} prints something else:\n${step.commands}${differs}`);
    }
  } finally {
    rmSync(bin, { recursive: true });
  }
}

/** Null where it was printed as the page says, but for what is another one each time. A line `…` stands for any lines, and `…` in a line for any words. */
export function difference(says: string, printed: string): string | null {
  const pattern = masked(says)
    .split('\n')
    .map((line) => (line === '…' ? '(?:.*\n)*' : `${line.split('…').map(escaped).join('.*')}\n`))
    .join('');
  if (new RegExp(`^${pattern}$`).test(`${masked(printed)}\n`)) return null;
  return `the page says\n${masked(says)}\nit prints\n${masked(printed)}`;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Names that are made by chance, times, and the widths of columns that depend on them. */
function masked(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{16}\b/g, '<revision>')
    .replaceAll(/\b([a-z][a-z0-9-]*?)-[0-9a-f]{6,10}-[0-9a-z]{5}\b/g, '<pod of $1>')
    .replaceAll(/\b(master|workers?) [0-9]+(, [0-9]+)*/g, '$1 <pid>')
    .replaceAll(/\b\d{4}-\d\d-\d\dT[0-9:.]+Z/g, '<time>')
    .replaceAll(/\b([0-9]+[smhd])+\b/g, '<time>')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ $/gm, '')
    .trimEnd();
}

/** What a reader has on the PATH: kubectl, helm, and the plugin. */
function programs(): string {
  const bin = mkdtempSync(join(tmpdir(), 'walkthrough-'));
  const kubectl = process.env.KUBECTL;
  if (kubectl !== undefined) for (const name of ['kubectl', 'helm']) symlinkSync(resolve(kubectl, '..', name), join(bin, name));
  const plugin = join(bin, 'kubectl-reload');
  writeFileSync(plugin, `#!/bin/sh\nexec '${process.execPath}' '${resolve('cli/main.ts')}' "$@"\n`);
  chmodSync(plugin, 0o755);
  return bin;
}

function typed(commands: string, bin: string): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };
  const options = { env, timeout: MOST_MS, killSignal: 'SIGKILL', maxBuffer: 16 << 20 } as const;
  return new Promise((done) =>
    execFile('bash', ['-euo', 'pipefail', '-c', commands], options, (error, stdout, stderr) =>
      done({ status: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr }),
    ),
  );
}

/** No block of a page takes longer. */
const MOST_MS = 180_000;

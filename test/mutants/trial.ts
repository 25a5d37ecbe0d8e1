import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { Mutant } from './mutants.ts';

/** `silence`: it did not end in time, which some test would have shown by never ending. */
export type Fate = 'tests' | 'simulation' | 'silence' | 'survived';

type Round = { readonly kills: 'tests' | 'simulation'; readonly limitMs: number; readonly command: readonly string[] };

/** The quick ones first: a mutant that one of them kills never sees the next. */
const ROUNDS: readonly Round[] = [
  { kills: 'tests', limitMs: 30_000, command: tests('test/scenarios/*.test.ts') },
  { kills: 'tests', limitMs: 60_000, command: tests('operator/plan/*.test.ts') },
  { kills: 'simulation', limitMs: 120_000, command: ['test/mutants/short-simulation.ts'] },
];

function tests(files: string): string[] {
  return ['--test', '--test-isolation=none', '--test-force-exit', '--test-reporter=dot', '--import=./test/mutants/same-seed.ts', files];
}

const COPIED = ['package.json', 'crds', 'operator', 'sidecar', 'test'];

/** A copy of the code, in which one mutant after another is tried. The code itself is left alone, and may change meanwhile. */
export type Bench = {
  readonly read: (file: string) => string;
  readonly tryOut: (mutant: Mutant | null) => Promise<Fate>;
  readonly clear: () => void;
};

export function openBench(root: string): Bench {
  const here = mkdtempSync(join(tmpdir(), 'mutants-'));
  for (const name of COPIED)
    cpSync(resolve(root, name), join(here, name), { recursive: true, filter: (from) => isWanted(relative(root, from)) });
  symlinkSync(resolve(root, 'node_modules'), join(here, 'node_modules'));
  const read = (file: string) => readFileSync(join(here, file), 'utf8');

  return {
    read,
    /** Without a mutant: what the code as it is comes to. */
    async tryOut(mutant) {
      if (mutant === null) return fateIn(here);
      const original = read(mutant.file);
      writeFileSync(join(here, mutant.file), mutant.text);
      try {
        return await fateIn(here);
      } finally {
        writeFileSync(join(here, mutant.file), original);
      }
    },
    clear: () => rmSync(here, { recursive: true, force: true }),
  };
}

function isWanted(path: string): boolean {
  return !['test/cluster', 'test/e2e', 'test/integration'].includes(path);
}

async function fateIn(folder: string): Promise<Fate> {
  for (const { kills, limitMs, command } of ROUNDS) {
    const end = await run(folder, command, limitMs);
    if (end === 'silence') return 'silence';
    if (end === 'failed') return kills;
  }
  return 'survived';
}

function run(cwd: string, command: readonly string[], limitMs: number): Promise<'passed' | 'failed' | 'silence'> {
  // All but the mutant is the same code each time.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(cwd, 'compiled') };
  const child = spawn(process.execPath, command, { cwd, env, stdio: 'ignore', timeout: limitMs, killSignal: 'SIGKILL' });
  return new Promise((settle, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => settle(signal === 'SIGKILL' ? 'silence' : code === 0 ? 'passed' : 'failed'));
  });
}

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';

/** Prometheus' own checker, run where these files are; throws with what it complained of. */
export async function promtool(args: readonly string[], files: Readonly<Record<string, unknown>>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), stringify(content));
  try {
    await promisify(execFile)(`${import.meta.dirname}/../cluster/promtool.sh`, args, { cwd: folder });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`promtool ${args.join(' ')}: ${stderr}${stdout}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

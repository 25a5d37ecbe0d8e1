/** Makes the plugin one file, dist/kubectl-reload, that runs wherever Node is; beside it what kubectl asks for completions. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../images/bundle.ts';

const ROOT = join(import.meta.dirname, '..');
const FILE = join(ROOT, 'dist/kubectl-reload');

mkdirSync(join(ROOT, 'dist'), { recursive: true });
writeFileSync(FILE, await bundle(join(ROOT, 'cli/main.ts'), 'esm'), { mode: 0o755 });
writeFileSync(join(ROOT, 'dist/kubectl_complete-reload'), '#!/bin/sh\nexec kubectl-reload __complete "$@"\n', { mode: 0o755 });
console.log(`${FILE}: put it on the PATH, and \`kubectl reload\` is there`);

/** Makes the plugin one file, dist/kubectl-reload, that runs wherever Node is. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../images/bundle.ts';

const ROOT = join(import.meta.dirname, '..');
const FILE = join(ROOT, 'dist/kubectl-reload');

mkdirSync(join(ROOT, 'dist'), { recursive: true });
writeFileSync(FILE, await bundle(join(ROOT, 'cli/main.ts'), 'esm'), { mode: 0o755 });
console.log(`${FILE}: put it on the PATH, and \`kubectl reload\` is there`);

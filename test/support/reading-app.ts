/**
 * An app that shows what it can read, for pods: `node --input-type=module-typescript -e` runs this text, so that it needs no volume of its own. It logs
 * `saw [...]` whenever its mounts show something else, a line `path mode[:group] content` for each file, and `told` for each reload by a signal or over HTTP.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';

type Asked = {
  readonly mounts: readonly string[];
  /** With an fsGroup the group of a file is the same whoever filled the volume. */
  readonly isGrouped: boolean;
  /** An init container's or a Job's: it reads once, and ends. */
  readonly endsAtOnce: boolean;
  /** What it calls itself, for those who signal it. */
  readonly title?: string;
  readonly port?: number;
};

const { mounts, isGrouped, endsAtOnce, title, port } = JSON.parse(process.argv[1] ?? '') as Asked;
let shown = '';

if (title !== undefined) process.title = title;
process.on('SIGTERM', () => process.exit(0));
process.on('SIGHUP', () => console.log('told'));
if (port !== undefined && !endsAtOnce) {
  createServer(({ method }, response) => {
    if (method === 'POST') console.log('told');
    response.end(JSON.stringify({ v: readFileSync(`${mounts[0]}/..revision`, 'utf8').trim() }));
  }).listen(port);
}
look();
if (!endsAtOnce) setInterval(look, 200);

function look(): void {
  const seen = JSON.stringify([...new Set(mounts.flatMap(filesIn))].toSorted());
  if (seen !== shown) console.log(`saw ${seen}`);
  shown = seen;
}

/** As an app finds them: by their names, through whatever links. */
function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('..'))
    .flatMap((name) => {
      const path = `${folder}/${name}`;
      try {
        const stat = statSync(path);
        if (stat.isDirectory()) return filesIn(path);
        return [`${path} ${(stat.mode & 0o7777).toString(8)}${isGrouped ? `:${stat.gid}` : ''} ${readFileSync(path, 'utf8')}`];
      } catch (error) {
        // A swap may come between two looks; the next one is whole.
        return [`${path} ${(error as Error).message}`];
      }
    });
}

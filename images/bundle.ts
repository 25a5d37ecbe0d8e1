/** The programs in one file each, so that an image needs no node_modules and a process loads only what it uses. */

import { join } from 'node:path';
import { build } from 'esbuild';

/** Throws esbuild's own message, with file and line, where the code does not build. */
export async function bundle(entry: string, format: 'cjs' | 'esm'): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    // Modules are named by their paths from here: the same bytes, wherever it is run.
    absWorkingDir: join(import.meta.dirname, '..'),
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format,
    legalComments: 'none',
    // A process keeps the text of its program, and in two bytes a character where one comment has an ellipsis. Names stay: stack traces tell them.
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'silent',
    // client-node's files ask for `require` and `import.meta.url` by turns: each format lacks one of them.
    ...(format === 'esm'
      ? { banner: { js: "import { createRequire as $require } from 'node:module'; const require = $require(import.meta.url);" } }
      : { banner: { js: "const $url = require('node:url').pathToFileURL(__filename).href;" } }),
    define: {
      ...(format === 'cjs' && { 'import.meta.url': '$url' }),
      // No release dies at a failpoint: the code is left out.
      'process.env.FLEETRELOAD_FAILPOINT': '""',
    },
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${entry}`);
  return Buffer.from(file.contents);
}

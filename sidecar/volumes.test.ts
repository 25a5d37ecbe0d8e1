import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrongPath } from './key.ts';
import { volumesFrom } from './volumes.ts';

test('what injection writes is read as it is meant', () => {
  const text = `[{"name":"conf","sources":[{"source":"configmaps/web-config","optional":false,"mode":420,
    "items":[{"key":"default.conf","path":"sites/default.conf","mode":256},{"key":"b","path":"./x//b/"}]}]},
    {"name":"all","mountPoints":["tls","./var//cache/"],"sources":[{"source":"secrets/tls","items":[]},{"source":"configmaps/web","optional":true}]}]`;
  assert.deepEqual(volumesFrom(text), [
    {
      name: 'conf',
      sources: [
        {
          source: 'configmaps/web-config',
          optional: false,
          mode: 0o644,
          items: [
            { key: 'default.conf', path: 'sites/default.conf', mode: 0o400 },
            { key: 'b', path: 'x/b', mode: null },
          ],
        },
      ],
    },
    {
      name: 'all',
      sources: [
        { source: 'secrets/tls', optional: false, mode: 0o644, items: null },
        { source: 'configmaps/web', optional: true, mode: 0o644, items: null },
      ],
      mountPoints: ['tls', 'var/cache'],
    },
  ]);
});

const source = (more: object) => JSON.stringify([{ name: 'conf', sources: [{ source: 'configmaps/web', ...more }] }]);
for (const [title, text, because] of [
  ['no JSON', '[{', /it is no JSON/],
  ['no list', '{}', /volumes must be a list, not \{\}/],
  ['an empty list', '[]', /names no volume/],
  ['a volume whose name leads elsewhere', '[{"name":"../x","sources":[]}]', /a volume has the name "\.\.\/x"/],
  ['a volume without sources', '[{"name":"x","sources":[]}]', /volume x has no sources/],
  [
    'a mount point that leads elsewhere',
    '[{"name":"x","mountPoints":["a/../../b"],"sources":[{"source":"secrets/a"}]}]',
    /volume x: mount point "a\/..\/..\/b": .* must not contain '\.\.'/,
  ],
  ['a mount point that is no path', '[{"name":"x","mountPoints":[7],"sources":[{"source":"secrets/a"}]}]', /mount point 7: it is no path/],
  ['the same volume twice', source({}).replace(/^\[(.*)\]$/, '[$1,$1]'), /volume conf is there twice/],
  ['a source of no known kind', source({ source: 'pods/x' }), /source "pods\/x" is no configmaps\/NAME/],
  ['a source that leads elsewhere', source({ source: 'configmaps/../x' }), /is no configmaps\/NAME/],
  ['a mode beyond 0777', source({ mode: 0o1000 }), /mode 512 must be 0 to 511/],
  ['optional as a word', source({ optional: 'yes' }), /has optional "yes"/],
  ['an item without a path', source({ items: [{ key: 'a' }] }), /an item needs a key and a path/],
  ['an item that leads elsewhere', source({ items: [{ key: 'a', path: 'x/../../y' }] }), /must not contain '\.\.'/],
] as const) {
  test(`FLEETRELOAD_VOLUMES is refused as ${title}`, () => {
    assert.throws(() => volumesFrom(text), because);
  });
}

for (const [path, because] of [
  ['a', null],
  ['sites/default.conf', null],
  ['with space/and:colon', null],
  ['a..b/..c', null],
  ['x'.repeat(255), null],
  ['/etc/passwd', /relative/],
  ['./a//b/', null],
  ['', /must name a file/],
  ['.', /must name a file/],
  ['./..data', /must not start with/],
  ['..', /must not contain/],
  ['a/../b', /must not contain/],
  ['..data', /must not start with/],
  ['..data/a', /must not start with/],
  ['a\0b', /NUL/],
  ['x'.repeat(256), /255/],
  ['ü'.repeat(128), /255/],
  [Array(20).fill('x'.repeat(250)).join('/'), /4096/],
  [Array(65).fill('x').join('/'), /64 folders/],
] as const) {
  test(`an item’s path ${JSON.stringify(path.slice(0, 20))} of ${path.length} characters is ${because === null ? 'fine' : `refused: ${because}`}`, () => {
    if (because === null) assert.equal(wrongPath(path), null);
    else assert.match(wrongPath(path) ?? '', because);
  });
}

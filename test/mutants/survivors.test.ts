import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainedIn } from './survivors.ts';

test('an explained survivor is a file, the line before and after, and why', () => {
  const list =
    '# Title\n\nWords.\n\n## operator/plan/room.ts\n\n- `a || b` → `a && b`\n  Both are\n  the same.\n- `1` → `2`\n  No limit.\n\n## b.ts\n- `x` → `y`\n  z\n';
  assert.deepEqual(explainedIn(list), [
    { file: 'operator/plan/room.ts', before: 'a || b', after: 'a && b', because: 'Both are the same.' },
    { file: 'operator/plan/room.ts', before: '1', after: '2', because: 'No limit.' },
    { file: 'b.ts', before: 'x', after: 'y', because: 'z' },
  ]);
});

test('a survivor without a reason is refused', () => {
  assert.throws(() => explainedIn('## b.ts\n- `x` → `y`\n'), /this item is not read/);
});

import { z } from 'zod';
import { matches, ruled } from './rule.ts';

/** What the sidecar and the operator know of JSONPath: `$.a.b[0]['c d']`. */
const JSON_PATH = /^\$(\.[A-Za-z_][-A-Za-z0-9_]*|\[[0-9]{1,9}\]|\['[^']+'\])*$/;

export function jsonPath() {
  return ruled(z.string().max(256), matches(JSON_PATH, "jsonPath must be a path such as $.config.version or $.items[0]['a name']"));
}

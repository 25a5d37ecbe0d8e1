import { z } from 'zod';
import { matches, ruled } from './rule.ts';

export function port() {
  return z.int().min(1).max(65_535).describe("The app's port, on the pod's own loopback.");
}

export function httpPath(example: string) {
  const path = ruled(z.string().max(1024), matches(/^\/[\x21-\x7e]*$/, 'path must begin with / and have no spaces, such as ' + example));
  return path.describe(`The path of the request, with its query if there is one, such as ${example}.`);
}

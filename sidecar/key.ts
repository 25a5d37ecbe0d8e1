import { DEEPEST } from './folder.ts';
import type { SourcePath } from './protocol.ts';

/** The kubelet's rules for a key that becomes a file's name. Null if it is fine, else what is wrong. */
export function wrongKey(key: string): string | null {
  const quoted = JSON.stringify(key.slice(0, 80));
  if (key.length === 0 || key.length > 253) return `key ${quoted} must have 1 to 253 characters`;
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) return `key ${quoted} must consist of letters, digits, '-', '_' and '.'`;
  if (key === '.' || key.startsWith('..')) return `key ${quoted} must not be '.' or begin with '..'`;
  return null;
}

/** The kubelet's rules for an item's path below its volume. Null if it is fine, else what is wrong. */
export function wrongPath(path: string): string | null {
  const quoted = JSON.stringify(path.slice(0, 80));
  const names = namesOf(path);
  if (path.startsWith('/')) return `path ${quoted} must be relative`;
  if (names.includes('..')) return `path ${quoted} must not contain '..'`;
  if (names[0] === undefined) return `path ${quoted} must name a file`;
  if (names[0].startsWith('..')) return `path ${quoted} must not start with '..'`;
  if (path.includes('\0')) return `path ${quoted} must not have a NUL`;
  if (names.some((name) => Buffer.byteLength(name) > 255)) return `path ${quoted} must have names of at most 255 bytes`;
  if (Buffer.byteLength(path) > 4096) return `path ${quoted} must have at most 4096 bytes`;
  if (names.length > DEEPEST) return `path ${quoted} must go through fewer than ${DEEPEST} folders`;
  return null;
}

/** `./a//b/` is `a/b`, as for the kubelet. */
export function cleanPath(path: string): string {
  return namesOf(path).join('/');
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** A source's name is an object's name (RFC 1123 subdomain), so that its path stays in its folder. */
export function isSourcePath(path: string): path is SourcePath {
  return (
    path.length <= 253 + 'configmaps/'.length &&
    /^(configmaps|secrets)\/[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(path)
  );
}

import type { SourcePath } from './protocol.ts';

/** The kubelet's rules for a key that becomes a file's name. Null if it is fine, else what is wrong. */
export function wrongKey(key: string): string | null {
  const quoted = JSON.stringify(key.slice(0, 80));
  if (key.length === 0 || key.length > 253) return `key ${quoted} must have 1 to 253 characters`;
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) return `key ${quoted} must consist of letters, digits, '-', '_' and '.'`;
  if (key === '.' || key.startsWith('..')) return `key ${quoted} must not be '.' or begin with '..'`;
  return null;
}

/** A source's name is an object's name (RFC 1123 subdomain), so that its path stays in its folder. */
export function isSourcePath(path: string): path is SourcePath {
  return (
    path.length <= 253 + 'configmaps/'.length &&
    /^(configmaps|secrets)\/[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(path)
  );
}

import { Option } from 'commander';
import { stringify } from 'yaml';

export type Format = 'json' | 'yaml' | 'wide';

export function outputOption(): Option {
  return new Option('-o, --output <format>', 'another format').choices(['json', 'yaml', 'wide']);
}

/** The object for programs; null where a person reads. */
export function structured(object: unknown, format: Format | undefined): string | null {
  switch (format) {
    case 'json':
      return `${JSON.stringify(object, null, 4)}\n`;
    case 'yaml':
      return stringify(object);
    case 'wide':
    case undefined:
      return null;
  }
}

/** Several, as kubectl writes them. */
export function listed(items: readonly object[]): object {
  return { apiVersion: 'v1', kind: 'List', items };
}

import { isSourcePath } from './key.ts';
import {
  type Assign,
  contentOf,
  type Epoch,
  type FileEntry,
  type FromOperator,
  type Handle,
  MAX_REVISION_BYTES,
  MAX_TEXT_BYTES,
  type Verify,
} from './protocol.ts';

/**
 * A text frame of the operator. Null for a kind that this version does not know; what is malformed throws a sentence for the close frame.
 * Keys are judged where files are made, so that a bad one is a refusal.
 */
export function fromOperator(text: string): FromOperator | null {
  if (text.length > MAX_TEXT_BYTES) throw new Error(`a text frame of more than ${MAX_TEXT_BYTES} bytes`);
  const frame = object(json(text), 'frame');
  switch (frame['type']) {
    case 'assign':
      return assign(frame);
    case 'ca':
      return { type: 'ca', pem: string(frame['pem'], 'pem', MAX_TEXT_BYTES) };
  }
  return null;
}

/** Node's own words would quote the frame. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('a text frame that is no JSON');
  }
}

function assign(frame: Fields): Assign {
  const files = list(frame['files'], 'files', MAX_FILES).map(file);
  const content = string(frame['content'], 'content', 128);
  if (contentOf(files) !== content) throw new Error('content is not that of the files');
  return {
    type: 'assign',
    epoch: epoch(frame['epoch']),
    revision: string(frame['revision'], 'revision', 253),
    content,
    attempt: string(frame['attempt'], 'attempt', 64),
    sources: list(frame['sources'], 'sources', 64).map(source),
    files,
    handle: handle(object(frame['handle'], 'handle')),
    timeoutMs: integer(frame['timeoutMs'], 'timeoutMs', 1, 24 * 3600 * 1000),
    containerId: frame['containerId'] === null ? null : string(frame['containerId'], 'containerId', 256),
    appRuns: frame['appRuns'] !== false,
  };
}

function file(value: unknown): FileEntry {
  const fields = object(value, 'file');
  const sha256 = string(fields['sha256'], 'sha256', 64);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('sha256 is not 64 hex digits');
  return {
    source: source(fields['source']),
    key: string(fields['key'], 'key', 1024),
    sha256,
    bytes: integer(fields['bytes'], 'bytes', 0, MAX_REVISION_BYTES),
    mode: integer(fields['mode'], 'mode', 0, 0o777),
  };
}

function handle(fields: Fields): Handle {
  const verify = fields['verify'] === null ? null : verifyOf(object(fields['verify'], 'verify'));
  switch (fields['kind']) {
    case 'signal':
      return {
        kind: 'signal',
        signal: oneOf(fields['signal'], 'signal', ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']),
        process: string(fields['process'], 'process', 256),
        container: fields['container'] === null ? null : string(fields['container'], 'container', 253),
        verify,
      };
    case 'http':
      return {
        kind: 'http',
        port: integer(fields['port'], 'port', 1, 65535),
        path: path(fields['path']),
        method: oneOf(fields['method'], 'method', ['POST', 'PUT', 'GET']),
        headers: list(fields['headers'], 'headers', 64).map((value) => {
          const header = object(value, 'header');
          return { name: string(header['name'], 'name', 256), value: string(header['value'], 'value', 8192) };
        }),
        verify,
      };
    case 'fileWatch':
      return { kind: 'fileWatch', verify };
  }
  throw new Error('handle.kind is not one that this sidecar knows');
}

function verifyOf(fields: Fields): Verify {
  switch (fields['kind']) {
    case 'workers':
      return { kind: 'workers' };
    case 'http': {
      const equals = fields['equals'];
      const from = equals === 'Revision' ? null : object(equals, 'equals');
      return {
        kind: 'http',
        port: integer(fields['port'], 'port', 1, 65535),
        path: path(fields['path']),
        jsonPath: fields['jsonPath'] === null ? null : string(fields['jsonPath'], 'jsonPath', 1024),
        equals: from === null ? 'Revision' : { source: source(from['source']), key: string(from['key'], 'key', 253) },
      };
    }
  }
  throw new Error('verify.kind is not one that this sidecar knows');
}

const MAX_FILES = 4096;

type Fields = Readonly<Record<string, unknown>>;

function object(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${name} is no object`);
  return { ...value };
}

function list(value: unknown, name: string, max: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > max) throw new Error(`${name} is no list of at most ${max}`);
  return value;
}

function string(value: unknown, name: string, max: number): string {
  if (typeof value !== 'string' || value.length > max) throw new Error(`${name} is no string of at most ${max} characters`);
  return value;
}

function integer(value: unknown, name: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw new Error(`${name} is no whole number from ${min} to ${max}`);
  return value;
}

function oneOf<T extends string>(value: unknown, name: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new Error(`${name} is none of ${allowed.join(', ')}`);
  return found;
}

function epoch(value: unknown): Epoch {
  const [transitions, sequence] = list(value, 'epoch', 2);
  return [integer(transitions, 'epoch', 0, Number.MAX_SAFE_INTEGER), integer(sequence, 'epoch', 0, Number.MAX_SAFE_INTEGER)];
}

function source(value: unknown): FileEntry['source'] {
  const path = string(value, 'source', 300);
  if (!isSourcePath(path)) throw new Error('source is no configmaps/NAME or secrets/NAME');
  return path;
}

function path(value: unknown): string {
  const text = string(value, 'path', 2048);
  if (!text.startsWith('/')) throw new Error('path does not begin with /');
  return text;
}

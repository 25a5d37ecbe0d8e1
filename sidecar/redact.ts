import { bytesOf } from './bytes.ts';
import { eachName, type Folder, isFolder, within } from './folder.ts';
import { type Folders, isTimestamped } from './folders.ts';
import { REVISION_FILE } from './staging.ts';

/** Puts `…` where a text tells a secret. */
export type Hide = (text: string) => string;

/** Shorter ones are words that anybody may use; to hide them would spoil the sentence, and tell where they are. */
const LEAST_BYTES = 6;

/**
 * Hides each of these files' values: whole, by lines, the value of a line `key=value` or `key: value`, and each as base64 and as JSON writes it.
 * An app that refuses may repeat what it was given: `invalid password "hunter2"`. The files are read once there is something to hide, and
 * forgotten with the function.
 */
export function hiding(secrets: () => readonly Buffer[]): Hide {
  let forms: readonly string[] | null = null;
  return (text) => {
    if (text === '') return text;
    try {
      forms ??= formsOf(secrets());
    } catch {
      // Who does not know what is secret says nothing.
      return '…';
    }
    return forms.reduce((hidden, form) => hidden.replaceAll(form, '…'), text);
  };
}

/** Longest first: a line is hidden before a part of it. */
function formsOf(files: readonly Buffer[]): readonly string[] {
  const forms = files.flatMap((bytes) => [base64(bytes), ...partsOf(bytes.toString('utf8')).flatMap(writtenAs)]);
  return [...new Set(forms)].toSorted((a, b) => b.length - a.length);
}

function partsOf(text: string): string[] {
  const lines = text.split('\n');
  const values = lines.map((line) => /^\s*[\w.-]+\s*[=:]\s*["']?(.*?)["']?[,;]?\s*$/.exec(line)?.[1] ?? '');
  return [text, ...lines, ...values].map((part) => part.trim()).filter((part) => Buffer.byteLength(part) >= LEAST_BYTES);
}

function writtenAs(part: string): string[] {
  return [part, base64(Buffer.from(part)), JSON.stringify(part).slice(1, -1)];
}

/** Without its padding, which not everybody writes. */
function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}

/** The bytes of every file of the volumes that show a Secret, whichever revision it is of: one that shows a ConfigMap as well tells less of that. */
export function secretsOn(folders: Folders): readonly Buffer[] {
  const found: Buffer[] = [];
  const read = (folder: Folder): void =>
    eachName(folder, (name) => {
      if (name === REVISION_FILE) return;
      if (isFolder(folder, name)) within(folder, name, read);
      else found.push(bytesOf(folder, name));
    });
  for (const volume of folders.values()) {
    if (!volume.sources.some(({ source }) => source.startsWith('secrets/'))) continue;
    eachName(volume, (name) => void (isTimestamped(name) && within(volume, name, read)));
  }
  return found;
}

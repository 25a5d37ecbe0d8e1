import fs from 'node:fs';
import path from 'node:path';
import { EMPTY_JOURNAL, type Journal } from './journal.ts';

/** Null where there is none, or none that can be read: then nothing is known. */
export function readJournal(folder: string): Journal | null {
  try {
    const { version, journal } = JSON.parse(fs.readFileSync(path.join(folder, FILE), 'utf8'));
    return version === VERSION ? { ...EMPTY_JOURNAL, ...journal } : null;
  } catch {
    return null;
  }
}

/** Whole or not at all, and on the disk when it returns. */
export function writeJournal(folder: string, journal: Journal): void {
  writeAtomically(path.join(folder, FILE), JSON.stringify({ version: VERSION, journal }));
}

export function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.tmp`;
  const fd = fs.openSync(temporary, 'w', 0o600);
  try {
    fs.writeFileSync(fd, text);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(temporary, file);
  syncFolder(path.dirname(file));
}

const FILE = 'journal.json';
const VERSION = 1;

function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

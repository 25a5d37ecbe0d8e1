import type { z } from 'zod';

/** A list of texts, each at most once. */
export function setOf<S extends z.ZodType<readonly string[]>>(list: S): S {
  return list.refine(isUnique, 'an entry is there twice').meta({ 'x-kubernetes-list-type': 'set' });
}

/** A list of objects, each `key` at most once; appliers merge it by that key. */
export function mapOf<K extends string, S extends z.ZodType<readonly Readonly<Record<K, string>>[]>>(key: K, list: S): S {
  return list
    .refine((entries) => isUnique(entries.map((entry) => entry[key])), `a ${key} is there twice`)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key] });
}

function isUnique(entries: readonly string[]): boolean {
  return new Set(entries).size === entries.length;
}

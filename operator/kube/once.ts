/** The object, whose values in these fields are one with those of other objects that say the same: the labels of a Deployment's pods are kept once. */
export type Once = <T extends object>(object: T, ...fields: readonly (keyof T)[]) => T;

/** Lists come ordered by namespace and name, so that what says the same comes soon after one another. */
const MET_LATELY = 500;

/** What was not met lately is forgotten, and is freed with the last object that has it. Values are compared as JSON, and not to be changed. */
export function openOnce(metLately = MET_LATELY): Once {
  let met = new Map<string, unknown>();
  let before = new Map<string, unknown>();

  return (object, ...fields) => {
    const kept = { ...object };
    for (const field of fields) if (field in object) kept[field] = one(object[field]);
    return kept;
  };

  function one<V>(value: V): V {
    const said = JSON.stringify(value ?? null);
    const known = (met.get(said) ?? before.get(said) ?? value) as V;
    if (met.size >= metLately && !met.has(said)) [met, before] = [new Map(), met];
    met.set(said, known);
    return known;
  }
}

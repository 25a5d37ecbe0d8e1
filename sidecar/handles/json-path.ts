/** The value at a small JSONPath, such as `$.a.b[0]['c']`; undefined where there is none. A path that is none of these throws. */
export function atPath(value: unknown, path: string): unknown {
  return stepsOf(path).reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    value,
  );
}

function stepsOf(path: string): string[] {
  const steps: string[] = [];
  const rest = path.slice(1).replace(STEP, (_, name?: string, index?: string, quoted?: string) => {
    steps.push(name ?? index ?? quoted ?? '');
    return '';
  });
  if (!path.startsWith('$') || rest !== '')
    throw new Error(`jsonPath ${JSON.stringify(path.slice(0, 80))} is none: write such as $.a.b[0]['c']`);
  return steps;
}

const STEP = /\.([A-Za-z_$][\w$-]*)|\[(\d+)\]|\['([^']*)'\]/g;

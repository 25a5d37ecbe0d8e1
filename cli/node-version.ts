/** As package.json has it. */
const OLDEST = { major: 22, minor: 19 };

/** Why this Node will not do; null where it does. */
export function nodeTooOld(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return null;
  return `kubectl reload needs Node ${OLDEST.major}.${OLDEST.minor} or newer, and the node on the PATH is ${version}`;
}

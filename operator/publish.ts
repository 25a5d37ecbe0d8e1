import { millis } from '../crds/duration.ts';
import type { ReloadPolicySpec } from '../crds/reload-policy.ts';
import { sourcesOf } from '../crds/source.ts';
import type { Handle, Verify } from '../sidecar/protocol.ts';
import type { Container, Pod } from './kube/pods.ts';
import type { Observed } from './observe.ts';
import type { Assignment } from './plan/situation.ts';
import { pathOfSource, type RevisionContent } from './sources/content.ts';
import type { World } from './world.ts';

/** States what every connected member should run. Saying it again costs nothing. */
export function publish({ policy, pods, contents, situation }: Observed, assignments: readonly Assignment[], { link }: World): void {
  const { spec } = policy;
  const connected = new Set(situation.fleet.filter((member) => member.link.kind === 'connected').map(({ uid }) => uid));
  const said = assignments.filter(({ uid }) => connected.has(uid));
  const assigned = new Set(said.map(({ uid }) => uid));
  // Who is away hears what the pass after its return decides, and not what an earlier one did.
  for (const { uid, managed } of situation.fleet) if (managed && !assigned.has(uid)) link.withdraw(uid);
  const handle = handleOf(spec);
  const timeoutMs = millis(spec.handle.timeout);
  const named = sourcesOf(spec.sources).map(pathOfSource);
  // A source that was taken out of the policy is part of the stable revision still.
  const sourcesIn = (content: RevisionContent) => [...new Set([...named, ...content.sources.map(pathOfSource)])];
  // Once for all its members: there are thousands, in every pass.
  const known = new Map(contents.map((content) => [content.name, { content, sources: sourcesIn(content) }]));
  for (const { uid, revision, attempt } of said) {
    const its = known.get(revision);
    const pod = pods.get(uid);
    if (its === undefined || pod === undefined) continue;
    const { content, sources } = its;
    const { containerId, appRuns } = appOf(pod, spec);
    link.assign(
      uid,
      { revision, content: content.content, attempt, sources, files: content.files, handle, timeoutMs, containerId, appRuns },
      content.bytes,
    );
  }
}

/** The container that the handle is for; without a name, any of the app's. */
export function appOf(
  { containers, nativeSidecars = [] }: Pod,
  { handle }: ReloadPolicySpec,
): { readonly containerId: string | null; readonly appRuns: boolean } {
  const name = handle.signal?.container;
  if (name === undefined) return { containerId: null, appRuns: containers.some(({ id }) => id !== null) };
  const isIt = (container: Container) => container.name === name;
  const found = containers.find(isIt) ?? nativeSidecars.find(isIt);
  // A name that no container has is a mistake in the policy, and not an app that will start on these files.
  return { containerId: found?.id ?? null, appRuns: found === undefined || found.id !== null };
}

function handleOf({ handle, sources }: ReloadPolicySpec): Handle {
  const verify = verifyOf(handle.verify, sources);
  if (handle.signal) {
    const { signal, process, container } = handle.signal;
    return { kind: 'signal', signal, process, container: container ?? null, verify };
  }
  if (handle.http) {
    const { port, path, method, headers } = handle.http;
    return { kind: 'http', port, path, method, headers: headers ?? [], verify };
  }
  if (handle.fileWatch) return { kind: 'fileWatch', verify };
  throw new Error('a handle is exactly one of signal, http, fileWatch: the API server lets no other in');
}

function verifyOf(verify: ReloadPolicySpec['handle']['verify'], sources: ReloadPolicySpec['sources']): Verify | null {
  if (verify?.workers) return { kind: 'workers' };
  if (!verify?.http) return null;
  const { port, path, jsonPath, equals } = verify.http;
  const source = sourcesOf(sources).find(({ name }) => name === equals.source);
  return {
    kind: 'http',
    port,
    path,
    jsonPath: jsonPath ?? null,
    equals: source && equals.key !== undefined ? { source: pathOfSource(source), key: equals.key } : 'Revision',
  };
}

import { setImmediate as settle } from 'node:timers/promises';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Share } from '../../operator/plan/situation.ts';
import { edit, editPolicy } from './api.ts';
import type { Text } from './content.ts';
import { accept, type Answer, type Operator, openOperator, pass, showPod } from './operator.ts';
import { aPod, type Pod, startApp } from './pod.ts';
import { rest } from './rest.ts';
import { assigned, boot, bootstrap, killSidecar, listen, mayRestart, startSidecar, work } from './sidecar.ts';
import { breakStream, hear } from './stream.ts';
import type { World } from './world.ts';

/** Lets one line of a story happen. What cannot happen now does not: so any line may be cut from a story. */
export async function happen(world: World, line: string): Promise<void> {
  world.steps++;
  world.told.push(`> ${line}`);
  const [verb = '', who = '', how = ''] = line.split(' ');
  const pod = world.pods.get(who);
  const operator = who === 'old' ? world.old : who === 'leader' ? world.leader : null;
  switch (verb) {
    // Time.
    case 'tick':
      return world.time.pass(Number(who));
    case 'clock':
      world.clockStep += Number(who);
      return;
    case 'rest':
      return await rest(world);

    // The user.
    case 'policy':
      return editPolicy(world.api, specOf(line.split(' ').slice(1), world.api.policy.spec));
    case 'touch':
      return who === 'policy' ? editPolicy(world.api, null) : edit(world.api, world.api.source.text);
    case 'edit':
      world.say(who as Text);
      return edit(world.api, who as Text);
    case 'delete':
      return edit(world.api, null);
    case 'source':
      world.api.readable = who === 'readable';
      return;

    // Pods.
    case 'join':
      return pod ? undefined : join(world, who, how !== 'unmanaged');
    case 'leave':
      return pod && leave(world, pod);
    case 'unready':
      if (pod) pod.app.warm = false;
      return;
    case 'ready':
      if (pod?.app.alive) pod.app.warm = true;
      return;
    case 'exit':
      if (pod) pod.app.alive = false;
      return;
    case 'restart':
      return pod && restart(world, pod);

    // Sidecars.
    case 'boot':
      return pod && boot(world, pod);
    case 'bootstrap':
      return pod && bootstrap(world, pod);
    case 'work':
      return pod && work(world, pod);
    case 'listen':
      return pod && listen(world, pod);
    case 'revive':
      return pod?.managed && pod.sidecar === null ? startSidecar(world, pod) : undefined;
    case 'kill':
      return pod && kill(world, pod, how);
    case 'freeze':
      if (pod) pod.frozen = true;
      return;
    case 'thaw':
      if (pod) pod.frozen = false;
      return;
    case 'replay':
      return pod && replay(world, pod, Number(how));

    // Streams.
    case 'dial': {
      const to = how === 'old' ? world.old : world.leader;
      return pod && pod.stream === null && to ? accept(world, to, pod) : undefined;
    }
    case 'break':
      return pod?.stream ? breakStream(pod.stream) : undefined;
    case 'hear': {
      const waiting = world.streams.filter((stream) => stream.pod === who && stream.up.length > 0);
      const stream = waiting.at(how === 'last' ? -1 : 0);
      if (stream) hear(stream);
      prune(world);
      return await settle();
    }

    // Operators.
    case 'pass':
      if (operator) pass(world, operator);
      return await settle();
    case 'answer':
      operator?.calls.shift()?.end(how as Answer);
      return await settle();
    case 'show':
      return operator ? show(world, operator, how) : undefined;
    case 'crash':
      return operator ? crash(world, operator) : undefined;
    case 'elect':
      // The Lease was deleted, and is made anew.
      if (who === 'anew') world.transitions = 0;
      return elect(world, who === 'stale');
    default:
      throw new Error(`unknown line: ${line}`);
  }
}

function join(world: World, name: string, isManaged: boolean): void {
  const pod = aPod(name, `${name}-${++world.born}`, world.wall(), isManaged);
  world.pods.set(name, pod);
  if (isManaged) startSidecar(world, pod);
  else startApp(pod.app, null, world.wall());
}

function leave(world: World, pod: Pod): void {
  killSidecar(pod);
  world.pods.delete(pod.name);
}

/** Its container, by the kubelet. */
function restart(world: World, pod: Pod): void {
  if (mayRestart(world, pod)) startApp(pod.app, pod.managed ? world.textOf(pod.disk.inPlace) : null, world.wall());
}

/** `now`, between the end of its work and the record of that, or between the record and what should follow. */
function kill(world: World, pod: Pod, when: string): void {
  pod.frozen = false;
  const { sidecar } = pod;
  if (sidecar === null) return;
  if (when === 'after-work') work(world, pod, true);
  if (when === 'after-record') {
    sidecar.fate = 'dies after record';
    if (sidecar.inFlight) work(world, pod);
    else listen(world, pod);
  }
  killSidecar(pod);
}

/** A frame that it heard earlier comes again. */
function replay(world: World, pod: Pod, back: number): void {
  const frame = world.promises.heardBy(pod).at(-back);
  if (frame !== undefined && pod.stream !== null) assigned(world, pod, JSON.stringify(frame));
}

function show(world: World, operator: Operator, what: string): void {
  operator.isTouched = true;
  if (what === 'policy') operator.cache.policy = world.api.policy;
  else if (what === 'source') operator.cache.source = world.api.source;
  else if (what === 'all') for (const name of everyName(world, operator)) showPod(world, operator, name);
  else showPod(world, operator, what);
}

function everyName(world: World, { cache }: Operator): ReadonlySet<string> {
  return new Set([...world.pods.keys(), ...[...cache.pods.values()].map(({ name }) => name)]);
}

/** kill -9, or the end of one that had lost the Lease: its streams end, and its calls are heard of no more. */
function crash(world: World, operator: Operator): void {
  for (const stream of world.streams.filter((it) => it.operator === operator)) stream.down.push(null);
  world.streams.splice(0, world.streams.length, ...world.streams.filter((it) => it.operator !== operator));
  if (world.leader === operator) world.leader = null;
  if (world.old === operator) world.old = null;
}

/** Another process takes the Lease. Whoever had it goes on for a while. Stale: its watches are as far as those of the one before. */
function elect(world: World, isStale: boolean): void {
  const before = world.leader;
  if (before !== null && world.old !== null) crash(world, world.old);
  const operator = openOperator(world, ++world.transitions);
  if (before !== null) {
    if (isStale) Object.assign(operator.cache, { ...before.cache, pods: new Map(before.cache.pods) });
    before.leads = false;
    world.old = before;
  }
  world.leader = operator;
}

/** Streams whose end both sides know of. */
function prune(world: World): void {
  const open = world.streams.filter(({ socket, up }) => socket.readyState === 1 || up.length > 0);
  world.streams.splice(0, world.streams.length, ...open);
}

/** Such as `waves=1,50%,100% bake=5s retries=1 verify=no`. */
function specOf(settings: readonly string[], before: ReloadPolicy['spec']): Partial<ReloadPolicy['spec']> {
  let { waves, handle, maxUnavailable, maxFailures, paused } = before;
  for (const setting of settings) {
    const [key, value = ''] = setting.split('=');
    if (key === 'waves') waves = value.split(',').map((upTo) => ({ upTo: shareOf(upTo), bake: waves[0]?.bake ?? '5s' }));
    else if (key === 'bake') waves = waves.map(({ upTo }) => ({ upTo, bake: value }));
    else if (key === 'timeout') handle = { ...handle, timeout: value };
    else if (key === 'retries') handle = { ...handle, retries: Number(value) };
    else if (key === 'verify') handle = { ...handle, verify: value === 'no' ? undefined : { workers: 'Renewed' } };
    else if (key === 'maxUnavailable') maxUnavailable = shareOf(value);
    else if (key === 'maxFailures') maxFailures = shareOf(value);
    else if (key === 'paused') paused = value === 'yes';
    else throw new Error(`unknown setting: ${setting}`);
  }
  return { waves, handle, maxUnavailable, maxFailures, paused };
}

function shareOf(text: string): Share {
  return text.endsWith('%') ? (text as Share) : Number(text);
}

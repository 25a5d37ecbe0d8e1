import { setImmediate as settle } from 'node:timers/promises';
import type { Table } from './api.ts';
import { tellPods } from './cluster.ts';
import type { Text } from './content.ts';
import { end, type Finding } from './gates.ts';
import { accept, type Answer, collect, type Operator, openOperator, pass, show } from './operator.ts';
import { aPod, type Pod, startApp } from './pod.ts';
import { rest } from './rest.ts';
import { assigned, boot, bootstrap, killSidecar, listen, mayRestart, startSidecar, work } from './sidecar.ts';
import { breakStream, hear } from './stream.ts';
import * as user from './user.ts';
import { copyWatches } from './watches.ts';
import type { World } from './world.ts';

/** Lets one line of a story happen. What cannot happen now does not: so any line may be cut from a story. */
export async function happen(world: World, line: string): Promise<void> {
  world.steps++;
  world.told.push(`> ${line}`);
  await happens(world, line.split(' '));
  tellPods(world);
}

async function happens(world: World, words: readonly string[]): Promise<void> {
  const [verb = '', who = '', how = ''] = words;
  const pod = world.pods.get(who);
  const operator = who === 'old' ? world.old : who === 'leader' ? world.leader : null;
  switch (verb) {
    // Time.
    case 'tick':
      world.time.pass(Number(who));
      // Timers may end what others wait for.
      return await settle();
    case 'clock':
      world.clockStep += Number(who);
      return;
    case 'rest':
      return await rest(world);

    // The user.
    case 'policy':
      return user.editPolicy(world, words.slice(1));
    case 'create':
      return user.createPolicy(world);
    case 'forget':
      return user.deletePolicy(world);
    case 'wipe':
      return user.wipeStatus(world);
    case 'rival':
      return user.rival(world, who === 'there');
    case 'touch':
      return who === 'policy' ? user.editPolicy(world, []) : user.touchSource(world);
    case 'edit':
      return user.edit(world, who as Text);
    case 'delete':
      return user.deleteSource(world);
    case 'source':
      world.api.readable = who === 'readable';
      return;
    case 'say':
      return user.say(world, who, words.slice(2));
    case 'wish':
      return user.wish(world, who, how as Text);
    case 'unwish':
      return user.deleteReload(world, who);
    case 'freeze':
      return user.freeze(world, who, true);
    case 'thaw':
      return user.freeze(world, who, false);
    case 'budget':
      world.budget = who === 'none' ? null : Number(who);
      return;
    case 'roll':
      world.template++;
      return;

    // Pods.
    case 'join':
      return pod ? undefined : join(world, who, how !== 'unmanaged');
    case 'terminate':
    case 'replace':
      if (pod?.leaves === 'no') pod.leaves = verb === 'replace' ? 'replaced' : 'for good';
      return;
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
    case 'stop':
      if (pod) pod.stopped = true;
      return;
    case 'continue':
      if (pod) pod.stopped = false;
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
    case 'measure': {
      const asking = operator?.asking.find(({ gate }) => gate === how);
      if (asking) end(asking, words[3] as Finding);
      return await settle();
    }
    case 'collect':
      if (operator) collect(world, operator);
      return await settle();
    case 'show':
      return operator ? show(world, operator, how as Table, words[3] ?? '') : undefined;
    case 'notice':
      // What is under way when a process learns that it leads no more.
      if (world.old) world.old.hasNoticed = true;
      return;
    case 'crash':
      return operator ? crash(world, operator) : undefined;
    case 'elect':
      // The Lease was deleted, and is made anew.
      if (who === 'anew') world.transitions = 0;
      return elect(world, who === 'stale');
    default:
      throw new Error(`unknown line: ${words.join(' ')}`);
  }
}

function join(world: World, name: string, isManaged: boolean): void {
  const pod = aPod(name, ++world.born, world.wall(), isManaged, world.template);
  world.pods.set(name, pod);
  if (isManaged) startSidecar(world, pod);
  else startApp(pod.app, null, world.wall());
}

function leave(world: World, pod: Pod): void {
  killSidecar(pod);
  world.pods.delete(pod.name);
  // The API server tells of the one that is gone before it tells of the one that comes.
  tellPods(world);
  if (pod.leaves === 'replaced') join(world, pod.name, pod.managed);
}

/** Its container, by the kubelet. */
function restart(world: World, pod: Pod): void {
  if (mayRestart(world, pod)) startApp(pod.app, pod.managed ? world.textOf(pod.disk.inPlace) : null, world.wall());
}

/** `now`, between the end of its work and the record of that, or between the record and what should follow. */
function kill(world: World, pod: Pod, when: string): void {
  pod.stopped = false;
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

/** kill -9, or the end of one that had lost the Lease: its streams end, and its calls are heard of no more. */
function crash(world: World, operator: Operator): void {
  for (const stream of world.streams.filter((it) => it.operator === operator)) stream.down.push(null);
  world.streams.splice(0, world.streams.length, ...world.streams.filter((it) => it.operator !== operator));
  operator.gates.stop();
  if (world.leader === operator) world.leader = null;
  if (world.old === operator) world.old = null;
}

/** Another process takes the Lease. Whoever had it goes on for a while. Stale: its watches are as far as those of the one before. */
function elect(world: World, isStale: boolean): void {
  const before = world.leader;
  if (before !== null && world.old !== null) crash(world, world.old);
  const operator = openOperator(world, ++world.transitions);
  if (before !== null) {
    if (isStale) operator.watches = copyWatches(before.watches);
    before.leads = false;
    world.old = before;
  }
  world.leader = operator;
}

/** Streams whose end both sides know of. */
function prune(world: World): void {
  if (world.streams.every(({ socket, up }) => socket.readyState === 1 || up.length > 0)) return;
  const open = world.streams.filter(({ socket, up }) => socket.readyState === 1 || up.length > 0);
  world.streams.splice(0, world.streams.length, ...open);
}

import type { Member, Policy, Share } from '../../operator/plan/situation.ts';
import { aFleet, apply, askedMembers, change, join, pass, refuse, takeOver } from '../support/fake-fleet.ts';

/** Plays the lines that start with '> ' and puts the planner's answers, indented, after each. */
export function retell(script: string): string {
  let fleet = aFleet(0);
  let truth = new Map<string, Member>();
  const lines = script.split('\n').filter((line) => !line.startsWith('  '));
  return lines.flatMap((line) => [line, ...(line.startsWith('> ') ? perform(line.slice(2)) : [])]).join('\n');

  function perform(line: string): string[] {
    const [verb = '', ...args] = line.split(' ');
    const name = args[0] ?? '';
    const rest = args.slice(1).join(' ');
    switch (verb) {
      case 'fleet':
        fleet = aFleet(Number(name), fleet.policy);
        return [];
      case 'policy':
        fleet.policy = policyOf(args, fleet.policy);
        return [];
      case 'config':
        fleet.source = { kind: 'present', revision: name };
        return [];
      case 'source':
        fleet.source = { kind: name === 'unknown' ? 'unknown' : 'held', because: rest };
        return [];
      case 'tick':
        fleet.now += Number(name) * 1000;
        return [];
      case 'join':
        join(fleet, name);
        return [];
      case 'boot':
        join(fleet, name, { phase: 'booting', ready: false, startedAt: [], running: { revision: null, at: fleet.now, proof: 'Booted' } });
        return [];
      case 'unmanaged':
        join(fleet, name, { managed: false });
        return [];
      case 'leave':
        fleet.members.delete(name);
        return [];
      case 'files':
        change(fleet, name, { running: { revision: rest, at: fleet.now, proof: 'Booted' } });
        return [];
      case 'ack':
        for (const member of named(args)) apply(fleet, member);
        return [];
      case 'refuse':
        for (const member of askedMembers(fleet)) refuse(fleet, member, args.join(' '));
        return [];
      case 'unready':
        change(fleet, name, { ready: false });
        return [];
      case 'ready':
        change(fleet, name, { ready: true });
        return [];
      case 'restart':
        change(fleet, name, { startedAt: [fleet.now] });
        return [];
      case 'away':
        change(fleet, name, { link: { kind: 'away', since: fleet.now } });
        return [];
      case 'back':
        change(fleet, name, { link: { kind: 'connected' } });
        return [];
      case 'leader':
        truth = takeOver(fleet);
        return [];
      case 'report':
        for (const it of name ? args : [...truth.keys()]) report(it);
        return [];
      case 'promote':
        promote();
        return [];
      case 'reconcile':
        return reconcile();
      default:
        throw new Error(`unknown line: ${line}`);
    }
  }

  function named(names: string[]): Member[] {
    return askedMembers(fleet).filter((member) => names.length === 0 || names.includes(member.name));
  }

  /** The sidecar says hello to the new leader; an assignment under way is not part of it. */
  function report(name: string): void {
    const known = truth.get(name);
    if (known) change(fleet, name, { link: { kind: 'connected' }, running: known.running, refused: known.refused });
  }

  /** Everybody answers until nothing moves any more. */
  function promote(): void {
    for (let i = 0; i < 50; i++) {
      pass(fleet);
      for (const member of askedMembers(fleet)) apply(fleet, member);
      fleet.now += 30_000;
    }
  }

  function reconcile(): string[] {
    const { progress, news, wakeAt } = pass(fleet);
    const { candidate, stable, wave, phase, because, outcome } = progress;
    const what = candidate === null ? `stable ${stable ?? 'none'}${outcome ? ` (${outcome})` : ''}` : `${candidate} in wave ${wave + 1}`;
    return [
      `  ${phase}, ${what}: ${because}`,
      ...news.map(({ member, revision, attempt }) => `  ${member} <- ${revision} (${attempt})`),
      wakeAt === null ? '  look again when something changes' : `  look again in ${(wakeAt - fleet.now) / 1000}s`,
    ];
  }
}

/** Such as `waves=1,50%,100% bake=30s retries=1 maxUnavailable=2 paused=true`. */
function policyOf(settings: string[], before: Policy): Policy {
  let policy = { ...before };
  for (const setting of settings) {
    const [key, value = ''] = setting.split('=');
    if (key === 'waves')
      policy = {
        ...policy,
        waves: value
          .split(',')
          .map((upTo) => ({ upTo: shareOf(upTo), bakeMs: before.waves[0]?.bakeMs ?? 0, approval: false, spread: null })),
      };
    else if (key === 'bake')
      policy = { ...policy, waves: policy.waves.map((wave) => ({ ...wave, bakeMs: Number.parseFloat(value) * 1000 })) };
    else if (key === 'timeout') policy = { ...policy, timeoutMs: Number.parseFloat(value) * 1000 };
    else if (key === 'retries') policy = { ...policy, retries: Number(value) };
    else if (key === 'maxUnavailable') policy = { ...policy, maxUnavailable: shareOf(value) };
    else if (key === 'maxFailures') policy = { ...policy, maxFailures: shareOf(value) };
    else if (key === 'paused') policy = { ...policy, paused: value === 'true' };
    else throw new Error(`unknown setting: ${setting}`);
  }
  return policy;
}

function shareOf(text: string): Share {
  return text.endsWith('%') ? (text as Share) : Number(text);
}

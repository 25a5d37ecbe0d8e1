import type { Measurement, Member, Plan } from '../../operator/plan/situation.ts';
import { openBlast } from './blast.ts';
import { gateLines, measureLine, quarantineLines, waveLines } from './shown.ts';
import { gateOf, measurementOf, NOTHING_SAID, policyOf, requestOf } from './settings.ts';
import { aFleet, apply, askedMembers, change, join, pass, refuse, takeOver } from '../support/fake-fleet.ts';

/** Plays the lines that start with '> ' and puts the planner's answers, indented, after each. */
export function retell(script: string): string {
  let fleet = aFleet(0);
  let truth = new Map<string, Member>();
  const blast = openBlast();
  let last: Pick<Plan, 'measure' | 'gates'> = { measure: null, gates: [] };
  const lines = script.split('\n').filter((line) => !line.startsWith('  '));
  return lines.flatMap((line) => [line, ...(line.startsWith('> ') ? perform(line.slice(2)) : [])]).join('\n');

  function perform(line: string): string[] {
    const answers = performOne(line);
    blast.note(fleet);
    return answers;
  }

  function performOne(line: string): string[] {
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
        edit(name);
        return [];
      case 'gate':
        fleet.policy = { ...fleet.policy, gates: [...fleet.policy.gates, gateOf(args)] };
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
      case 'started':
        change(fleet, name, { phase: 'running', startedAt: [fleet.now] });
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
        change(fleet, name, { ready: false, unreadySince: fleet.now });
        return [];
      case 'ready':
        change(fleet, name, { ready: true, unreadySince: null });
        return [];
      case 'exit':
        change(fleet, name, { ready: false, unreadySince: fleet.members.get(name)?.unreadySince ?? fleet.now, endedAt: [fleet.now] });
        return [];
      case 'restart':
        again(name);
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
      case 'say':
        say(name, args.slice(1));
        return [];
      case 'unsay':
        fleet.verbs = { ...NOTHING_SAID, ...fleet.verbs, [name]: null };
        return [];
      case 'request':
        fleet.requests = [...fleet.requests, requestOf(args)];
        return [];
      case 'freeze':
        fleet.freeze = args.length === 0 ? null : `the namespace shop is frozen: ${args.join(' ')}`;
        return [];
      case 'window':
        if (name === 'mistake') fleet.window = { open: false, changesAt: null, mistake: rest };
        else fleet.window = { open: name === 'open', changesAt: rest ? fleet.now + Number(rest) * 1000 : null };
        return [];
      case 'rolling':
        fleet.rolling = name ? { because: 'Deployment web is replacing these pods', until: fleet.now + Number(name) * 1000 } : null;
        return [];
      case 'budget':
        fleet.budgets = [{ name, left: Number(args[1]), uids: new Set(args.slice(2)) }];
        return [];
      case 'zone':
        for (const it of args.slice(1)) change(fleet, it, { topology: { zone: name } });
        return [];
      case 'bootable':
        fleet.bootable = name;
        return [];
      case 'forget':
        fleet.progress = null;
        return [];
      case 'measure':
        measure(name, args[1] ?? '', args.slice(2));
        return [];
      case 'measuring':
        return [measureLine(last)];
      case 'gates':
        return [...gateLines(last)];
      case 'waves':
        return fleet.progress === null ? [] : [...waveLines(fleet.progress)];
      case 'quarantine':
        return fleet.progress === null ? [] : [...quarantineLines(fleet.progress)];
      case 'blast':
        return [blast.tell(name)];
      case 'reconcile':
        return reconcile();
      default:
        throw new Error(`unknown line: ${line}`);
    }
  }

  function again(name: string): void {
    const { startedAt = [] } = fleet.members.get(name) ?? {};
    change(fleet, name, { startedAt: [...startedAt, fleet.now], endedAt: [] });
  }

  function edit(revision: string): void {
    const { source, progress, now, edited } = fleet;
    const known = [progress?.stable, progress?.candidate, ...(progress?.quarantined ?? []).map((it) => it.revision)];
    const isBurst = source.kind === 'present' && !known.includes(source.revision);
    fleet.source = { kind: 'present', revision };
    fleet.edited = known.includes(revision) ? null : { first: isBurst ? (edited?.first ?? now) : now, last: now };
  }

  /** Such as `say approve wave=2 by=alice too late at night`. */
  function say(verb: string, words: string[]): void {
    const wave = words.find((word) => word.startsWith('wave='))?.slice(5);
    const by = words.find((word) => word.startsWith('by='))?.slice(3) ?? 'alice';
    const reason = words.filter((word) => !/^(wave|by)=/.test(word)).join(' ') || null;
    const said = { by, reason, ...(verb === 'approve' || verb === 'promote' ? { wave: wave === undefined ? null : Number(wave) } : {}) };
    fleet.verbs = { ...NOTHING_SAID, ...fleet.verbs, [verb]: said };
  }

  /** Such as `measure errors values 0.1 0.2`, `measure health answers pod-1 pod-2=500`, `measure job failed no such host`, `measure errors unknown no answer`. */
  function measure(gate: string, kind: string, words: string[]): void {
    const { rollout, wave, bakeStartedAt } = fleet.progress ?? { rollout: 0, wave: 0, bakeStartedAt: null };
    const since = bakeStartedAt ?? 0;
    const isSame = fleet.measured?.rollout === rollout && fleet.measured.wave === wave && fleet.measured.since === since;
    const before = isSame
      ? (fleet.measured?.measurements ?? new Map<string, readonly Measurement[]>())
      : new Map<string, readonly Measurement[]>();
    const list = [...(before.get(gate) ?? []), measurementOf(kind, words, fleet.now)];
    fleet.measured = { rollout, wave, since, measurements: new Map([...before, [gate, list]]) };
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
    const before = fleet.progress;
    const { progress, news, wakeAt, answer, measure, gates } = pass(fleet);
    last = { measure, gates };
    // A request that was answered is none any more, the Reload of a new rollout asks for nothing yet, and its edits are no burst any more.
    if (answer !== null) fleet.requests = fleet.requests.filter(({ reload }) => reload !== answer.reload);
    if (progress.rollout !== before?.rollout) fleet.verbs = fleet.edited = null;
    const heard = progress.heard.filter((it) => !before?.heard.includes(it));
    const { candidate, stable, wave, phase, because, outcome } = progress;
    const what = candidate === null ? `stable ${stable ?? 'none'}${outcome ? ` (${outcome})` : ''}` : `${candidate} in wave ${wave + 1}`;
    return [
      ...(answer === null ? [] : [`  ${answer.reload}: ${answer.refused === null ? 'taken up' : `refused: ${answer.refused}`}`]),
      ...heard.map(({ verb, refused }) => `  ${verb}: ${refused === null ? 'taken up' : `refused: ${refused}`}`),
      `  ${phase}, ${what}: ${because}`,
      ...news.map(({ member, revision, attempt }) => `  ${member} <- ${revision} (${attempt})`),
      wakeAt === null ? '  look again when something changes' : `  look again in ${(wakeAt - fleet.now) / 1000}s`,
    ];
  }
}

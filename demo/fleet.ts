/** What the cluster says of the fleet, as it changes: the policy's status, the operator's log, the Reloads, and each pod asked directly. */

import type { Reload } from '../crds/reload.ts';
import type { ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import { follow, kubectl } from './kubectl.ts';
import { fetchOnce } from './load.ts';

export type Fleet = {
  readonly status: () => ReloadPolicyStatus;
  /** What members answered, first to last, by the operator's log. */
  readonly answers: () => readonly Answer[];
  readonly reload: (rollout: number) => Promise<Reload>;
  /** How many pods serve which version, such as `v2 → 10`, each asked at its own address. */
  readonly serving: () => Promise<ReadonlyMap<string, number>>;
};

export type Answer = {
  readonly msg: 'member applied' | 'member refused';
  readonly member: string;
  readonly revision: string;
  readonly attempt: string;
  /** When the app was told, by the machine's clock; null where nothing was fired. */
  readonly firedAt: number | null;
  /** From there to the proof. */
  readonly tookMs: number | null;
};

export function watchFleet(signal: AbortSignal): Fleet {
  let status: ReloadPolicyStatus = {};
  const answers = new Map<string, Answer>();
  follow(
    ['get', 'reloadpolicy', 'web', '-n', 'shop', '--watch', '-o', 'jsonpath={.status}{"\\n"}'],
    (line) => {
      if (line) status = JSON.parse(line) as ReloadPolicyStatus;
    },
    signal,
  );
  follow(
    ['logs', '-n', 'fleet-reload-system', '-l', 'app.kubernetes.io/name=fleet-reload', '--tail=-1', '--follow', '--max-log-requests=10'],
    (line) => {
      const answer = answerIn(line);
      if (answer) answers.set(`${answer.msg} ${answer.member} ${answer.revision} ${answer.attempt}`, answer);
    },
    signal,
  );
  return { status: () => status, answers: () => [...answers.values()], reload, serving };
}

function answerIn(line: string): Answer | null {
  if (!/"member (applied|refused)"/.test(line)) return null;
  return JSON.parse(line) as Answer;
}

async function reload(rollout: number): Promise<Reload> {
  return JSON.parse(await kubectl('get', 'reload', `web-${rollout}`, '-n', 'shop', '-o', 'json')) as Reload;
}

async function serving(): Promise<ReadonlyMap<string, number>> {
  const ips = (await kubectl('get', 'pods', '-n', 'shop', '-l', 'app=web', '-o', 'jsonpath={.items[*].status.podIP}'))
    .split(' ')
    .filter(Boolean);
  const versions = await Promise.all(
    ips.map((ip) =>
      fetchOnce(`http://${ip}:8080/`).then(
        (body) => body.split(' ')[0] ?? '',
        () => 'no answer',
      ),
    ),
  );
  return new Map([...new Set(versions)].toSorted().map((version) => [version, versions.filter((other) => other === version).length]));
}

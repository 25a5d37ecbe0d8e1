import { Option } from 'commander';
import type { Pod } from '../../operator/inject/inject.ts';
import { pathOf } from '../../operator/kube/paths.ts';
import type { Cluster } from '../cluster.ts';
import { onCluster } from '../command.ts';
import { type Finding, told } from '../doctor/finding.ts';
import { installation } from '../doctor/installation.ts';
import { podFindings } from '../doctor/pod.ts';
import { standings } from '../doctor/policy.ts';
import { rights } from '../doctor/rights.ts';
import { wordsOf } from '../members.ts';
import { policiesIn } from '../objects.ts';

export const doctor = onCluster<{ readonly system?: string }>(
  {
    usage: 'doctor [pod]',
    says: 'what is missing in the cluster, or for a pod, and what to change',
    example: 'kubectl reload doctor web-6d5f7c9b84-8x2lq',
    options: [new Option('--system <namespace>', "the operator's own, which else is found by the labels of its Deployment")],
    exitCodes: '0 nothing is missing; 1 something is; 2 the command line is wrong.',
  },
  async ({ cluster, args: [pod], options: { system } }) => {
    const found = [
      ...(await rights(cluster)),
      ...(await installation(cluster, system)),
      ...(await (pod ? findingsOf(cluster, pod) : standings(cluster))),
    ];
    const isIll = found.some(({ wrong, unknown }) => wrong !== null && !unknown);
    return { exitCode: isIll ? 1 : 0, stdout: found.map(told).join(''), said: [] };
  },
);

async function findingsOf(cluster: Cluster, name: string): Promise<readonly Finding[]> {
  const { kube, namespace } = cluster;
  const pod = await kube.get<Pod>(pathOf({ apiVersion: 'v1', plural: 'pods' }, { namespace, name }));
  if (pod === null) throw new Error(`there is no pod ${name} in the namespace ${namespace}`);
  return podFindings(pod, await policiesIn(cluster), await wordsOf(kube, namespace, name));
}

import type { Cluster } from '../cluster.ts';
import { MANAGER } from '../cluster.ts';
import type { Finding } from './finding.ts';

const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const OURS = 'fleetreload.dev';

/** What the commands do as you, and which of them need it. */
const NEEDED = [
  { verb: 'list', group: OURS, resource: 'reloadpolicies', for: 'list' },
  { verb: 'get', group: OURS, resource: 'reloadpolicies', for: 'get, wait and the verbs' },
  { verb: 'list', group: OURS, resource: 'reloads', for: 'history, diff and undo' },
  { verb: 'patch', group: OURS, resource: 'reloads', for: 'approve, pause, resume, promote, abort and retry' },
  { verb: 'create', group: OURS, resource: 'reloads', for: 'undo' },
  { verb: 'list', group: '', resource: 'pods', for: 'get' },
  { verb: 'get', group: '', resource: 'pods', subresource: 'log', for: 'what members say of themselves in get' },
] as const;

type Review = { readonly status?: { readonly allowed?: boolean } };

/** Who may not do everything is not ill: they are told what they cannot do. */
export async function rights({ kube, namespace }: Cluster): Promise<readonly Finding[]> {
  const lacking = await Promise.all(
    NEEDED.map(async ({ for: commands, ...attributes }) => {
      const spec = { resourceAttributes: { namespace, ...attributes } };
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec };
      const { status } = await kube.create<Review>(REVIEWS, body, { query: MANAGER });
      const what = `${attributes.resource}${'subresource' in attributes ? `/${attributes.subresource}` : ''}`;
      return status?.allowed ? [] : [`you may not ${attributes.verb} ${what}, for ${commands}`];
    }),
  );
  const all = lacking.flat();
  const what = `you may do in ${namespace} what the commands do`;
  return [all.length === 0 ? { what, wrong: null } : { what, wrong: `${all.join('; ')}: ask whoever grants Roles there`, unknown: true }];
}

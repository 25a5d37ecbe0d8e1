import type { ReloadPolicy } from '../crds/reload-policy.ts';

/** What the operator keeps of a policy: of its metadata what names and orders it. Who wrote which field, and what kubectl applied last, is as large as the policy. */
export function stripPolicy({ apiVersion, kind, metadata, spec, status }: ReloadPolicy): ReloadPolicy {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion,
      ...(generation !== undefined && { generation }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    },
    spec,
    ...(status !== undefined && { status }),
  };
}

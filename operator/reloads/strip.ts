import { Reload } from '../../crds/reload.ts';
import { isOf, type Spoken } from './said.ts';

const SPOKEN: readonly Spoken[] = ['abort', 'pause', 'promote', 'approve', 'retry', 'revision'];

/** What the operator keeps of a Reload. How its waves went is for people: it is written once, and never read back. */
export function stripReload(raw: unknown): Reload {
  const { apiVersion, kind, metadata, spec, status } = Reload.parse(raw);
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp } = metadata;
  const said = SPOKEN.filter((field) => spec[field] !== undefined && (field !== 'revision' || spec.rollout === undefined));
  const managedFields = (metadata.managedFields ?? []).flatMap(({ manager, time, fieldsV1 }) => {
    const owned = said.filter((field) => isOf(fieldsV1, field));
    return owned.length === 0
      ? []
      : [{ manager, time, fieldsV1: { 'f:spec': Object.fromEntries(owned.map((field) => [`f:${field}`, {}])) } }];
  });
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion,
      creationTimestamp,
      deletionTimestamp,
      ...(managedFields.length > 0 && { managedFields }),
    },
    spec,
    ...(status !== undefined && { status: { outcome: status.outcome, heard: status.heard, answer: status.answer } }),
  };
}

import { keptName } from '../../../operator/sources/revisions.ts';
import { policyIn, SOURCE, STABLE } from '../api.ts';
import { revisionFor, textOfBytes } from '../content.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** I8: stable and candidate always exist as objects; nothing that a rollout, a member or the history refers to is collected. */
export function aliveIsKept({ world, check }: Judge): Partial<Hooks> {
  const objectOf = (revision: string | undefined) => world().objectOf(revision);
  const isKept = (revision: string | undefined) => {
    const object = objectOf(revision);
    return object === null || world().api.tables.configmaps.has(object);
  };
  return {
    assigns: (operator, { revision }) => {
      check('what is assigned is kept as an object (I8)', isKept(revision), () => `${revision} is not kept`);
      operator.stated.add(revision);
      check('at most two revisions are alive (I8)', operator.stated.size <= 2, () => `one pass assigns ${[...operator.stated].join(', ')}`);
    },
    recorded: (_, before, { status }) => {
      for (const revision of [status?.stableRevision, status?.candidateRevision])
        check('stable and candidate exist as objects (I8)', isKept(revision), () => `${revision} is recorded, and not kept`);
      void before;
    },
    removes: (_, plural, name) => {
      const { api } = world();
      if (plural !== 'configmaps') return removesReload(name);
      const status = policyIn(api)?.status;
      const boots = textOfBytes(api.tables.configmaps.get(STABLE)?.data?.['app.conf']);
      const named = [
        objectOf(status?.stableRevision),
        objectOf(status?.candidateRevision),
        ...[...api.tables.reloads.values()].flatMap(({ spec }) => (spec.sources ? [objectOf(spec.revision)] : [])),
        ...(boots === null ? [] : [keptName(SOURCE, revisionFor(boots).sources[0]?.digest ?? '')]),
      ];
      check('what is referred to is never collected (I8)', !named.includes(name), () => `${name} is deleted`);
    },
  };

  function removesReload(name: string): void {
    const reload = world().api.tables.reloads.get(name);
    check(
      'only what has ended is collected (I8)',
      reload?.status?.outcome !== undefined,
      () => `Reload ${name} is deleted, and has not ended`,
    );
  }
}

import { attempts } from './promises/attempts.ts';
import { hooked } from './promises/hooks.ts';
import { roomAndReach } from './promises/i01-room-and-reach.ts';
import { recordedFirst } from './promises/i02-recorded-first.ts';
import { epochsRise } from './promises/i03-epochs-rise.ts';
import { filesAreWhole } from './promises/i04-files-are-whole.ts';
import { allIsAtRest } from './promises/i05-all-is-at-rest.ts';
import { equalBytes } from './promises/i06-equal-bytes.ts';
import { calm } from './promises/i07-calm.ts';
import { aliveIsKept } from './promises/i08-alive-is-kept.ts';
import { secretsStay } from './promises/i09-secrets-stay.ts';
import { holdsHold } from './promises/i10-holds-hold.ts';
import { oneEffect } from './promises/i11-one-effect.ts';
import { appsRunOn } from './promises/i12-apps-run-on.ts';
import { claimsAreProved } from './promises/i13-claims-are-proved.ts';
import { rolloutsEnd } from './promises/i14-rollouts-end.ts';
import { openJudge } from './promises/judge.ts';
import { quarantineLasts } from './promises/quarantine.ts';
import { rolloutsAreCounted } from './promises/rollouts.ts';
import { verbsAreHeardOnce } from './promises/verbs.ts';
import { wishesAreAnswered } from './promises/wishes.ts';
import type { World } from './world.ts';

/** Told of everything as it happens; each says when it is broken. The numbers are those of docs/promises.md. */
export type Promises = ReturnType<typeof openPromises>;

export function openPromises(world: () => World) {
  const judge = openJudge(world);
  return {
    heardBy: judge.heardBy,
    ...hooked([
      roomAndReach(judge),
      recordedFirst(judge),
      epochsRise(judge),
      filesAreWhole(judge),
      allIsAtRest(judge),
      equalBytes(judge),
      calm(judge),
      aliveIsKept(judge),
      secretsStay(judge),
      holdsHold(judge),
      oneEffect(judge),
      appsRunOn(judge),
      claimsAreProved(judge),
      rolloutsEnd(judge),
      rolloutsAreCounted(judge),
      attempts(judge),
      quarantineLasts(judge),
      verbsAreHeardOnce(judge),
      wishesAreAnswered(judge),
    ]),
  };
}

import type { Entry } from '../command.ts';
import { abort } from './abort.ts';
import { approve } from './approve.ts';
import { diff } from './diff.ts';
import { doctor } from './doctor.ts';
import { freeze } from './freeze.ts';
import { get } from './get.ts';
import { history } from './history.ts';
import { inject } from './inject.ts';
import { lint } from './lint.ts';
import { list } from './list.ts';
import { pause } from './pause.ts';
import { plan } from './plan.ts';
import { promote } from './promote.ts';
import { resume } from './resume.ts';
import { retry } from './retry.ts';
import { undo } from './undo.ts';
import { unfreeze } from './unfreeze.ts';
import { wait } from './wait.ts';

/** In the order of the help. */
export const commands: readonly Entry[] = [
  list,
  get,
  history,
  diff,
  plan,
  wait,
  approve,
  pause,
  resume,
  promote,
  abort,
  retry,
  undo,
  freeze,
  unfreeze,
  doctor,
  lint,
  inject,
];

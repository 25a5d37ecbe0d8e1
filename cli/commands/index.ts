import type { Add } from '../command.ts';
import { get } from './get.ts';
import { inject } from './inject.ts';
import { list } from './list.ts';

/** In the order of the help. */
export const commands: readonly Add[] = [list, get, inject];

// Loaded before the tests of a mutant: what kills it once kills it always.
import { configureGlobal } from 'fast-check';

configureGlobal({ seed: 1 });

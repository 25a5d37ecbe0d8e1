import { simulate } from './simulate.ts';

simulate((seed) => seed % 2 === 1);

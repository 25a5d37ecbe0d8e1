/** How node runs the operator: in its image, and where `make bench` measures it. */

/**
 * Beside 10,000 pods and 1,000 policies half of its memory would be objects that nobody needs any more: few young ones, and old ones that are
 * looked after early. That costs no CPU time that one could measure.
 */
export const OPERATOR_FLAGS: readonly string[] = ['--max-semi-space-size=1', '--optimize-for-size', '--heap-growing-percent=10'];

/** Memory that was freed is given back. */
export const OPERATOR_ENV = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '65536' } as const;

/** How node runs the sidecar: in its image, and where `make bench` measures it. One runs in every pod. */

export const SIDECAR_FLAGS: readonly string[] = ['--max-semi-space-size=1', '--max-old-space-size=32', '--jitless', '--expose-gc'];

/** Memory that a reload took is given back. */
export const SIDECAR_ENV = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '65536' } as const;

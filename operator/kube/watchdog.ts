/** Fires when nothing was heard for `ms`, or with `outer`. */
export type Watchdog = {
  readonly signal: AbortSignal;
  readonly heard: () => void;
  /** It was the silence, not `outer`. */
  readonly barked: () => boolean;
  readonly end: () => void;
};

export function openWatchdog(ms: number, outer: AbortSignal): Watchdog {
  const controller = new AbortController();
  let barked = false;
  const timer = setTimeout(() => {
    barked = true;
    controller.abort(new Error(`nothing was heard for ${ms} ms`));
  }, ms);
  const onOuter = () => controller.abort(outer.reason);
  if (outer.aborted) onOuter();
  outer.addEventListener('abort', onOuter, { once: true });
  return {
    signal: controller.signal,
    heard: () => void timer.refresh(),
    barked: () => barked,
    end: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', onOuter);
    },
  };
}

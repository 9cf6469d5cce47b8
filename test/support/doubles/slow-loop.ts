import performance from 'node:perf_hooks';

/**
 * Makes the event loop of this process look as slow as a test wants. To be imported before the service is, which asks
 * for the meter once, when it is loaded.
 */
export const loop = { delayInMilliseconds: 0 };

const real = performance.monitorEventLoopDelay;

performance.monitorEventLoopDelay = (options) => {
  const meter = real(options);
  Object.defineProperty(meter, 'mean', { get: () => loop.delayInMilliseconds * 1e6 });
  return meter;
};

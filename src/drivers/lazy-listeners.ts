import type { Listener, Report } from './driver.ts';

/** A report whose listeners are looked for once somebody asks for them: that is most of the work of a look at an agent, and nobody asks it of those that are ready. */
export function withListeners(report: Omit<Report, 'listeners'>, look: () => readonly Listener[]): Report {
  let found: readonly Listener[] | undefined;
  return Object.defineProperty(report, 'listeners', { enumerable: true, get: () => (found ??= look()) }) as Report;
}

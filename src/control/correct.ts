import type { Report } from '../drivers/driver.ts';
import { sidePorts } from '../drivers/remembered-listeners.ts';
import { openedPort, Recorder } from './outside.ts';
import type { Agent, Proposal, Service } from '../model/index.ts';

/** Milliseconds that an agent has to open the planned port before what it did open is believed. */
export const patienceForPort = 1000;

/**
 * Run and correct: an agent that listens, but not where the plan said, shows what the plan should have said. Returns the
 * proposal that corrects it; undefined when there is nothing to correct or nothing to see yet.
 */
export function correction(agent: Agent, service: Service, report: Report | undefined, now: number, position: number): Proposal | undefined {
  if (agent.state !== 'running' || service.port === null || agent.startedAt === null || !report) return undefined;
  if (now - agent.startedAt < patienceForPort || report.listeners.some((listener) => listener.port === agent.port)) return undefined;
  const opened = [...new Set(report.listeners.map((listener) => listener.port))].filter((port) => !sidePorts.has(port)).sort((a, b) => a - b);
  const outside = new Recorder();
  const port = openedPort(outside, agent.handle.driver, agent.id, opened);
  if (port === undefined) return undefined;
  return {
    app: agent.app,
    actor: 'control:run-and-correct',
    change: { kind: 'correct', service: service.name, port },
    reasoning: `${service.name} was expected on port ${agent.port} and listens on ${opened.join(', ')}`,
    confidence: opened.length === 1 ? 0.98 : 0.7,
    expected: `${service.name} answers on port ${port}`,
    basedOn: position,
    readings: outside.readings,
    alternatives: opened.slice(1).map((other) => ({ option: `port ${other}`, whyNot: `${port} is the lowest of those it opened` })),
  };
}

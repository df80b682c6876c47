import { text } from 'node:stream/consumers';
import type { Driver, DriverName } from '../drivers/driver.ts';
import type { Agent } from '../model/index.ts';

/** Milliseconds after which a program beside an agent is ended. */
const patience = 15_000;

/** Runs a program beside an agent to its end; what it printed. */
export async function runBeside(drivers: ReadonlyMap<DriverName, Driver>, { handle }: Pick<Agent, 'handle'>, argv: readonly string[]): Promise<string> {
  const execution = await drivers.get(handle.driver)!.exec(handle, argv, { signal: AbortSignal.timeout(patience) });
  execution.stdin.end();
  execution.stderr.resume();
  return text(execution.stdout);
}

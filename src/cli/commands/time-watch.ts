import type { Invocation } from '../command.ts';
import { openConsole } from './open.ts';

export async function run(invocation: Invocation): Promise<void> {
  await openConsole(invocation, '/time');
}

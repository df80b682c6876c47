import { placesOfPort } from '../analysis/platforms/command-port.ts';
import { portPlaceholder } from './resolve.ts';

/** Arguments that tell their program on which port to listen, with a placeholder in its place: then each agent can be given another one. The same where none do. */
export function movable(argv: readonly string[], port: number | null): string[] {
  if (port === null) return [...argv];
  let line = argv.join(' ');
  const ends = argv.map((argument, index) => argv.slice(0, index).reduce((sum, { length }) => sum + length + 1, 0) + argument.length);
  for (const [from, to] of placesOfPort(line, port)) {
    line = `${line.slice(0, from)}${portPlaceholder}${line.slice(to)}`;
    for (let index = 0; index < ends.length; index++) if (ends[index]! >= to) ends[index]! += portPlaceholder.length - (to - from);
  }
  return ends.map((end, index) => line.slice(index === 0 ? 0 : ends[index - 1]! + 1, end));
}

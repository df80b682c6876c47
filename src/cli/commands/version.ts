import { readFileSync } from 'node:fs';
import type { Invocation } from '../command.ts';

export async function run({ values, screen }: Invocation): Promise<void> {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
  if (values.json) return screen.json({ version, node: process.versions.node });
  screen.line(`stratoswarm ${version}`);
}

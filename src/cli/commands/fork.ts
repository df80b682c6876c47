import type { RestoredApp } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { checkName } from '../target.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const app = checkName(values.argument('app'));
  const name = values.option('name');
  const client = await connect();
  const fork = await client.post<RestoredApp>('/v1/forks', { app, snapshot: values.option('snapshot'), name: name === undefined ? undefined : checkName(name) });
  if (values.json) return screen.json({ fork });
  screen.line(`${fork.app} runs as a fork of ${app}${fork.url === null ? '' : ` at ${fork.url}`}, with copies of its data and no way to the world`);
  screen.line(`\`stratoswarm rm ${fork.app} --volumes --yes\` removes it`);
}

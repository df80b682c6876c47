import type { AgentView } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { choose } from './ps.ts';

export async function run({ values, screen, connect }: Invocation): Promise<number> {
  const given = values.argument('app');
  const client = await connect();
  const { agents } = await client.get<{ agents: AgentView[] }>('/v1/agents');
  const [agent] = choose(agents, given);
  const { stdin } = process;
  const terminal = screen.interactive && !values.flag('no-terminal') ? { columns: screen.out.columns || 80, rows: screen.out.rows || 24 } : undefined;
  const onResize = (resized: (size: { columns: number; rows: number }) => void) => {
    const tell = () => resized({ columns: screen.out.columns, rows: screen.out.rows });
    screen.out.on('resize', tell);
    return () => screen.out.off('resize', tell);
  };
  if (terminal !== undefined) stdin.setRawMode(true);
  try {
    const exit = await client.exec(agent!.id, values.rest, { ...(terminal && { terminal, onResize }), stdin, stdout: screen.out, stderr: screen.err });
    if (values.json) screen.err.write(`${JSON.stringify({ agent: agent!.id, exit })}\n`);
    return exit;
  } finally {
    if (terminal !== undefined) stdin.setRawMode(false);
    stdin.unref?.();
  }
}

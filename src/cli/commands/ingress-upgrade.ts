import type { Invocation } from '../command.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const { pid } = await (await connect()).post<{ pid: number }>('/v1/ingress/upgrade');
  if (values.json) return screen.json({ pid });
  screen.line(`A new ingress serves (pid ${pid})`);
}

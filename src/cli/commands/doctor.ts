import type { DoctorRow } from '../../api/views.ts';
import type { Invocation } from '../command.ts';
import { toned, type Tone } from '../render/table.ts';
import { plain } from '../render/text.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const { rows } = await (await connect()).get<{ rows: DoctorRow[] }>('/v1/doctor');
  if (values.json) return screen.json({ rows });
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  for (const area of new Set(rows.map((row) => row.area))) {
    screen.line(screen.paint.bold(plain(area)));
    for (const { name, works, detail, remedy } of rows.filter((row) => row.area === area)) {
      const [mark, tone]: [string, Tone] = works === null ? ['?  ', 'dim'] : works ? ['yes', 'good'] : ['no ', 'warning'];
      screen.line(`  ${toned(screen, tone, mark)}  ${plain(name).padEnd(width)}  ${plain(detail)}`);
      if (remedy !== null) screen.line(screen.paint.dim(`       ${' '.repeat(width)}  to get it: ${plain(remedy)}`));
    }
  }
}

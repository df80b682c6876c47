import type { CalibrationView } from '../../api/memory-views.ts';
import type { Invocation } from '../command.ts';
import { table } from '../render/table.ts';
import { duration } from '../render/units.ts';

export async function run({ values, screen, connect }: Invocation): Promise<void> {
  const calibration = await (await connect()).get<CalibrationView>('/v1/audit/calibration');
  if (values.json) return screen.json(calibration);
  const { kinds, open } = calibration;
  if (kinds.length === 0) return screen.line(`No decision was measured yet; ${open} are open.`);
  const percent = (value: number | null) => (value === null ? '-' : `${Math.round(value * 100)} %`);
  const figure = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  screen.line(table(screen, ['DECISION', 'MEASURED', 'HELD', 'FAILED', 'OVERTAKEN', 'CONFIDENCE', 'HELD IN', 'BRIER', 'ERROR', 'MEDIAN'], kinds.map((row) => [
    row.kind, String(row.measured), String(row.held), { text: String(row.failed), tone: row.failed > 0 ? 'warning' : 'info' }, String(row.overtaken),
    percent(row.confidence), percent(row.rate), figure(row.brier), figure(row.calibrationError), row.milliseconds === null ? '-' : duration(row.milliseconds),
  ])));
  const bins = kinds.flatMap((row) => row.bins.map((bin) => [row.kind, `${percent(bin.from)} to ${percent(bin.to)}`, String(bin.decisions), percent(bin.confidence), percent(bin.rate)]));
  screen.line(`\n${table(screen, ['DECISION', 'CONFIDENCE', 'DECISIONS', 'MEAN', 'HELD IN'], bins)}`);
  if (open > 0) screen.line(screen.paint.dim(`\n${open === 1 ? '1 decision is' : `${open} decisions are`} not measured yet`));
}

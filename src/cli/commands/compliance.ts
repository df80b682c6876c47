import type { ComplianceReport, ComplianceView } from '../../api/compliance-views.ts';
import type { Invocation } from '../command.ts';
import { table } from '../render/table.ts';
import { plain } from '../render/text.ts';
import { clockTime } from '../render/units.ts';

export async function run(invocation: Invocation): Promise<void> {
  const { command, values, screen, connect } = invocation;
  const client = await connect();
  if (command.name === 'compliance report') {
    const report = await client.get<ComplianceReport>('/v1/compliance/report', { from: values.option('from'), to: values.option('to') ?? 'now' });
    return values.json ? screen.json(report) : showReport(invocation, report);
  }
  const view = await client.get<ComplianceView>('/v1/compliance');
  if (values.json) return screen.json(view);
  if (view.rules.length === 0) screen.line(`No rules: write some into ${view.path}`);
  else if (command.name === 'compliance rules') screen.line(table(screen, ['RULE', 'KIND', 'MODE', 'CRITERIA', 'WHAT'], view.rules.map(({ id, rule, mode, criteria, what }) => [id, rule, mode, criteria.join(', '), what])));
  else {
    screen.line(table(screen, ['RULE', 'MODE', 'NOT KEPT', 'LAST'], view.rules.map(({ id, mode, violations, lastViolation }) => [
      id, mode, { text: String(violations), tone: violations > 0 ? 'warning' : 'good' }, lastViolation === null ? '-' : clockTime(lastViolation),
    ])));
  }
  if (command.name === 'compliance rules' || view.held.length === 0) return;
  screen.line(`\n${table(screen, ['WAITS FOR APPROVAL', 'SINCE', 'BY', 'WHAT'], view.held.map(({ id, at, by, kind, app, reason }) => [id, clockTime(at), by, `${kind} ${app ?? ''}: ${reason}`]))}`);
}

function showReport({ screen }: Invocation, { from, to, decisions, refused, approved, rejected, violations }: ComplianceReport): void {
  const time = (at: number | null) => (at === null ? 'the beginning' : clockTime(at));
  screen.line(`From ${time(from)} to ${time(to)}`);
  screen.line(`decisions  ${Object.entries(decisions).map(([kind, count]) => `${count} ${kind}`).join(', ') || 'none'}`);
  screen.line(`refused    ${refused}; of those that waited, ${approved} were approved and ${rejected} turned down`);
  if (violations.length === 0) return screen.line('violations none');
  screen.line(`\n${table(screen, ['RULE', 'BLOCKED', 'ALERTED', 'BY'], violations.map(({ rule, blocked, alerted, people }) => [rule, String(blocked), String(alerted), plain(people.join(', '))]))}`);
}

import type { AuditRecord } from '../api/memory-views.ts';

export const formats = ['table', 'jsonl', 'csv', 'otlp'] as const;
export type Format = (typeof formats)[number];

const columns = ['position', 'time', 'actor', 'app', 'kind', 'outcome', 'text', 'reason', 'confidence', 'correlation', 'cause'] as const;

/** RFC 4180, times in ISO 8601. What a spreadsheet would take for a formula is made text. */
export function csv(records: readonly AuditRecord[]): string {
  const rows = records.map((record) => columns.map((column) => cell(column === 'time' ? new Date(record.time).toISOString() : record[column])).join(','));
  return [columns.join(','), ...rows].map((row) => `${row}\r\n`).join('');
}

/** JSON Lines. */
export function jsonLines(records: readonly AuditRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/**
 * OpenTelemetry logs as the OTLP file exporter writes them: one `LogsData` in JSON (opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding"). A correlation that has the form of a trace id
 * is the trace.
 */
export function otlp(records: readonly AuditRecord[], version: string): string {
  const scopeLogs = [{ scope: { name: 'stratoswarm.audit', version }, logRecords: records.map(logRecord) }];
  return `${JSON.stringify({ resourceLogs: [{ resource: { attributes: attributes({ 'service.name': 'stratoswarm', 'service.version': version }) }, scopeLogs }] })}\n`;
}

/** Severity numbers of the log data model, by outcome. */
function severity(outcome: string): { severityNumber: number; severityText: string } {
  if (outcome === 'bad' || outcome === 'failed') return { severityNumber: 17, severityText: 'ERROR' };
  if (outcome === 'warning' || outcome === 'refused') return { severityNumber: 13, severityText: 'WARN' };
  return { severityNumber: 9, severityText: 'INFO' };
}

function logRecord(record: AuditRecord) {
  const { position, time, actor, app, kind, outcome, text, reason, confidence, correlation, cause } = record;
  const nanoseconds = `${BigInt(Math.trunc(time)) * 1_000_000n}`;
  return {
    timeUnixNano: nanoseconds, observedTimeUnixNano: nanoseconds, ...severity(outcome), body: { stringValue: text }, eventName: `stratoswarm.${kind}`,
    attributes: attributes({
      'event.name': `stratoswarm.${kind}`, 'stratoswarm.position': position, 'stratoswarm.actor': actor, 'stratoswarm.app': app, 'stratoswarm.kind': kind, 'stratoswarm.outcome': outcome,
      'stratoswarm.reason': reason, 'stratoswarm.confidence': confidence, 'stratoswarm.correlation': correlation, 'stratoswarm.cause': cause,
    }),
    ...(correlation !== null && /^[0-9a-f]{32}$/.test(correlation) && { traceId: correlation, spanId: position.toString(16).padStart(16, '0') }),
  };
}

function attributes(values: Readonly<Record<string, string | number | null>>): { key: string; value: object }[] {
  return Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [{ key, value: typeof value === 'string' ? { stringValue: value } : numberValue(key, value) }]));
}

function numberValue(key: string, value: number): object {
  return key === 'stratoswarm.confidence' ? { doubleValue: value } : { intValue: String(value) };
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

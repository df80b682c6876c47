import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { AuditRecord } from '../api/memory-views.ts';
import { csv, jsonLines, otlp } from './audit-formats.ts';

const record = (over: Partial<AuditRecord> = {}): AuditRecord => ({
  position: 12, time: 1_800_000_000_123, actor: 'user:ada', app: 'shop', kind: 'deploy', outcome: 'held', text: 'Revision 2 of shop admitted', reason: 'a "new" one, with\na line', confidence: 0.9, correlation: 'ab'.repeat(16), cause: 3, ...over,
});
const records = [record(), record({ position: 13, kind: 'agent-exited', outcome: 'bad', app: null, reason: null, confidence: null, correlation: null, cause: null }), record({ position: 14, outcome: 'refused', text: '=HYPERLINK("x")', correlation: 'deployment-1' })];

/**
 * The messages of opentelemetry-proto (`logs/v1/logs.proto`, `common/v1/common.proto`, `resource/v1/resource.proto`) in the JSON encoding that OTLP prescribes: names in lower camel case, 64-bit integers as decimal strings, enums as numbers, ids as
 * hexadecimal digits. Strict: what is not in them is not sent.
 */
const uint64 = z.string().regex(/^(0|[1-9]\d{0,19})$/).refine((text) => BigInt(text) < 2n ** 64n);
const int64 = z.string().regex(/^-?(0|[1-9]\d{0,18})$/);
const AnyValue = z.union([z.strictObject({ stringValue: z.string() }), z.strictObject({ boolValue: z.boolean() }), z.strictObject({ intValue: int64 }), z.strictObject({ doubleValue: z.number() })]);
const attributes = z.array(z.strictObject({ key: z.string().min(1), value: AnyValue })).refine((list) => new Set(list.map(({ key }) => key)).size === list.length, { message: 'a key is there twice' });
const LogRecord = z.strictObject({
  timeUnixNano: uint64, observedTimeUnixNano: uint64, severityNumber: z.int().min(1).max(24), severityText: z.string(), body: AnyValue, attributes, droppedAttributesCount: z.int().optional(), flags: z.int().optional(),
  traceId: z.string().regex(/^(?!0{32})[0-9a-f]{32}$/).optional(), spanId: z.string().regex(/^(?!0{16})[0-9a-f]{16}$/).optional(), eventName: z.string().optional(),
});
const LogsData = z.strictObject({
  resourceLogs: z.array(z.strictObject({
    resource: z.strictObject({ attributes, droppedAttributesCount: z.int().optional() }),
    scopeLogs: z.array(z.strictObject({ scope: z.strictObject({ name: z.string(), version: z.string(), attributes: attributes.optional() }), logRecords: z.array(LogRecord), schemaUrl: z.string().optional() })),
    schemaUrl: z.string().optional(),
  })),
});

describe('the audit trail', () => {
  it('as OpenTelemetry logs has the shape of the published messages, one line for a file of OTLP', () => {
    const text = otlp(records, '1.2.3');
    expect(text.indexOf('\n')).toBe(text.length - 1);
    const { resourceLogs } = LogsData.parse(JSON.parse(text));
    const { logRecords } = resourceLogs[0]!.scopeLogs[0]!;
    expect(logRecords).toHaveLength(3);
    expect(logRecords[0]).toMatchObject({ timeUnixNano: '1800000000123000000', severityNumber: 9, eventName: 'stratoswarm.deploy', traceId: 'ab'.repeat(16), spanId: '000000000000000c', body: { stringValue: 'Revision 2 of shop admitted' } });
    expect(logRecords.map(({ severityText, traceId }) => [severityText, traceId === undefined])).toEqual([['INFO', false], ['ERROR', true], ['WARN', true]]);
    expect(resourceLogs[0]!.resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'stratoswarm' } });
  });

  it('as CSV is read back as it was, and holds no formula', () => {
    const rows = csv(records).split('\r\n');
    expect(rows[0]).toBe('position,time,actor,app,kind,outcome,text,reason,confidence,correlation,cause');
    expect(rows[1]).toContain('"a ""new"" one, with\na line"');
    expect(rows[3]).toContain(`"'=HYPERLINK(""x"")"`);
    expect(csv([])).toBe(`${rows[0]}\r\n`);
  });

  it('as JSON Lines is one record a line', () => {
    expect(jsonLines(records).trimEnd().split('\n').map((line) => JSON.parse(line) as AuditRecord)).toEqual(records);
  });
});

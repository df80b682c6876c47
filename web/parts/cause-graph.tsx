import type { AuditRecord } from '../../src/api/memory-views.ts';

/** Pixels of one entry; the list beside the graph has the same. */
export const rowHeight = 34;
const width = 72;

/** An arc from each entry up or down to its cause, where both are shown; what led to the selected one stands out. */
export function CauseGraph({ records, selected }: { records: readonly AuditRecord[]; selected: number | undefined }) {
  const rows = new Map(records.map(({ position }, index) => [position, index]));
  const lit = chainOf(records, selected);
  const y = (row: number) => row * rowHeight + rowHeight / 2;
  return (
    <svg className="causes" width={width} height={records.length * rowHeight} role="img" aria-label="Lines from entries to their causes">
      {records.map(({ position, cause }, row) => {
        const to = cause === null ? undefined : rows.get(cause);
        if (to === undefined) return null;
        const reach = Math.min(width - 10, 12 + Math.abs(to - row) * 6);
        const x = width - 8;
        return <path key={position} className={lit.has(position) ? 'lit' : undefined} d={`M ${x} ${y(row)} C ${x - reach} ${y(row)}, ${x - reach} ${y(to)}, ${x} ${y(to)}`} />;
      })}
      {records.map(({ position, outcome }, row) => <circle key={position} className={`${outcome}${lit.has(position) ? ' lit' : ''}`} cx={width - 8} cy={y(row)} r={4} />)}
    </svg>
  );
}

function chainOf(records: readonly AuditRecord[], selected: number | undefined): ReadonlySet<number> {
  const known = new Map(records.map((record) => [record.position, record]));
  const chain = new Set<number>();
  for (let next = selected; next !== undefined && !chain.has(next);) {
    chain.add(next);
    next = known.get(next)?.cause ?? undefined;
  }
  return chain;
}

const width = 96;
const height = 24;

/** A small chart of the last values, from zero up; gaps where nothing was measured. `label` says the newest value to those who cannot see it. */
export function Sparkline({ values, label }: { values: (number | null)[]; label: string }) {
  const most = Math.max(1, ...values.map((value) => value ?? 0)) * 1.15;
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const points = values.flatMap((value, index) => (value === null ? [] : [{ x: index * step, y: height - 1 - (value / most) * (height - 2) }]));
  const line = points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
      {points.length > 1 && <polygon points={`${points[0]!.x.toFixed(1)},${height} ${line} ${points.at(-1)!.x.toFixed(1)},${height}`} />}
      {points.length > 1 && <polyline points={line} />}
    </svg>
  );
}

import { useEffect, useRef, useState } from 'react';
import { readStream, type LogLine } from '../api.ts';

/** Lines that are kept on the page. */
const kept = 2000;

/** Output of an app's agents as it comes, following the end until one scrolls up. */
export function Logs({ app, services }: { app: string; services: string[] }) {
  const [service, setService] = useState('');
  const [filter, setFilter] = useState('');
  const [lines, setLines] = useState<LogLine[]>([]);
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const abort = new AbortController();
    setLines([]);
    let pending: LogLine[] = [];
    const timer = setInterval(() => {
      if (pending.length === 0) return;
      const fresh = pending;
      pending = [];
      setLines((known) => [...known, ...fresh].slice(-kept));
    }, 150);
    const query = new URLSearchParams({ follow: 'true', tail: '200', ...(service === '' ? {} : { service }) });
    const read = async () => {
      while (!abort.signal.aborted) {
        await readStream<LogLine>(`/v1/apps/${app}/logs?${query.toString()}`, abort.signal, (line) => pending.push(line)).catch(() => undefined);
        if (abort.signal.aborted) return;
        query.set('tail', '0');
        await new Promise((resolve) => setTimeout(resolve, 2000));
      }
    };
    void read();
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [app, service]);
  useEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  const shown = filter === '' ? lines : lines.filter((line) => line.line.toLowerCase().includes(filter.toLowerCase()));
  return (
    <>
      <div className="controls">
        <label>Service <select value={service} onChange={(event) => setService(event.target.value)}>
          <option value="">all</option>
          {services.map((name) => <option key={name}>{name}</option>)}
        </select></label>
        <input type="search" value={filter} onChange={(event) => setFilter(event.target.value)} placeholder="Filter" aria-label="Filter lines" />
      </div>
      <div ref={box} className="logs" role="log" aria-label={`Output of ${app}`} tabIndex={0} onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        follows.current = scrollHeight - scrollTop - clientHeight < 40;
      }}>
        {shown.length === 0 && <span className="quiet">{lines.length === 0 ? 'No output yet.' : 'No line contains this.'}</span>}
        {shown.map((line) => <div key={`${line.agent}:${line.offset}`}><span className="source">{line.service}/{line.slot}</span>{line.line}</div>)}
      </div>
    </>
  );
}

import { useState } from 'react';
import { call, type EventView } from '../api.ts';
import { Timeline } from '../parts/timeline.tsx';

/** Everything that happened, newest first, with a filter; older events are read on demand. */
export function Events({ events }: { events: EventView[] }) {
  const [text, setText] = useState('');
  const [older, setOlder] = useState<EventView[]>([]);
  const [ended, setEnded] = useState(false);
  const known = new Set(events.map((event) => event.position));
  const all = [...events, ...older.filter((event) => !known.has(event.position))];
  const shown = all.filter((event) => `${event.app ?? ''} ${event.text} ${event.type} ${event.actor}`.toLowerCase().includes(text.toLowerCase()));
  const more = async () => {
    const last = all.at(-1);
    if (!last) return;
    const { events: page, next } = await call<{ events: EventView[]; next: number | null }>('GET', `/v1/events?limit=200&before=${last.position}`);
    setOlder([...older, ...page]);
    setEnded(next === null);
  };
  return (
    <section aria-labelledby="events-title">
      <div className="title-row">
        <h1 id="events-title">Events</h1>
        <input type="search" value={text} onChange={(event) => setText(event.target.value)} placeholder="Filter by app, text or actor" aria-label="Filter events" />
      </div>
      <Timeline events={shown} detailed />
      {!ended && (all.at(-1)?.position ?? 1) > 1 && <button type="button" onClick={() => void more()}>Older events</button>}
    </section>
  );
}

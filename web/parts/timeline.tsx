import type { EventView } from '../api.ts';
import { ago, clockTime } from '../format.ts';
import { Place } from '../places.tsx';

/** Events, newest first. */
export function Timeline({ events, detailed }: { events: EventView[]; detailed?: boolean }) {
  if (events.length === 0) return <p className="quiet">Nothing yet.</p>;
  return (
    <ol className="timeline">
      {events.map((event) => (
        <li key={event.position} className={event.tone}>
          <span className="what">{event.text}</span>
          <span className="quiet nowrap">
            {detailed && <>#{event.position} · {event.actor} · {event.app && <><Place to={`/apps/${event.app}`}>{event.app}</Place> · </>}</>}
            <time dateTime={new Date(event.time).toISOString()} title={new Date(event.time).toLocaleString()}>{detailed ? clockTime(event.time) : `${ago(event.time)} ago`}</time>
          </span>
        </li>
      ))}
    </ol>
  );
}

import type { EventView } from '../api.ts';
import { ago, clockTime, duration } from '../format.ts';
import { Place } from '../places.tsx';
import { chapters, type Chapter } from './lives.ts';

/** Events, newest first; the steps of an agent's coming and going are folded into one line each. */
export function Timeline({ events, detailed, limit = Infinity }: { events: EventView[]; detailed?: boolean; limit?: number }) {
  if (events.length === 0) return <p className="quiet">Nothing yet.</p>;
  return (
    <ol className="timeline">
      {chapters(events).slice(0, limit).map((chapter) => (
        <li key={chapter.events.at(-1)!.position} className={chapter.head.tone}>
          {chapter.events.length === 1 ? <p className="line"><Line event={chapter.head} detailed={detailed} /></p> : <Steps chapter={chapter} detailed={detailed} />}
        </li>
      ))}
    </ol>
  );
}

function Steps({ chapter: { head, events }, detailed }: { chapter: Chapter; detailed: boolean | undefined }) {
  const took = events[0]!.time - events.at(-1)!.time;
  return (
    <details>
      <summary className="line"><Line event={head} detailed={detailed} note={`${events.length} steps in ${duration(took)}`} /></summary>
      <ol>{events.map((event) => <li key={event.position} className="line"><Line event={event} detailed={detailed} /></li>)}</ol>
    </details>
  );
}

function Line({ event, detailed, note }: { event: EventView; detailed: boolean | undefined; note?: string }) {
  return (
    <>
      <span className="what">{event.text}{note && <span className="quiet">{note}</span>}</span>
      <span className="quiet when">
        {detailed && <>#{event.position} · {event.actor} · {event.app && <><Place to={`/apps/${event.app}`}>{event.app}</Place> · </>}</>}
        <time dateTime={new Date(event.time).toISOString()} title={new Date(event.time).toLocaleString()}>{detailed ? clockTime(event.time) : `${ago(event.time)} ago`}</time>
      </span>
    </>
  );
}

import * as z from 'zod';
import { feed } from '../feed.ts';
import { EventsQuery, EventStreamQuery } from '../requests.ts';
import { json, route, type Route, type StreamItem } from '../route.ts';
import { EventView } from '../views.ts';

export const eventRoutes: readonly Route[] = [
  route({
    method: 'GET', path: '/v1/events', role: 'viewer', summary: 'What happened, newest first; `before` leads to the next page', query: EventsQuery,
    answer: z.object({ events: z.array(EventView), next: z.int().nullable() }),
    handle: async ({ backend, query: { before, limit, app, types } }) => {
      const events = await backend.events({ before, limit, app, types });
      return json({ events, next: events.length === limit && limit > 0 ? events.at(-1)!.position : null });
    },
  }),
  route({
    method: 'GET', path: '/v1/events/stream', role: 'viewer', summary: 'Events as they happen; the id of each is its position', query: EventStreamQuery, answer: EventView,
    media: ['text/event-stream'],
    handle: ({ backend, query, lastEventId, signal }) => {
      const resumed = lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : undefined;
      const after = resumed ?? query.after ?? backend.head();
      const events = feed<EventView>((listener) => backend.subscribe(after, listener), signal);
      return { kind: 'stream', format: 'events', items: items(events, query.app) };
    },
  }),
];

async function* items(events: AsyncIterable<EventView>, app: string | undefined): AsyncGenerator<StreamItem> {
  for await (const event of events) {
    if (app === undefined || event.app === app) yield { id: String(event.position), data: event, text: event.text };
  }
}

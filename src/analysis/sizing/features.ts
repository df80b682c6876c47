import type { PlannedService } from '../../model/index.ts';

/** What a service's memory is estimated from: all of it can be read from code. */
export interface Features {
  readonly language: string;
  readonly framework: string | null;
  readonly kind: string;
  /** Processes that its start command or its code asks for. */
  readonly processes: number;
  /** It renders pages with a framework of its own on the server. */
  readonly rendersPages: boolean;
  /** It holds a library of numbers or models. */
  readonly computes: boolean;
  readonly stores: number;
}

/** One app that was run and measured; `memory` in bytes. */
export interface Measured {
  readonly name: string;
  readonly features: Features;
  readonly memory: number;
}

const renderers = new Set(['next', 'nextjs', 'next.js', 'nuxt', 'remix', 'react-router', 'sveltekit', 'astro', 'solid-start', 'qwik', 'angular', 'tanstack-start', 'gatsby', 'keystone', 'strapi', 'payload', 'directus']);

/** The features of a service as analysis left it. */
export function featuresOf(service: PlannedService): Features {
  return {
    language: service.language ?? 'unknown', framework: service.framework, kind: service.kind, processes: processesOf(service.start ?? ''),
    rendersPages: renderers.has(service.framework ?? ''), computes: service.ml !== null || /^(streamlit|gradio|dash|jupyter|panel|bokeh|voila)$/.test(service.framework ?? '') || service.kind === 'notebook', stores: service.stores.length,
  };
}

/** `gunicorn -w 4`, `uvicorn --workers 2`, `puma -w 3`, `pm2 start -i 4`; 1 where nothing is said. */
function processesOf(start: string): number {
  const stated = /(?:\s-w\s*|--workers[ =]|--processes[ =]|--concurrency[ =]|\s-i\s+)(\d{1,2})\b/.exec(start)?.[1];
  const count = stated === undefined ? 1 : Number(stated);
  return Math.max(1, count) + (count > 1 && /gunicorn|puma|unicorn/.test(start) ? 1 : 0);
}

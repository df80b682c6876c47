import type { Evidence, PlannedService } from '../../model/index.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import type { Named } from './names.ts';
import type { Resolver } from './resolve.ts';
import type { Setting } from './settings.ts';

/** A service with all that shows whom it calls. */
export interface Caller extends Named {
  code: readonly FileFacts[];
  settings: readonly Setting[];
  resolver: Resolver;
}

/** One reason to believe that a service calls another; what is outside of the app's code may call as well. */
export interface Link {
  from: string;
  to: string;
  protocol: string;
  envVar: string | null;
  confidence: number;
  evidence: Evidence[];
}

/** Whether browsers rather than programs call it. */
export function isPage({ kind, framework }: PlannedService): boolean {
  return kind === 'static' || (kind === 'web' && /^(next|nuxt|remix|sveltekit|astro|gatsby|react|vue|angular|svelte|vite|create-react-app|solid|streamlit|gradio|dash)/.test(framework ?? ''));
}

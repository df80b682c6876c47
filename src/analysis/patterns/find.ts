import type { Evidence, Pattern, PlannedService } from '../../model/index.ts';
import type { Setting } from '../calls/settings.ts';
import type { Draft } from '../draft.ts';
import { seen } from '../draft.ts';
import type { FileFacts } from '../facts/file-facts.ts';
import { settingKey } from '../syntax/template.ts';
import type { PatternSigns } from './kinds.ts';
import { patternSigns } from './kinds.ts';

/** What a service does besides its own work, each with the place that shows it, in the order of the vocabulary. */
export function patternsOf(draft: Draft, code: readonly FileFacts[], settings: readonly Setting[], service: PlannedService): { pattern: Pattern; evidence: Evidence }[] {
  return patternSigns.flatMap((signs) => {
    const evidence = signOf(signs, draft, code, settings) ?? (signs.pattern === 'health' ? healthOf(code, service) : undefined);
    return evidence ? [{ pattern: signs.pattern, evidence }] : [];
  });
}

function signOf({ packages, imported, words, texts, settings: keys }: PatternSigns, draft: Draft, code: readonly FileFacts[], settings: readonly Setting[]): Evidence | undefined {
  const dependency = [...draft.dependencies].find(([name]) => packages.test(name) || packages.test(name.slice(name.indexOf(':') + 1)));
  if (dependency) return dependency[1];
  for (const { path, telling, imports } of code) {
    for (const [text, line] of telling) if (words?.test(text) || texts?.test(text) || (text === 'SIGTERM' && words?.test(text))) return seen(path, line, `has ${text}`);
    const used = imports.find(({ name }) => packages.test(name) || imported?.test(name));
    if (used) return seen(path, used.line, `imports ${used.name}`);
  }
  const set = keys && settings.find(({ key, text }) => keys.test(`${settingKey(key)}=${text.toLowerCase()}`));
  return set ? seen(set.file, set.line, `sets ${set.key}`) : undefined;
}

function healthOf(code: readonly FileFacts[], { health }: PlannedService): Evidence | undefined {
  for (const { path, routes } of code) {
    const route = routes.find((one) => (health.path !== null && health.path !== '/' && one.path === health.path) || /^\/(api\/)?(_?health(z|check|-check)?|healthcheck|livez?|readyz?|liveness|readiness|actuator\/health|up|ping|status)$/.test(one.path));
    if (route) return seen(path, route.line, `answers ${route.path}`);
  }
  return undefined;
}

/** Whom an event is about: an app by name, or an agent whose app is known from its creation. Empty when there is none. */
export interface Subject {
  readonly app: string;
  readonly agent: string;
}

const plain = /^[a-z0-9-]{1,120}$/;

/** Reads the subject from an event's body. Works on any version of any body, so that a recovered row gets the same as it had. */
export function subjectOf(body: unknown): Subject {
  const holder = field(body, 'decision') ?? field(body, 'proposal') ?? body;
  return { app: name(field(holder, 'app')), agent: name(field(body, 'agent')) };
}

function field(value: unknown, key: string): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[key] : undefined;
}

function name(value: unknown): string {
  return typeof value === 'string' && plain.test(value) ? value : '';
}

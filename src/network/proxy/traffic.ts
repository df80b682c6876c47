/** Upper bounds, in milliseconds, of the buckets into which durations are counted; a last bucket takes what is longer. */
export const durationBounds = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000] as const;

/** What one service of one app served since the ingress started. */
export interface ServiceTraffic {
  readonly app: string;
  readonly service: string;
  requests: number;
  /** By first digit: `responses[2]` counts 200 to 299; `responses[0]` those whose client left before an answer. */
  readonly responses: number[];
  /** Answers that the ingress gave instead of the service, by status: 502, 503, 504. */
  readonly failures: Record<number, number>;
  /** Requests that had to wait for a target. */
  held: number;
  /** Requests that were sent again, to another target or over a fresh connection. */
  retried: number;
  receivedBytes: number;
  sentBytes: number;
  durationSum: number;
  /** Counts for {@link durationBounds}, one more than those. */
  readonly durations: number[];
}

/** Counters by app and service. */
export class Traffic {
  readonly #services = new Map<string, ServiceTraffic>();

  all(): ServiceTraffic[] {
    return [...this.#services.values()];
  }

  of(app: string, service: string): ServiceTraffic {
    const key = `${app} ${service}`;
    let traffic = this.#services.get(key);
    if (traffic === undefined) this.#services.set(key, traffic = none(app, service));
    return traffic;
  }

  /** Forgets services that are routed no more. */
  keepOnly(services: Iterable<{ app: string; service: string }>): void {
    const kept = new Set([...services].map(({ app, service }) => `${app} ${service}`));
    for (const key of this.#services.keys()) if (!kept.has(key)) this.#services.delete(key);
  }
}

/** Counts one finished request. `status` 0 says that the client left before an answer. */
export function count(traffic: ServiceTraffic, status: number, receivedBytes: number, sentBytes: number, milliseconds: number): void {
  traffic.requests++;
  const digit = Math.floor(status / 100);
  traffic.responses[digit] = (traffic.responses[digit] ?? 0) + 1;
  traffic.receivedBytes += receivedBytes;
  traffic.sentBytes += sentBytes;
  traffic.durationSum += milliseconds;
  let bucket = 0;
  while (bucket < durationBounds.length && milliseconds > durationBounds[bucket]!) bucket++;
  traffic.durations[bucket]!++;
}

function none(app: string, service: string): ServiceTraffic {
  return {
    app, service, requests: 0, responses: [0, 0, 0, 0, 0, 0], failures: {}, held: 0, retried: 0,
    receivedBytes: 0, sentBytes: 0, durationSum: 0, durations: Array.from({ length: durationBounds.length + 1 }, () => 0),
  };
}

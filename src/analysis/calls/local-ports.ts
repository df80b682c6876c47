import { posix } from 'node:path';
import type { Caller } from './caller.ts';
import { dashed } from './names.ts';

/** Which services the ports of the machine of whoever develops an app lead to. */
export class LocalPorts {
  readonly #published = new Map<number, Caller[]>();
  /** Where their own code or configuration says that they listen. */
  readonly #told = new Map<number, Caller[]>();
  /** Where they listen, be it by custom alone. */
  readonly #listening = new Map<number, Caller[]>();
  /** Where their configuration for one profile has them listen, such as that of whoever develops. */
  readonly #profiled = new Map<number, Caller[]>();
  /** What their variables of ports are where nothing sets them. */
  readonly #usual = new Map<number, Caller[]>();

  constructor(all: readonly Caller[]) {
    for (const one of all) {
      for (const port of usualOf(one)) add(this.#usual, port, one);
      for (const port of publishedBy(one)) add(this.#published, port, one);
      for (const { value } of one.draft.claims('port')) if (isSelfTold(one, value.port)) add(this.#profiled, value.port, one);
      for (const port of new Set(one.service.ports.map(({ port }) => port))) {
        if (one.draft.published.size > 0 && !isSelfTold(one, port)) continue;
        add(this.#listening, port, one);
        if (one.draft.claims('port').some(({ value, confidence }) => value.port === port && confidence >= leastTold)) add(this.#told, port, one);
      }
    }
  }

  /**
   * The service that is reached at a port. Where it is published or told for development counts before where it
   * listens in its container, as many do at the same port there, and what is told before what is only usual or for one profile, and that before what only a variable of somebody else speaks of; none where several would,
   * but for one program in several frameworks: there it is that of the caller's.
   */
  find(port: number, from: Caller): Caller | undefined {
    const all = this.#published.get(port) ?? this.#told.get(port) ?? this.#listening.get(port) ?? this.#profiled.get(port) ?? this.#usual.get(port)?.filter((one) => one !== from) ?? [];
    const [found, ...others] = all.length > 1 && areVariants(all) ? all.filter(({ service }) => service.framework === from.service.framework) : all;
    return others.length === 0 && found !== from ? found : undefined;
  }
}

/** Whether directories are called alike but for what stands before, and each is in a framework of its own: `spring-stock`, `quarkus-stock`. */
function areVariants(all: readonly Caller[]): boolean {
  const ends = new Set(all.map(({ draft }) => posix.basename(draft.path).split(/[-_]/).at(-1)));
  return ends.size === 1 && new Set(all.map(({ service }) => service.framework)).size === all.length;
}

/** A port that is only where such servers listen by custom is said with less. */
const leastTold = 0.8;

/** Ports of variables that are about the service itself, such as `PORT` and `ENGINE_PORT`, wherever its code may use them. */
function usualOf({ code, service }: Caller): Set<number> {
  if (service.ports.length === 0) return new Set();
  const own = new Set(dashed(service.name).split('-'));
  const isOwn = (name: string) => plainPort.test(name) || name.endsWith('_PORT') && name.split('_').slice(0, -1).some((word) => word.length > 2 && own.has(word.toLowerCase()));
  return new Set(code.flatMap(({ env }) => env.filter(({ name, default: usual }) => isOwn(name) && /^[1-9]\d{2,4}$/.test(usual ?? '')).map((read) => Number(read.default))));
}

/** Variables that say where whoever reads them listens. */
const plainPort = /^(?:(?:HTTP|SERVER|SERVICE|APP|API|WEB|LISTEN|GRPC)_)?PORT$/;

/** Where Laravel and its like say under which address they are reached themselves. */
const envFile = /(?:^|\/)\.env(?:\.[\w.]+)?$/;
const ownPlace = /^https?:\/\/(?:localhost|127\.0\.0\.1):\d+\/?$/;

function publishedBy({ draft, settings }: Caller): Set<number> {
  const told = settings.filter(({ key, file, text }) => /launchSettings\.json$/.test(file) && /applicationUrl$/i.test(key) || key === 'APP_URL' && envFile.test(file) && ownPlace.test(text));
  return new Set([...draft.published, ...told.flatMap(({ text }) => [...text.matchAll(/:([1-9]\d*)/g)].map(([, port]) => Number(port)))]);
}

/** What is published elsewhere listens here only if its own code says so, too. */
function isSelfTold({ draft }: Caller, port: number): boolean {
  return draft.claims('port').some(({ value, evidence }) => value.port === port && evidence.some(({ file }) => !/Dockerfile|Containerfile|compose[\w.-]*\.ya?ml$/.test(file)));
}

function add(map: Map<number, Caller[]>, port: number, caller: Caller): void {
  const known = map.get(port);
  if (known?.includes(caller)) return;
  if (known) known.push(caller);
  else map.set(port, [caller]);
}

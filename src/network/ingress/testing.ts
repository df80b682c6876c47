import { readFileSync } from 'node:fs';
import { pathsOf, type Paths } from '../../host/paths.ts';
import { systemTime } from '../../host/testing.ts';
import { ingressRouter, type IngressRouter, type IngressRouterOptions } from '../router.ts';
import { Opened, until } from '../testing.ts';

/** What tests of the ingress as a process open: homes, routers that start one, and apps behind it. All is gone after `close`. */
export class Ground extends Opened {
  home(): Paths {
    return pathsOf({ STRATOSWARM_HOME: this.directory() });
  }

  routerAt(paths: Paths, more: Partial<IngressRouterOptions> = {}): IngressRouter {
    const router = ingressRouter({ paths, clock: systemTime, port: 0, ...more });
    this.add(async () => {
      const pids = await router.status().then(({ pid }) => [pid], () => []);
      await router.stop();
      await until(() => pids.every((pid) => !alive(pid)));
    });
    return router;
  }

  /** The port of an app that gives this answer, after so many milliseconds. */
  async app(answer = 'ok', delayed = 0): Promise<number> {
    return this.http((_, response) => void setTimeout(() => response.end(answer), delayed));
  }
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** A request for the page of an app. */
export const get = (path = '/', more = 'Connection: close\r\n') => `GET ${path} HTTP/1.1\r\nHost: shop.localhost\r\n${more}\r\n`;

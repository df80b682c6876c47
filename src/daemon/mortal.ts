import { readText } from '../host/read-text.ts';

/** Lets a part die before and after its verbs: `around(ledger, 'ledger', ['append'])`. */
export type Around = <T extends object>(part: T, name: string, verbs: readonly string[]) => T;

/**
 * For tests of crashes only: a process that kills itself at a named point. `file` names the point and which passing of it is
 * the last, `driver.start.after:2`; passings count from when the file was last changed, so that the point can be chosen
 * while the process runs. An empty or missing file harms nobody.
 *
 * @param kill called at the point, and expected not to return
 */
export function mortality(file: string, kill: () => void): Around {
  let armed = '';
  let passed = 0;
  const pass = (point: string) => {
    const text = readText(file);
    if (text !== armed) {
      armed = text;
      passed = 0;
    }
    const [chosen, count] = text.trim().split(':');
    if (chosen === point && ++passed === Number(count)) kill();
  };
  return (part, name, verbs) => {
    for (const verb of verbs) {
      const act = (part as Record<string, (...args: unknown[]) => unknown>)[verb]!.bind(part);
      const mortal = (...args: unknown[]) => {
        pass(`${name}.${verb}.before`);
        const result = act(...args);
        if (result instanceof Promise) return result.finally(() => pass(`${name}.${verb}.after`));
        pass(`${name}.${verb}.after`);
        return result;
      };
      Object.defineProperty(part, verb, { value: mortal });
    }
    return part;
  };
}

/** The same for a process that serves the daemon: both go at once, as when the machine's power is cut. */
export function killWithParent(): void {
  process.kill(process.ppid, 'SIGKILL');
  process.kill(process.pid, 'SIGKILL');
}

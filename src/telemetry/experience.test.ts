import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintBytes } from '../analysis/similarity/fingerprint.ts';
import { signatureBytes } from '../analysis/similarity/minhash.ts';
import type { AppName, ServiceName } from '../model/index.ts';
import { Experience, type Outcome } from './experience.ts';

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'experience-'));
  path = join(directory, 'experience.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Of a service that is unlike those of all other seeds; so many bytes of its signature are others. */
function fingerprint(seed: number, changed = 0): string {
  const bytes = Uint8Array.from({ length: fingerprintBytes }, (_, i) => (Math.imul(seed + 1, 2654435761) >>> (i % 24)) ^ Math.imul(i, seed + 7));
  bytes.set([1, 1]);
  for (let i = 0; i < changed; i++) bytes[2 + (i % signatureBytes)]! ^= 255;
  return Buffer.from(bytes).toString('base64url');
}

const outcome = (decided: number, given: Partial<Record<keyof Outcome, unknown>> = {}) => ({ app: 'shop', service: 'web', fingerprint: fingerprint(1), revision: decided, decided, position: decided + 1, language: 'go', framework: null, replicas: 1, health: '/healthz', well: true, ...given }) as Outcome;
const [shop, web] = ['shop' as AppName, 'web' as ServiceName];

describe('experience', () => {
  it('is found by likeness, the nearest first, and nothing that is not alike', () => {
    const experience = new Experience(path);
    experience.count(outcome(1, { app: 'far', fingerprint: fingerprint(9) }));
    experience.count(outcome(2, { app: 'near', fingerprint: fingerprint(1, 9) }));
    experience.count(outcome(3));
    expect(experience.nearest(fingerprint(1), 5).map(({ app }) => app)).toEqual(['shop', 'near']);
    expect(experience.nearest(fingerprint(1), 1).map(({ app, similarity }) => [app, similarity])).toEqual([['shop', 1]]);
    expect(experience.nearest('?', 5)).toEqual([]);
    experience.close();
  });

  it('counts each deployment once, and keeps what ran well after one that failed', () => {
    const experience = new Experience(path);
    for (const one of [outcome(1), outcome(1), outcome(5), outcome(3), outcome(7, { well: false, fingerprint: fingerprint(9), health: null })]) experience.count(one);
    expect(experience.nearest(fingerprint(1), 5)).toMatchObject([{ app: 'shop', succeeded: 2, failed: 1, observed: { health: '/healthz' } }]);
    expect(experience.position).toBe(8);
    experience.close();
  });

  it('remembers the largest of what the last five revisions needed', () => {
    const experience = new Experience(path);
    experience.measure(shop, web, { decided: 1, memory: 1, cpu: 1, ready: 1 });
    for (let decided = 1; decided <= 6; decided++) {
      experience.count(outcome(decided));
      experience.measure(shop, web, { decided, memory: decided === 1 ? 1e9 : 100 + decided, cpu: null, ready: 5 });
      experience.measure(shop, web, { decided, memory: 50, cpu: 2, ready: null });
    }
    expect(experience.nearest(fingerprint(1), 5)[0]?.observed).toEqual({ memory: 106, cpu: 2, ready: 5, replicas: 1, health: '/healthz' });
    experience.close();
  });

  it('is still there after its process was killed', () => {
    const program = `import { Experience } from ${JSON.stringify(join(import.meta.dirname, 'experience.ts'))};
      new Experience(${JSON.stringify(path)}).count(${JSON.stringify(outcome(4))}); process.kill(process.pid, 'SIGKILL');`;
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', program]).signal).toBe('SIGKILL');
    const experience = new Experience(path);
    expect(experience.nearest(fingerprint(1), 5)).toMatchObject([{ succeeded: 1 }]);
    experience.close();
  });

  it.each([['no database', 'x'.repeat(5000)], ['empty', ''], ['half a header', 'SQLite format 3\0']])('is started anew from a file that is %s', (_, text) => {
    writeFileSync(path, text);
    const experience = new Experience(path);
    experience.count(outcome(2));
    expect(experience.nearest(fingerprint(1), 5)).toHaveLength(1);
    experience.close();
    expect(existsSync(path)).toBe(true);
  });

  it('is kept when it is asked after its end', () => {
    const experience = new Experience(path);
    experience.count(outcome(2));
    experience.close();
    expect(() => experience.nearest(fingerprint(1), 5)).toThrow();
    const again = new Experience(path);
    expect(again.nearest(fingerprint(1), 5)).toHaveLength(1);
    again.close();
  });

  it('is started anew when it is damaged while it is open', () => {
    const experience = new Experience(path);
    for (let i = 0; i < 500; i++) experience.count(outcome(i + 1, { app: `app-${i}`, fingerprint: fingerprint(i) }));
    experience.close();
    const again = new Experience(path);
    writeFileSync(path, Buffer.alloc(200_000, 7));
    again.count(outcome(900));
    expect(again.nearest(fingerprint(1), 5).map(({ app }) => app)).toContain('shop');
    again.close();
  });
});

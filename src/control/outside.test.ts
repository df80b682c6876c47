import { describe, expect, it } from 'vitest';
import { builtWith, openedPort, Recorded, Recorder, ruleTime, oldestSecret, versionOf } from './outside.ts';

const nobody = () => { throw new Error('asked'); };

describe('what a decision takes from outside', () => {
  it('is asked for once, and is the same later, when nobody is asked', () => {
    const recorder = new Recorder();
    let times = 0;
    expect([ruleTime(recorder, () => 1000 + times++), ruleTime(recorder, () => 1000 + times++)]).toEqual([1000, 1000]);
    expect(oldestSecret(recorder, 'shop', () => ({ variable: 'KEY', at: 900 }))).toEqual({ variable: 'KEY', at: 900 });
    expect(oldestSecret(recorder, 'blog', () => null)).toBeNull();
    expect(openedPort(recorder, 'oci', 'shop-web-0-aaaaaaaa', [3000, 9229])).toBe(3000);
    expect(versionOf(recorder, { kind: 'git', version: 'c0ffee' })).toBe('c0ffee');
    const built = { web: { artefact: 'sha256-1', toolchain: ['/opt/node/bin'], programs: ['node 24.4.0'], cached: true } };
    const read = builtWith(recorder, () => built);
    expect(read).toEqual({ web: { artefact: 'sha256-1', toolchain: ['/opt/node/bin'], programs: ['node 24.4.0'] } });
    expect([times, recorder.readings.length]).toEqual([1, 6]);

    const later = new Recorded(JSON.parse(JSON.stringify(recorder.readings)) as typeof recorder.readings);
    expect([ruleTime(later, nobody), oldestSecret(later, 'shop', nobody), oldestSecret(later, 'blog', nobody), openedPort(later, 'oci', 'shop-web-0-aaaaaaaa', []), versionOf(later, { kind: 'git', version: null })]).toEqual([1000, { variable: 'KEY', at: 900 }, null, 3000, 'c0ffee']);
    expect(builtWith(later, nobody)).toEqual(read);
  });

  it('may have been told by an earlier version, which knew only when any secret was last changed', () => {
    const told = new Recorded([{ source: 'secrets', question: 'when those of shop were last changed', answer: 900 }]);
    expect(oldestSecret(told, 'shop', nobody)).toMatchObject({ at: 900 });
  });

  it('may be what a model answers, which a replay does not ask either', () => {
    const recorder = new Recorder();
    const answer = { text: 'scale web to 3', model: 'some-model', tokens: 12 };
    expect(recorder.read('model', 'what now?', () => answer)).toBe(answer);
    expect(new Recorded(recorder.readings).read('model', 'what now?')).toEqual(answer);
    expect(() => new Recorded(recorder.readings).read('model', 'and now?')).toThrow(expect.objectContaining({ code: 'replay.not-recorded' }));
  });

  it('may be that there is nothing, which is kept as well', () => {
    const recorder = new Recorder();
    expect(openedPort(recorder, 'process', 'a-1', [])).toBeUndefined();
    expect(openedPort(new Recorded(recorder.readings), 'process', 'a-1', [80])).toBeUndefined();
  });

  it('is refused where another was asked the same', () => {
    const recorded = new Recorded([{ source: 'git', question: 'its version', answer: 'c1' }]);
    expect(() => versionOf(recorded, { kind: 'directory', version: 'x' })).toThrow(expect.objectContaining({ code: 'replay.not-recorded' }));
  });
});

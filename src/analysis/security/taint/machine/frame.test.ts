import { describe, expect, it } from 'vitest';
import { functionOf } from '../../ast/parser.ts';
import { bitOf } from '../rules.ts';
import { Frame } from './frame.ts';
import { after } from './testing.ts';

const hit = (rule: string, line: number) => ({ rule, line, source: null, sink: 'f' });
const started = async () => (await after({ 'a.js': '' })).frame;

describe('a run', () => {
  it('tells of a weakness once a line, and of none that a setting has taken away', async () => {
    const { run } = await started();
    run.report(hit('weak-hash', 1));
    run.report(hit('weak-hash', 1));
    run.harmless = bitOf('xss');
    run.report(hit('xss', 2));
    run.report(hit('ssrf', 2));
    expect(run.hits).toEqual([hit('weak-hash', 1), hit('ssrf', 2)]);
  });

  it('forgets settings and gives new steps with each function, so many for all', async () => {
    const { run } = await started();
    run.harmless = bitOf('xss');
    const counts = Array.from({ length: 8 }, () => {
      run.begin();
      let count = 0;
      while (!run.spend()) count++;
      return count;
    });
    expect(run.harmless).toBe(0);
    expect(counts.slice(0, 4)).toEqual([12_000, 12_000, 12_000, 12_000]);
    expect(counts.slice(5)).toEqual([0, 0, 0]);
  });
});

describe('a frame', () => {
  it('admits a function that is not being run, while there are not too many', async () => {
    const outer = await started();
    const [f, g] = [functionOf('f', [], [], 1), functionOf('g', [], [], 2)];
    expect([outer.within(f).admits(f), outer.within(f).admits(g)]).toEqual([false, true]);
    const deep = Array.from({ length: 6 }).reduce<Frame>((frame, _, i) => frame.within(functionOf(`f${i}`, [], [], i)), outer);
    expect(deep.admits(g)).toBe(false);
  });

  it('tells of what flows into another file at the line that leads there, and not of what is wrong in that by itself', async () => {
    const { run, program } = await started();
    const flow = { ...hit('xss', 300), source: { what: 'q', line: 2 } };
    new Frame(run, program, { outerLine: 7 }).report(flow);
    new Frame(run, program, { outerLine: 7 }).report(hit('weak-hash', 300));
    expect(run.hits).toEqual([{ ...flow, line: 7 }]);
  });
});

import { describe, expect, it } from 'vitest';
import { calibration, f1, macroF1, quantile, wilson } from './figures.ts';

describe('figures', () => {
  it('gives the interval after Wilson', () => {
    const { value, low, high } = wilson(8, 10);
    expect(value).toBe(0.8);
    expect(low).toBeCloseTo(0.4902, 4);
    expect(high).toBeCloseTo(0.9433, 4);
    expect(wilson(10, 10).high).toBeCloseTo(1, 12);
    expect(wilson(0, 0).value).toBeNull();
  });

  it('gives F1, and none where there was nothing to find', () => {
    expect(f1(2, 1, 1)).toBeCloseTo(2 / 3);
    expect(f1(0, 0, 0)).toBeNull();
    expect(f1(0, 0, 3)).toBe(0);
  });

  it('weighs classes alike, however rare', () => {
    expect(macroF1([{ expected: 'a', actual: 'a' }, { expected: 'a', actual: 'a' }, { expected: 'b', actual: 'a' }])).toBeCloseTo((0.8 + 0) / 2);
  });

  it('gives quantiles by the nearest rank', () => {
    expect([quantile([3, 1, 2, 4], 0.5), quantile([3, 1, 2, 4], 0.95), quantile([], 0.5)]).toEqual([2, 4, null]);
  });

  it('tells confidence that is right as often as it says from confidence that is not', () => {
    const said = (confidence: number, right: number, of: number) => Array.from({ length: of }, (_, index) => ({ confidence, right: index < right }));
    expect(calibration([...said(0.75, 3, 4), ...said(0.5, 2, 4)])).toMatchObject({ n: 8, said: 0.625, right: 0.625, error: 0 });
    expect(calibration(said(0.9, 5, 10)).error).toBeCloseTo(0.4);
    expect(calibration(said(1, 1, 1)).brier).toBe(0);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readSeen } from './seen.ts';

const places: string[] = [];
afterEach(() => { for (const path of places.splice(0)) rmSync(path, { recursive: true, force: true }); });

function file(content?: string): string {
  const place = mkdtempSync(join(tmpdir(), 'seen-'));
  places.push(place);
  if (content !== undefined) writeFileSync(join(place, 'seen.json'), content);
  return join(place, 'seen.json');
}

describe('what a witness has seen', () => {
  it('is nothing before it has seen something', () => {
    expect(readSeen(file())).toEqual({});
    expect(readSeen(file('{}'))).toEqual({});
  });

  it.each(['root:x:0:0:root', '', 'null', '[]', '"text"', '{"log":1}', '{"log":"no checkpoint"}'])('is not read out of %j, of which nothing is told', (content) => {
    const read = () => readSeen(file(content));
    expect(read).toThrow(expect.objectContaining({ code: 'witness.state', next: expect.stringContaining('audit witness') }));
    expect(read).not.toThrow(/root:x|no checkpoint/);
  });
});

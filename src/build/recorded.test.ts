import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Recorded, Recorder, versionOf } from '../control/outside.ts';
import { requires, systemTime as clock } from '../host/testing.ts';
import { cloneGit, parseGitLocation } from './git.ts';

const places: string[] = [];
afterEach(() => { for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true }); });
function place(): string {
  places.push(mkdtempSync(join(tmpdir(), 'stratoswarm-recorded-')));
  return places.at(-1)!;
}

describe('what is read outside', () => {
  it.skipIf(!requires('program:git'))('is the true commit of a repository, written down; a replay has it although the repository is gone', async () => {
    const directory = place();
    const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-C', directory, ...args], { encoding: 'utf8' }).trim();
    git('init', '-q');
    writeFileSync(join(directory, 'file'), 'content');
    git('add', '.');
    git('commit', '-qm', 'one');
    const { commit, cleanup } = await cloneGit(parseGitLocation(`file://${directory}`)!, { paths: { cache: place() }, clock });
    await cleanup();
    const recorder = new Recorder();
    expect(versionOf(recorder, { kind: 'git', version: commit })).toBe(git('rev-parse', 'HEAD'));
    rmSync(directory, { recursive: true });
    const kept = JSON.parse(JSON.stringify(recorder.readings)) as typeof recorder.readings;
    expect(versionOf(new Recorded(kept), { kind: 'git', version: null })).toBe(commit);
    expect(() => new Recorded(kept).read('model', 'what now?')).toThrow(/was not written down/);
  });
});

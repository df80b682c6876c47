import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { apiReference } from '../api/reference.ts';
import { requires } from '../host/testing.ts';
import { commands } from './commands.ts';
import { completionScript } from './completion.ts';
import { exits } from './exits.ts';
import { parse } from './parse.ts';
import { cliReference } from './reference.ts';
import { nearest } from './suggest.ts';
import { systemdUnit } from './unit.ts';

const words = (line: string) => (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));

describe('the table of commands', () => {
  it('has examples for each, and they are command lines that parse', () => {
    for (const { name, examples } of commands) {
      expect(examples.length, name).toBeGreaterThan(0);
      for (const { line } of examples) expect(parse(words(line.replace(/ > .*/, ''))), line).toMatchObject({ kind: 'command', command: { name } });
    }
  });

  it('has code for each', async () => {
    for (const command of commands) expect(typeof (await command.load()).run, command.name).toBe('function');
  });

  it('gives every command help', () => {
    for (const { name } of commands) {
      expect(parse([...name.split(' '), '--help'])).toMatchObject({ kind: 'help', command: { name } });
      expect(parse(['help', ...name.split(' ')])).toMatchObject({ kind: 'help', command: { name } });
    }
  });

  it('is what the references are made of', () => {
    const reference = cliReference();
    for (const { name } of commands) expect(reference).toContain(`## ${name}\n`);
    for (const { code } of exits) expect(reference).toContain(`| ${code} |`);
    expect(apiReference('0.1.0')).toContain('### `POST /v1/apps/{app}/scale`');
  });
});

describe('reading a command line', () => {
  const values = (line: string) => {
    const parsed = parse(words(line));
    if (parsed.kind !== 'command') throw new Error('no command');
    return parsed.values;
  };

  it('takes options in every usual form and order', () => {
    for (const line of ['logs shop -n 5 -f', 'logs -f -n5 shop', 'logs --lines=5 shop --follow', 'logs --follow --lines 5 -- shop']) {
      expect([values(line).argument('app'), values(line).option('lines'), values(line).flag('follow')], line).toEqual(['shop', '5', true]);
    }
    expect(values('deploy . -e A=1 --env B=2').options('env')).toEqual(['A=1', 'B=2']);
    expect(values('exec shop -- sh -c --json').rest).toEqual(['sh', '-c', '--json']);
    expect(values('exec shop -- sh --json').json).toBe(false);
  });

  it.each(['logs shop -n', 'logs shop -n 1 -n 2', 'ps --json=yes', 'ps -x', 'exec shop', '--wrong', ''].map((line) => [line]))('refuses %j, or shows help', (line) => {
    if (line === '') expect(parse([])).toMatchObject({ kind: 'help' });
    else expect(() => parse(words(line))).toThrow(expect.objectContaining({ code: expect.stringMatching(/^usage\./) }));
  });

  it('guesses what was meant, and nothing when it is far', () => {
    const names = commands.map(({ name }) => name);
    expect(nearest('dpeloy', names)).toBe('deploy');
    expect(nearest('stat', names)).toBe('status');
    expect(nearest('roll', names)).toBe('rollback');
    expect(nearest('xylophone', names)).toBeUndefined();
  });
});

describe('completion', () => {
  const complete = (line: string) => {
    const typed = line.split(' ');
    const script = `${completionScript('bash', commands)}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _stratoswarm; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', script, 'bash', ...typed], { encoding: 'utf8' }).stdout.trim().split('\n');
  };

  it.skipIf(!requires('program:bash'))('completes commands, groups and options in bash', () => {
    expect(complete('stratoswarm dep')).toEqual(['deploy']);
    expect(complete('stratoswarm daemon st')).toEqual(['start', 'stop', 'status']);
    expect(complete('stratoswarm logs --f')).toEqual(['--follow']);
    expect(complete('stratoswarm node drain --j')).toEqual(['--json']);
    expect(complete('stratoswarm completion z')).toEqual(['zsh']);
  });

  it('names every command in the other shells', () => {
    for (const shell of ['zsh', 'fish'] as const) for (const { name } of commands) expect(completionScript(shell, commands)).toContain(name.split(' ').at(-1));
  });
});

describe('the unit', () => {
  it('quotes what systemd would read otherwise', () => {
    expect(systemdUnit({ wrapper: '/srv/a b%/"x"/stratoswarm', home: '/h $x', path: '/bin', settings: {}, system: true })).toContain(String.raw`ExecStart="/srv/a b%%/\"x\"/stratoswarm" daemon run`);
  });

  it('leads to the wrapper that is there', () => {
    expect(existsSync(fileURLToPath(new URL('../../stratoswarm', import.meta.url)))).toBe(true);
  });
});

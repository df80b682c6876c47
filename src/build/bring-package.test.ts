import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemTime as clock } from '../host/testing.ts';
import { findProgram } from '../host/programs.ts';
import { bringPackage } from './bring-package.ts';
import { pathsIn, temporary, write } from './testing.ts';

describe('a package that npm brings', () => {
  const npm = findProgram('npm')!;
  const options = { paths: pathsIn(temporary()), clock, timeout: 60_000 };
  const node = [dirname(process.execPath)];

  it('is put below the directory, whatever projects are around it, and runs none of its scripts', async () => {
    const around = write(temporary(), { 'package.json': '{"name":"around","dependencies":{}}', 'node_modules/': '' });
    const source = write(temporary(), { 'package.json': '{"name":"brought","version":"1.2.3","scripts":{"postinstall":"touch ran"}}', 'index.js': '' });
    execFileSync(npm, ['pack', '--silent'], { cwd: source });
    const directory = join(around, 'programs', 'brought');
    expect(await bringPackage(npm, join(source, 'brought-1.2.3.tgz'), directory, node, options)).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(readFileSync(join(directory, 'node_modules', 'brought', 'package.json'), 'utf8'))).toMatchObject({ version: '1.2.3' });
    expect(existsSync(join(directory, 'node_modules', 'brought', 'ran'))).toBe(false);
    expect(existsSync(join(around, 'node_modules', 'brought'))).toBe(false);
  });

  it('that does not exist ends with what npm says', async () => {
    const result = await bringPackage(npm, './nowhere.tgz', join(temporary(), 'brought'), node, options);
    expect(result.exitCode).not.toBe(0);
    expect(result.tail.join('\n')).toContain('nowhere.tgz');
  });
});

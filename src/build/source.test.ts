import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Header } from 'tar';
import { describe, expect, it } from 'vitest';
import { requires, systemTime } from '../host/testing.ts';
import { parseGitLocation } from './git.ts';
import { fetchSource } from './source.ts';
import { pathsIn, rejection, temporary, write } from './testing.ts';

const home = temporary();
const options = { paths: pathsIn(home), clock: systemTime, cwd: home };
const fetchFrom = (location: string) => fetchSource(location, options);

describe('a directory', () => {
  it('is used where it is, spaces and metacharacters included', async () => {
    write(home, { 'my $(app); & more/index.html': 'hello' });
    const fetched = await fetchFrom('my $(app); & more');
    expect(fetched).toMatchObject({ directory: join(home, 'my $(app); & more'), name: 'my-app-more', source: { kind: 'path' } });
    await fetched.cleanup();
    expect(existsSync(fetched.directory)).toBe(true);
  });

  it.each([
    ['nowhere', 'source.not-found'], ['-rf', 'source.invalid'], ['new\nline', 'source.invalid'], ['', 'source.invalid'], ['x'.repeat(300), 'source.not-found'], ['empty', 'source.empty'], ['only-git', 'source.empty'],
    ['file.txt', 'source.not-archive'], ['nul\0', 'source.invalid'], ['ext::sh -c id', 'source.invalid'], ['http://example.org/repo.git', 'source.invalid'], ['broken.tgz', 'source.not-archive'], ['ssh://-oProxyCommand=id/x', 'source.invalid'],
  ])('refuses %j with %s, a sentence and a way on', async (location, code) => {
    write(home, { 'empty/': '', 'only-git/.git/': '', 'file.txt': 'text', 'broken.tgz': 'no archive at all' });
    const error = await rejection(fetchFrom(location));
    expect(error).toMatchObject({ code, next: expect.any(String) as string });
    expect((error as Error).message).not.toContain('\n');
    expect((error as Error).message.length).toBeLessThan(250);
  });
});

describe.skipIf(!requires('program:git'))('a git repository', () => {
  const git = (cwd: string, ...args: string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] }).toString().trim();
  const repository = (name: string) => {
    const directory = join(home, name);
    write(directory, { 'app.js': 'one' });
    git(directory, 'init', '-q');
    git(directory, 'add', '.');
    git(directory, 'commit', '-q', '-m', 'one');
    return directory;
  };

  it('is cloned with its newest commit only, and names it', async () => {
    const directory = repository('Repo.One');
    writeFileSync(join(directory, 'app.js'), 'two');
    git(directory, 'commit', '-q', '-am', 'two');
    const fetched = await fetchFrom(`file://${directory}`);
    expect(readFileSync(join(fetched.directory, 'app.js'), 'utf8')).toBe('two');
    expect(fetched).toMatchObject({ name: 'repo-one', source: { kind: 'git', version: git(directory, 'rev-parse', 'HEAD') } });
    expect(git(fetched.directory, 'rev-list', '--count', 'HEAD')).toBe('1');
    await fetched.cleanup();
    expect(existsSync(fetched.directory)).toBe(false);
  });

  it('gives the branch after the hash sign, and says when there is none', async () => {
    const directory = repository('branches');
    git(directory, 'checkout', '-q', '-b', 'feature/x');
    writeFileSync(join(directory, 'app.js'), 'feature');
    git(directory, 'commit', '-q', '-am', 'feature');
    git(directory, 'checkout', '-q', 'main');
    const fetched = await fetchFrom(`file://${directory}#feature/x`);
    expect(readFileSync(join(fetched.directory, 'app.js'), 'utf8')).toBe('feature');
    expect(await rejection(fetchFrom(`file://${directory}#gone`))).toMatchObject({ code: 'source.unreachable', message: expect.stringContaining('no branch gone') as string });
    expect(await rejection(fetchFrom(`file://${directory}#--upload-pack=id`))).toMatchObject({ code: 'source.invalid' });
  });

  it('runs no hook of the person who deploys', async () => {
    const directory = repository('hooks');
    const templates = write(join(home, 'templates'), { 'hooks/post-checkout': `#!/bin/sh\ntouch ${join(home, 'hook-ran')}\n` });
    execFileSync('chmod', ['755', join(templates, 'hooks/post-checkout')]);
    process.env['GIT_TEMPLATE_DIR'] = templates;
    try {
      await fetchFrom(`file://${directory}`);
    } finally {
      delete process.env['GIT_TEMPLATE_DIR'];
    }
    expect(existsSync(join(home, 'hook-ran'))).toBe(false);
  });

  it('that is not there leaves nothing behind', async () => {
    const before = readdirSync(join(options.paths.cache, 'fetched')).length;
    expect(await rejection(fetchFrom(`file://${home}/none.git`))).toMatchObject({ code: 'source.unreachable', why: expect.stringContaining('does not') as string });
    expect(readdirSync(join(options.paths.cache, 'fetched'))).toHaveLength(before);
  });

  it('can be given in the usual short forms', () => {
    expect(parseGitLocation('github.com/org/repo')).toEqual({ url: 'https://github.com/org/repo', branch: null, name: 'repo' });
    expect(parseGitLocation('git@host.example:team/app.git#v1.2')).toEqual({ url: 'git@host.example:team/app.git', branch: 'v1.2', name: 'app' });
    expect(parseGitLocation('some/directory')).toBeUndefined();
  });
});

describe('a tarball', () => {
  const archive = (name: string, entries: { path: string; type?: string; linkpath?: string; content?: string; size?: number }[]) => {
    const blocks = entries.flatMap(({ path, type = 'File', linkpath, content = '', size = content.length }) => {
      const header = new Header({ path, type: type as 'File', size, mode: 0o644, ...(linkpath === undefined ? {} : { linkpath }) });
      header.encode();
      return [header.block!, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)];
    });
    mkdirSync(home, { recursive: true });
    const path = join(home, name);
    writeFileSync(path, Buffer.concat([...blocks, Buffer.alloc(1024)]));
    return path;
  };

  it('is unpacked, and a single directory at its top entered', async () => {
    write(home, { 'packed/app/server.js': 'x', 'packed/app/lib/a.js': 'y' });
    execFileSync('tar', ['czf', join(home, 'my-app.tar.gz'), '-C', join(home, 'packed'), 'app']);
    const fetched = await fetchFrom('my-app.tar.gz');
    expect(readdirSync(fetched.directory).sort()).toEqual(['lib', 'server.js']);
    expect(fetched.name).toBe('my-app');
    await fetched.cleanup();
    expect(existsSync(fetched.directory)).toBe(false);
  });

  it.each([
    ['a path upwards', { path: '../evil.js', content: 'x' }], ['a path upwards within', { path: 'a/../../evil.js', content: 'x' }], ['an absolute path', { path: '/tmp/evil.js', content: 'x' }],
    ['a link out', { path: 'l', type: 'SymbolicLink', linkpath: '../../etc/passwd' }], ['an absolute link', { path: 'l', type: 'SymbolicLink', linkpath: '/etc/passwd' }], ['a hard link out', { path: 'l', type: 'Link', linkpath: '../x' }],
    ['a device', { path: 'd', type: 'CharacterDevice' }], ['a pipe', { path: 'p', type: 'FIFO' }],
  ])('with %s is refused as a whole', async (_name, entry) => {
    const before = existsSync(join(options.paths.cache, 'fetched')) ? readdirSync(join(options.paths.cache, 'fetched')) : [];
    const path = archive('evil.tar', [{ path: 'good.js', content: 'x' }, entry]);
    expect(await rejection(fetchFrom(path))).toMatchObject({ code: 'source.unsafe-archive', next: expect.any(String) as string });
    expect(existsSync(join(options.paths.cache, 'fetched')) ? readdirSync(join(options.paths.cache, 'fetched')) : []).toEqual(before);
  });

  it('that says it is too large, or is cut off, is refused', async () => {
    const cut = archive('cut.tar', [{ path: 'a', content: 'x', size: 90_000 }]);
    expect(await rejection(fetchFrom(cut))).toMatchObject({ code: 'source.not-archive' });
    const large = archive('large.tar', [{ path: 'a', size: 4 * 2 ** 30 }]);
    expect(await rejection(fetchFrom(large))).toMatchObject({ code: expect.stringMatching(/source\.(too-large|not-archive)/) as string });
  });
});

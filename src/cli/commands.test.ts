import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shopApp } from '../api/shop.fake.ts';
import { serveFake, type Served } from '../api/server.fake.ts';
import { StratoError } from '../model/index.ts';
import { emptyDirectory, runCli, type RunOptions } from './cli.fake.ts';

let served: Served;
let code: string;
beforeAll(() => void (code = emptyDirectory()));
afterAll(() => rmSync(code, { recursive: true }));
beforeEach(async () => void (served = await serveFake()));
afterEach(() => served.close());

const cli = (args: string[], options?: RunOptions) => runCli(served.paths.home, args, options);
/** Ctrl-C, once, as soon as the output holds the text. */
const interruptAt = (text: string): RunOptions['watch'] => {
  let done = false;
  return (output, { signal }) => {
    if (done || !output.includes(text)) return;
    done = true;
    signal('SIGINT');
  };
};
const change = () => served.backend.proposals.at(-1)?.change;

describe('looking', () => {
  it('lists agents as a table and as JSON', async () => {
    const shown = await cli(['ps']);
    expect(shown.stdout.split('\n')[1]).toMatch(/^shop +web +0 +ready +2 +namespace +100 /);
    expect(shown.stdout).not.toContain('\u001b');
    const { json } = await cli(['ps', '--json']);
    expect(json.agents).toHaveLength(2);
    expect(json.agents[0]).toMatchObject({ app: 'shop', service: 'web', slot: 0, pid: 100 });
    expect((await cli(['ps', 'shop/web/1', '--json'])).json.agents).toHaveLength(1);
  });

  it('says what became of apps of which nothing runs', async () => {
    const [web] = served.backend.shop!.services;
    served.backend.agents = () => [];
    served.backend.shop = { ...served.backend.shop!, services: [{ ...web!, status: 'completed' }] };
    expect((await cli(['ps'])).stdout).toBe('Nothing runs: shop has done its work.\n');
    served.backend.shop = { ...served.backend.shop, desired: 'stopped', status: 'failed', services: [{ ...web!, status: 'stopped' }] };
    expect((await cli(['ps'])).stdout).toBe('Nothing runs: shop is failed. `stratoswarm start APP` starts one again.\n');
  });

  it('shows the swarm, an app, its revisions, the doctor, nodes and events', async () => {
    expect((await cli(['status'])).stdout).toMatch(/ingress {2}http:\/\/localhost:8080[\s\S]*shop +running/);
    expect((await cli(['status', 'shop'])).stdout).toContain('http://shop.localhost:8080');
    expect((await cli(['history', 'shop'])).stdout).toMatch(/2 +.*user:ada +current, good/);
    expect((await cli(['doctor'])).stdout).toMatch(/no +vm +no \/dev\/kvm\n +to get it: load the kvm module/);
    expect((await cli(['events', '-n', '2'])).stdout).toMatch(/DecisionAdmitted shop[\s\S]*AgentReady shop/);
    expect((await cli(['events', '--json', '--app', 'shop'])).json.events).toHaveLength(2);
    for (const command of [['status'], ['status', 'shop'], ['history', 'shop'], ['doctor'], ['plan', code], ['diff', code], ['version'], ['open', 'shop'], ['daemon', 'status'], ['daemon', 'logs']]) {
      const answered = await cli([...command, '--json']);
      expect([answered.code, typeof answered.json], command.join(' ')).toEqual([0, 'object']);
    }
  });

  it('says why an app is not well', async () => {
    const app = shopApp();
    served.backend.shop = {
      ...app, status: 'degraded', services: [{ ...app.services[0]!, status: 'degraded', ready: 1, lastFailure: 'out of memory (256 MiB)' }],
      rollout: { ...app.rollout!, state: 'failed', reason: 'web never answered', tail: ['Error: \u001b]0;evil\u0007boom'] },
    };
    const { stdout } = await cli(['status', 'shop']);
    expect(stdout).toContain('web last failed: out of memory (256 MiB)');
    expect(stdout).toContain('deploy of revision 2: failed, web never answered\n  | Error: boom');
  });

  it('shows logs of all agents, of one, and follows', async () => {
    expect((await cli(['logs', 'shop/web/0', '-n', '2'])).stdout).toBe('GET /\nGET /cart\n');
    expect((await cli(['logs', 'shop', '-n1'])).stdout).toBe('web/0 | GET /cart\nweb/1 | GET /cart\n');
    await cli(['logs', 'shop', '--previous']);
    expect(served.backend.asked.at(-1)).toMatchObject({ what: 'logs', with: { previous: true } });
    expect((await cli(['logs', 'shop', '--previous', '--follow'])).code).toBe(2);
    const followed = await cli(['logs', 'shop', '-f', '-n', '1'], { watch: interruptAt('web/1') });
    expect([followed.code, followed.stdout]).toEqual([0, 'web/0 | GET /cart\nweb/1 | GET /cart\n']);
  });

  it('follows events', async () => {
    let happened = false;
    const followed = await cli(['events', '-f', '--json'], {
      watch: (output, { signal }) => {
        if (output.includes('"position":3') && !happened) {
          happened = true;
          served.backend.happen('AgentExited', 'shop');
        }
        if (output.includes('AgentExited')) signal('SIGINT');
      },
    });
    expect(followed.code).toBe(0);
    expect(followed.stdout.trim().split('\n').map((line) => JSON.parse(line).position)).toEqual([1, 2, 3, 4]);
  });

  it('prints a one-time address of the console, and needs no display', async () => {
    const { json, code: exit } = await cli(['open', '--json']);
    expect(exit).toBe(0);
    expect(json.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/login\?code=[\w-]{32}$/);
    expect((await cli(['open', 'shop'])).stdout).toBe('http://shop.localhost:8080\n');
  });
});

describe('deploying', () => {
  it('prints plain steps and the address, and what to do next', async () => {
    const { code: exit, stdout, stderr } = await cli(['deploy', code, '--name', 'shop', '-e', 'KEY=a=b', '--hint', 'start=npm run x', '--replicas', 'web=2', '--memory', 'web=256Mi', '--cpu', 'web=500m', '--cpu', 'worker=none', '--isolation', 'process']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^shop is up at http:\/\/shop\.localhost:8080 \(revision 3, .*\)\nNext: stratoswarm logs shop -f/);
    expect(stderr).toContain('Building web with npm ci ...\n  | added 3 packages\nBuilt web (900ms)\n');
    expect(stderr + stdout).not.toContain('\u001b');
    expect(served.backend.asked.at(-1)!.with).toMatchObject({ name: 'shop', source: { kind: 'path', location: code }, env: { KEY: 'a=b' }, hints: { start: 'npm run x' }, replicas: { web: 2 }, limits: { web: { memory: 268_435_456, cpu: 500 }, worker: { cpu: null } }, isolation: 'process' });
  });

  it('takes variables from files, and those of the command line before them', async () => {
    const file = join(code, 'settings.env');
    writeFileSync(file, '# mail\nMAIL_HOST="mail.example.org"\nexport KEY=file\nEMPTY=\n');
    await cli(['deploy', code, '--env-from', file, '-e', 'KEY=line']);
    expect(served.backend.asked.at(-1)!.with).toMatchObject({ env: { MAIL_HOST: 'mail.example.org', KEY: 'line' } });
    const missing = await cli(['deploy', code, '--env-from', join(code, 'no.env')]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('no.env" cannot be read')]);
  });

  it('warns of what was seen in the code, and offers the way back only when there is one', async () => {
    expect((await cli(['deploy', code])).stdout).toMatch(/stratoswarm rollback shop\n$/);
    served.backend.script = [{ step: 'ready', kind: 'end', text: 'shop answers', milliseconds: 1, result: { app: 'shop', url: null, revision: 1, warnings: ['web keeps \u001b[31mdata: write it elsewhere'] } }];
    expect((await cli(['deploy', code])).stdout).toMatch(/^shop is up .*\nWarning web keeps data: write it elsewhere\nNext: stratoswarm logs shop -f · stratoswarm status shop\n$/);
  });

  it('prints one JSON document and nothing else', async () => {
    const { json, stderr } = await cli(['deploy', code, '--json']);
    expect(json).toMatchObject({ app: 'shop', url: 'http://shop.localhost:8080', revision: 3 });
    expect(stderr).toBe('');
  });

  it('takes the current directory, a tarball and git addresses', async () => {
    const where = async (args: string[], cwd?: string) => {
      const { code: exit } = await cli(['deploy', ...args], cwd === undefined ? {} : { cwd });
      expect(exit, args.join(' ')).toBe(0);
      return (served.backend.asked.at(-1)!.with as { source: unknown }).source;
    };
    writeFileSync(join(code, 'a.tar.gz'), '');
    expect(await where([], code)).toEqual({ kind: 'path', location: code });
    expect(await where(['a.tar.gz'], code)).toEqual({ kind: 'archive', location: join(code, 'a.tar.gz') });
    expect(await where(['https://example.org/shop.git'])).toEqual({ kind: 'git', location: 'https://example.org/shop.git' });
    expect(await where(['git@example.org:ada/shop.git'])).toEqual({ kind: 'git', location: 'git@example.org:ada/shop.git' });
    expect(await where(['file:///srv/shop.git'])).toEqual({ kind: 'git', location: 'file:///srv/shop.git' });
    expect(await where(['https://example.org/shop.tgz'])).toEqual({ kind: 'archive', location: 'https://example.org/shop.tgz' });
    const odd = join(code, 'a b;touch x');
    mkdirSync(odd);
    expect(await where([odd])).toEqual({ kind: 'path', location: odd });
  });

  it('fails with what the deployment failed with', async () => {
    served.backend.script = [
      { step: 'build', kind: 'begin', text: 'Building web', milliseconds: null },
      { step: 'build', kind: 'line', text: 'npm error missing script', milliseconds: null },
      { step: 'failed', kind: 'end', text: 'The build failed', milliseconds: 10, result: { code: 'build.failed', message: 'npm ci ended with 1', why: 'missing script: build', next: 'run it in the directory', retryable: false } },
    ];
    const failed = await cli(['deploy', code]);
    expect([failed.code, failed.stdout]).toEqual([1, '']);
    expect(failed.stderr).toMatch(/ {2}\| npm error missing script\nError npm ci ended with 1\n {2}why {3}missing script: build\n {2}next {2}run it in the directory\n/);
    const json = await cli(['deploy', code, '--json']);
    expect(json.code).toBe(1);
    expect(json.json.error).toMatchObject({ code: 'build.failed' });
  });

  it('returns at once with --detach', async () => {
    expect((await cli(['deploy', code, '--detach', '--json'])).json).toEqual({ deployment: 'dep1' });
  });

  it('goes away at Ctrl-C and leaves the deployment to go on', async () => {
    served.backend.steps = async function* (deployment, _after, signal) {
      yield { deployment, index: 1, step: 'build', kind: 'begin', text: 'Building web', milliseconds: null };
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    const left = await cli(['deploy', code], { watch: interruptAt('Building') });
    expect(left.code).toBe(130);
    expect(left.stderr).toContain('Detached: the deployment goes on');
    expect(served.backend.asked.some(({ what }) => what === 'cancel')).toBe(false);
  });

  it('shows the plan with its evidence, and what would change', async () => {
    const plan = await cli(['plan', code]);
    expect(plan.stdout).toMatch(/web {2}web, javascript, express[\s\S]*start +node server\.js[\s\S]*needs +API_KEY[\s\S]*package\.json:5 the script start/);
    expect((await cli(['plan', code, '--json'])).json).toMatchObject({ schemaVersion: 1, app: { name: 'shop' }, services: [{ name: 'web' }] });
    expect((await cli(['diff', code])).stdout).toBe('shop, against revision 2\n~ services.web.start: "node a.js" -> "node b.js"\n~ services.web.resources.memory: 112.0 MiB -> 24.1 MiB\n');
  });
});

describe('changing', () => {
  it('warns of several agents where the code shows that one should be alone', async () => {
    const [web] = served.backend.shop!.services;
    served.backend.shop = { ...served.backend.shop!, services: [{ ...web!, alone: 'it keeps sessions in its own memory' }] };
    expect((await cli(['scale', 'shop', 'web=3', '--detach'])).stdout).toBe('shop is being scaled to 3 × web\nWarning 3 agents of web do not know of each other: it keeps sessions in its own memory\n');
    expect((await cli(['scale', 'shop', 'web=1', '--detach'])).stdout).toBe('shop is being scaled to 1 × web\n');
  });

  it('waits until it is so', async () => {
    expect((await cli(['scale', 'shop', 'web=3'])).stdout).toBe('shop has 3 × web\n');
    expect(change()).toEqual({ kind: 'scale', service: 'web', replicas: 3 });
    expect((await cli(['rollback', 'shop'])).stdout).toBe('shop runs revision 1 again at http://shop.localhost:8080\n');
    expect((await cli(['restart', 'shop/web/1'])).stdout).toBe('shop/web/1 was restarted\n');
    expect(change()).toEqual({ kind: 'replace', service: 'web', slot: 1 });
    expect((await cli(['stop', 'shop'])).code).toBe(0);
    expect((await cli(['start', 'shop'])).stdout).toBe('shop runs at http://shop.localhost:8080\n');
    expect((await cli(['node', 'drain'])).stdout).toBe('here is drained\n');
    expect((await cli(['ingress', 'upgrade', '--json'])).json).toEqual({ pid: 43 });
    expect((await cli(['rm', 'shop', '--yes', '--volumes'])).stdout).toBe('shop was removed with its data\n');
    expect(change()).toEqual({ kind: 'remove', volumes: true });
  });

  it('fails when the rollout fails, with its reason and last lines', async () => {
    const { backend } = served;
    const propose = backend.propose.bind(backend);
    backend.propose = async (proposal) => {
      const decision = await propose(proposal);
      backend.shop = { ...backend.shop!, status: 'failed', rollout: { ...backend.shop!.rollout!, state: 'failed', reason: 'web exited with 1', tail: ['boom'] } };
      return decision;
    };
    const failed = await cli(['rollback', 'shop', '1']);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/Revision 1 of shop did not become healthy\n {2}why {3}web exited with 1\n {8}boom\n/);
  });

  it('says when it is not done in time', async () => {
    served.backend.propose = async (proposal) => ({ ...proposal, id: 'd', revision: null, admittedBy: [], evidence: [], expected: '', basedOn: null }) as never;
    const late = await cli(['scale', 'shop', 'web=9', '--timeout', '0.3']);
    expect([late.code, late.stderr]).toEqual([6, expect.stringContaining('Not done after 0.3 s')]);
    expect((await cli(['scale', 'shop', 'web=9', '--detach'])).code).toBe(0);
  });

  it('asks before it removes, and refuses where it cannot ask', async () => {
    const refused = await cli(['rm', 'shop']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('stratoswarm rm shop --yes')]);
    expect(served.backend.proposals).toEqual([]);
  });
});

describe('exec', () => {
  it('carries input, output and the exit code of the program', async () => {
    expect(await cli(['exec', 'shop', '--', 'cat'], { input: 'héllo' })).toMatchObject({ code: 0, stdout: 'héllo' });
    expect(await cli(['exec', 'shop/web/1', '--', 'fail', '--json', '-x'])).toMatchObject({ code: 7, stdout: 'fail --json -x\n', stderr: 'it failed\n' });
    expect(served.backend.asked.at(-1)!.with).toMatchObject({ agent: 'shop-web-1-aaaaaaab', argv: ['fail', '--json', '-x'], terminal: null });
  });

  it('needs an agent and a program', async () => {
    expect((await cli(['exec', 'shop/none', '--', 'ls'])).code).toBe(4);
    expect((await cli(['exec', 'shop'])).code).toBe(2);
  });
});

describe('what goes wrong', () => {
  const oneBlock = (stderr: string) => {
    expect(stderr).toMatch(/^Error .+\n/);
    expect(stderr.match(/^Error /gm)).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
  };

  it('is told in one block, with an exit code that says what kind it is', async () => {
    const cases: [string[], number, string][] = [
      [['deploy', join(code, 'none')], 4, 'There is nothing at'],
      [['explain', 'shop'], 4, 'stratoswarm why shop'],
      [['logs', 'shop/wbe'], 4, 'it has'],
      [['deploy', '-rf'], 2, 'There is no option "-rf"'],
      [['deploy', 'new\nline'], 4, '"new\\nline"'],
      [['deploy', 'x'.repeat(300)], 1, 'cannot be looked at'],
      [['deploy', code, '--name', 'x'.repeat(300)], 2, 'cannot be a name'],
      [['deploy', code, '--name', '../x'], 2, 'cannot be a name'],
      [['deploy', code, '--env', 'novalue'], 2, 'NAME=VALUE'],
      [['deploy', code, '--isolation', 'magic'], 2, 'choose one of process'],
      [['deploy', '/etc/passwd'], 1, 'neither a directory nor a tarball'],
      [['ps', 'none'], 4, 'There is no app called none'],
      [['logs', '../x'], 2, 'cannot be a name'],
      [['logs', 'shop', '-n', 'many'], 2, '--lines needs a number'],
      [['scale', 'shop', 'web=many'], 2, 'is no number of agents'],
      [['scale', 'shop'], 2, 'SERVICE=N is missing'],
      [['rollback', 'shop', 'x'], 2, 'REVISION is a number'],
      [['node', 'drain', 'elsewhere'], 4, 'There is no node'],
      [['ps', 'a', 'b'], 2, 'one argument too many'],
      [['exec', 'shop', 'web', '--', 'ls'], 2, 'did you mean shop/web?'],
      [['dploy'], 2, 'did you mean `stratoswarm deploy`?'],
      [['lgos', 'shop'], 2, 'did you mean `stratoswarm logs`?'],
      [['deploy', '--jsn'], 2, 'did you mean --json?'],
      [['daemon'], 2, 'daemon start'],
      [['daemon', 'strat'], 2, 'daemon start'],
    ];
    const answered = await Promise.all(cases.map(async ([args, ...expected]) => ({ args, expected, ran: await cli(args) })));
    for (const { args, expected: [exit, text], ran } of answered) {
      expect([ran.code, ran.stdout], `${args.join(' ')}: ${ran.stderr}`).toEqual([exit, '']);
      expect(ran.stderr).toContain(text);
      oneBlock(ran.stderr);
    }
    expect(served.backend.proposals).toEqual([]);
    expect(served.backend.asked).toEqual([]);
  });

  it('says what the governor said', async () => {
    served.backend.refusal = new StratoError('governor.quota', 'Too many agents', { why: '1000 at most', next: 'remove some' });
    const refused = await cli(['stop', 'shop', '--json']);
    expect([refused.code, refused.json.error.code]).toEqual([5, 'governor.quota']);
    expect(refused.stderr).toBe('Error Too many agents\n  why   1000 at most\n  next  remove some\n  code  governor.quota\n');
  });

  it('shows a stack only to who asks for it', async () => {
    const { stderr } = await cli(['ps', 'none'], { env: { STRATOSWARM_DEBUG: '1' } });
    expect(stderr).toMatch(/ {4}at /);
  });

  it('refuse a reason that is longer than a request can hold', async () => {
    const { code, stderr } = await cli(['stop', 'shop', '--reason', 'x'.repeat(70_000)]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('The reason has 70000 characters')]);
  });

  it('does not let names and reasons act on the terminal', async () => {
    served.backend.refusal = new StratoError('governor.x', 'bad \u001b[2J\u001b]0;title\u0007thing');
    expect((await cli(['stop', 'shop'])).stderr).toContain('Error bad thing\n');
  });
});

describe('the daemon', () => {
  it('has a status with its pid', async () => {
    expect((await cli(['daemon', 'status', '--json'])).json).toMatchObject({ running: true, pid: process.pid });
  });

  it('is not started by looking whether it runs', async () => {
    const home = emptyDirectory();
    const status = await runCli(home, ['daemon', 'status', '--json']);
    expect([status.code, status.json.pid]).toEqual([3, null]);
    expect((await runCli(home, ['daemon', 'stop'])).code).toBe(0);
    expect((await runCli(home, ['completion', 'apps'])).stdout).toBe('');
    expect(existsSync(join(home, 'logs'))).toBe(false);
    rmSync(home, { recursive: true });
  });

  it('gets a unit that goes through the wrapper, keeps the settings but no password, and leaves agents alone', async () => {
    const { stdout } = await cli(['daemon', 'install', '--print'], { env: { STRATOSWARM_PORT: '81', STRATOSWARM_LEDGER: 'postgres://u:secret@h/d' } });
    expect(stdout).toContain('Environment="STRATOSWARM_PORT=81"\n');
    expect(stdout).not.toContain('secret');
    expect(stdout).toMatch(/ExecStart="\/.*\/stratoswarm" daemon run\n/);
    expect(stdout).toContain('KillMode=process');
    expect(stdout).toContain(`Environment="STRATOSWARM_HOME=${served.paths.home}"`);
    const directory = emptyDirectory();
    expect((await cli(['daemon', 'install', '--directory', directory, '--json'])).json.file).toBe(join(directory, 'stratoswarm.service'));
    expect(existsSync(join(directory, 'stratoswarm.service'))).toBe(true);
    rmSync(directory, { recursive: true });
  });
});

describe('looking back', () => {
  it('tells why, and when, and what contributed', async () => {
    expect((await cli(['why', 'shop/web/0'])).stdout).toMatch(/shop\/web\/0 is ready, because:[\s\S]*DecisionAdmitted shop/);
    expect(served.backend.asked.at(-1)).toEqual({ what: 'why', with: { app: 'shop', service: 'web', slot: 0 } });
    expect((await cli(['why', '99', '--json'])).json.error).toMatchObject({ code: 'event.unknown' });
    expect((await cli(['time', 'at', '10', 'minutes', 'ago'])).stdout).toMatch(/after event 2 of 3[\s\S]*shop +running/);
    expect(await cli(['time', 'at', 'gibberish'])).toMatchObject({ code: 2, stderr: expect.stringContaining('is no moment') });
    expect((await cli(['time', 'step', '--from', '2', '--back'])).stdout).toMatch(/DaemonStarted[\s\S]*running → ready/);
    expect((await cli(['time', 'diff', '1', '3'])).stdout).toContain('+ apps.shop');
    expect((await cli(['debug', 'shop'])).stdout).toMatch(/What contributed\n +0\.90 +the deployment of revision 2[\s\S]*the variable KEY of web/);
    expect((await cli(['debug', 'blog'])).code).toBe(4);
  });

  it('proves the state, and calibrates', async () => {
    expect(await cli(['audit', 'replay'])).toMatchObject({ code: 0, stdout: expect.stringContaining('The state is what follows from the ledger.') });
    expect((await cli(['audit', 'calibration'])).stdout).toMatch(/deploy +5 +3 +1 +1 +100 % +75 % +0\.250/);
  });

  it('exports the audit trail in each format', async () => {
    expect((await cli(['audit', 'log', '--app', 'shop', '--from', '1 hour ago'])).stdout).toMatch(/POSITION.*\n1 /);
    expect(served.backend.asked.at(-1)!.with).toMatchObject({ app: 'shop', from: '1 hour ago' });
    const lines = (await cli(['audit', 'log', '--format', 'jsonl'])).stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { position: number });
    expect(lines.map(({ position }) => position)).toEqual([1, 2, 3]);
    const csv = (await cli(['audit', 'log', '--format', 'csv'])).stdout.split('\r\n');
    expect(csv[0]).toMatch(/^position,time,actor,/);
    expect(csv[1]).toContain('1970-01-01T00:00:01.000Z,user:ada,,scale,held,DaemonStarted,"a ""good"", one",1,');
    const { json } = await cli(['audit', 'log', '--format', 'otlp']);
    expect(json.resourceLogs[0].scopeLogs[0].logRecords).toHaveLength(3);
    expect(json.resourceLogs[0].scopeLogs[0].logRecords[0]).toMatchObject({ timeUnixNano: '1000000000', traceId: 'ab'.repeat(16), body: { stringValue: 'DaemonStarted' } });
    expect((await cli(['audit', 'log', '--format', 'xml'])).code).toBe(2);
  });
});

describe('compliance', () => {
  const id = 'ab'.repeat(16);

  it('shows rules, what waits, and a period', async () => {
    expect((await cli(['compliance', 'rules'])).stdout).toMatch(/two-people +four-eyes +block +CC6\.3, CC8\.1/);
    expect((await cli(['compliance', 'status'])).stdout).toMatch(new RegExp(`two-people +block +2[\\s\\S]*${id}.*user:ada +remove shop`));
    expect((await cli(['compliance', 'report', '--from', '7 days ago'])).stdout).toMatch(/decisions +2 deploy[\s\S]*two-people +2 +0 +user:ada/);
  });

  it('approves and turns down by id', async () => {
    expect((await cli(['approve', id])).stdout).toBe('To remove shop was decided.\n');
    expect((await cli(['reject', id, '--reason', 'needed'])).code).toBe(0);
    expect(served.backend.asked.at(-1)!.with).toMatchObject({ id, reason: 'needed' });
    expect((await cli(['approve', '0'.repeat(32)])).code).toBe(4);
    expect((await cli(['approve', 'x'])).code).toBe(2);
  });
});

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../src/host/programs.ts';
import { requires } from '../src/host/testing.ts';

const root = join(import.meta.dirname, '..');
const patience = 60_000;

/** What the page asks about may be gone when the question arrives. */
const wentMeanwhile = /404 .*\/v1\/(agents\/[^/]+\/stats|apps\/[^/]+\/(revisions|logs))/;

/** Chromium gives up what it asks for when an interface of the machine comes or goes, as those of agents do; the console asks again. */
const interfacesChanged = /net::ERR_NETWORK_CHANGED/;

/** One person's session with one app, from the first sight to its removal: each test goes on where the one before it ended. */
describe.skipIf(!requires('linux', 'program:chromium'))('the console', () => {
  let scratch: string;
  let env: NodeJS.ProcessEnv;
  let daemon: ChildProcess;
  let browser: Browser;
  let page: Page;
  let origin: string;
  const complaints: string[] = [];

  const cli = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/cli/main.ts'), ...args, '--json'], { env, encoding: 'utf8', timeout: 120_000 });
    if (status !== 0) throw new Error(`stratoswarm ${args.join(' ')} ended with ${status}: ${stderr}${stdout}`);
    return JSON.parse(stdout) as Record<string, never>;
  };
  const section = (name: string) => page.getByRole('region', { name });
  const agents = () => section('Agents').getByRole('row').filter({ has: page.getByRole('rowheader') });
  const readyAgents = () => agents().filter({ has: page.getByText('ready', { exact: true }) });
  const revision = (number: number) => section('Revisions').getByRole('listitem').filter({ has: page.getByText(String(number), { exact: true }) });

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'stratoswarm-console-'));
    chmodSync(scratch, 0o711);
    cpSync(join(root, 'examples/crashy'), join(scratch, 'crashy'), { recursive: true });
    const home = join(scratch, 'home');
    mkdirSync(join(home), { mode: 0o711 });
    env = { ...process.env, STRATOSWARM_HOME: home, STRATOSWARM_PORT: '0', STRATOSWARM_API_PORT: '0', NODE_OPTIONS: '--disable-warning=ExperimentalWarning' };
    daemon = spawn(process.execPath, [join(root, 'src/daemon/main.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      daemon.stdout!.on('data', (chunk: Buffer) => chunk.includes('serving on') && resolve());
      daemon.once('exit', (code) => reject(new Error(`the daemon ended with ${code}`)));
    });
    cli('deploy', join(scratch, 'crashy'), '--isolation', 'process');
    browser = await chromium.launch({
      executablePath: findProgram('chromium')!,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
    page.setDefaultTimeout(patience);
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(`${message.text()} ${message.location().url}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI}`)));
  });

  afterAll(async () => {
    await browser?.close();
    if (daemon?.exitCode === null) {
      try {
        cli('rm', 'crashy', '--volumes', '--yes');
      } catch {
        // The last test removed it.
      }
      const status = cli('status') as unknown as { ingress: { pid: number | null } };
      daemon.kill('SIGTERM');
      await once(daemon, 'exit');
      if (status.ingress.pid !== null) process.kill(status.ingress.pid, 'SIGTERM');
    }
    rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  afterEach(() => {
    expect(complaints.splice(0).filter((complaint) => !wentMeanwhile.test(complaint) && !interfacesChanged.test(complaint)).join('\n')).toBe('');
  });

  it('shows nothing to who has no session but how to get one', async () => {
    const { url } = cli('open') as unknown as { url: string };
    ({ origin } = new URL(url));
    const stranger = await browser.newPage();
    await stranger.goto(origin);
    await stranger.getByText('stratoswarm open').waitFor({ timeout: patience });
    await stranger.close();
    await page.goto(url);
    await page.getByRole('heading', { name: 'Apps' }).waitFor();
  });

  it('lets nobody in a second time with the same link', async () => {
    const { url } = cli('open') as unknown as { url: string };
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(403);
  });

  it('shows the app, and leads to it by keyboard alone', async () => {
    await page.goto(origin);
    await page.getByRole('link', { name: 'crashy', exact: true }).waitFor();
    await tabTo(page.getByRole('link', { name: 'crashy', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /crashy/ }).waitFor();
    await expect.poll(() => page.title(), { timeout: patience }).toBe('crashy · Stratoswarm');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
  });

  it('measures the agent live', async () => {
    await agents().getByText(/^\d+(\.\d+)? %$/).waitFor();
    await agents().getByText(/^\d+(\.\d+)? MiB$/).waitFor();
    await expect.poll(() => page.locator('.sparkline polyline').count(), { timeout: patience }).toBeGreaterThan(0);
  });

  it('scales by keyboard', async () => {
    await tabTo(page.getByRole('button', { name: 'One web more' }));
    await page.keyboard.press('Enter');
    await expect.poll(() => readyAgents().count(), { timeout: patience }).toBe(2);
    await page.getByLabel('2 of 2 ready').waitFor();
  });

  it('shows output as it comes, and filters it', async () => {
    const output = page.getByRole('log');
    await output.getByText(/listen/i).first().waitFor();
    await page.getByRole('searchbox', { name: 'Filter lines' }).fill('no line says this');
    await output.getByText('No line contains this.').waitFor();
    await page.getByRole('searchbox', { name: 'Filter lines' }).fill('');
  });

  it('folds the steps of an agent into one line that opens', async () => {
    const line = section('Timeline').getByRole('listitem').filter({ hasText: 'crashy/web/0 ready' }).first();
    await line.getByText(/5 steps/).click();
    await line.getByText('crashy/web/0 prepared').waitFor();
  });

  it('is readable in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const samples = [page.locator('.pill').first(), page.locator('.quiet').first(), page.getByRole('button', { name: 'Restart' }), page.getByRole('link', { name: 'Events' }), page.locator('.logs .source').first(), page.locator('.danger').first(), page.locator('td').first()];
      for (const sample of samples) expect(await contrast(sample), `${colorScheme}: ${await sample.textContent()}`).toBeGreaterThanOrEqual(4.5);
    }
    const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).not.toBe(dark);
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await page.getByRole('button', { name: 'Theme: dark' }).click();
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('fits a telephone', async () => {
    const width = 320;
    await page.setViewportSize({ width, height: 844 });
    for (const path of ['/', '/apps/crashy', '/events', '/audit', '/time', '/machine']) {
      await page.goto(origin + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(width);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${origin}/apps/crashy`);
  });

  it('deploys a change through the dialog, and shows how it goes', async () => {
    const server = join(scratch, 'crashy/server.js');
    writeFileSync(server, `// changed\n${readFileSync(server, 'utf8')}`);
    await page.getByRole('button', { name: 'Deploy again…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Deploy crashy again' });
    expect(await dialog.getByRole('textbox').inputValue()).toBe(join(scratch, 'crashy'));
    await dialog.getByText('Variables').click();
    await dialog.getByRole('textbox', { name: /NAME=VALUE/ }).fill('GREETING=hello');
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
    await dialog.getByText('Revision 2 admitted').waitFor();
    await dialog.getByRole('link', { name: 'Show crashy' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await revision(2).getByText('current').waitFor();
  });

  it('says what is wrong with a source that cannot be deployed', async () => {
    await page.getByRole('button', { name: 'Deploy again…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill(join(scratch, 'not-there'));
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
    await dialog.locator('.bad').first().waitFor();
    if (await dialog.getByRole('button', { name: 'Change and try again' }).isVisible()) await page.keyboard.press('Enter');
    expect(await dialog.getByRole('textbox').inputValue()).toBe(join(scratch, 'not-there'));
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('shows a deployment that was started in a terminal', async () => {
    const server = join(scratch, 'crashy/server.js');
    writeFileSync(server, `// changed again\n${readFileSync(server, 'utf8')}`);
    const terminal = spawn(process.execPath, [join(root, 'src/cli/main.ts'), 'deploy', join(scratch, 'crashy'), '--isolation', 'process', '--json'], { env, stdio: 'ignore' });
    const ended = once(terminal, 'exit');
    await page.getByRole('region', { name: 'Deployment of crashy' }).waitFor();
    expect((await ended)[0]).toBe(0);
    await page.getByRole('region', { name: 'Deployment of crashy' }).waitFor({ state: 'hidden' });
    await revision(3).getByText('current').waitFor();
  });

  it('rolls back', async () => {
    await revision(1).getByRole('button', { name: 'Roll back' }).click();
    await revision(1).getByText('current').waitFor();
    await expect.poll(() => readyAgents().count(), { timeout: patience }).toBe(2);
  });

  it('asks before it stops the app, and starts it again', async () => {
    await page.getByRole('button', { name: 'Stop…' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Stop…' }).click();
    await page.keyboard.press('Enter');
    await section('Agents').getByText('No agent runs.').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect.poll(() => readyAgents().count(), { timeout: patience }).toBe(2);
  });

  it('filters events', async () => {
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByText('crashy answers with revision 1').first().waitFor();
    await page.getByRole('searchbox', { name: 'Filter events' }).fill('daemon');
    await page.getByText(/^Daemon .* started/).waitFor();
    await page.getByText('crashy answers with revision 1').first().waitFor({ state: 'detached' });
  });

  it('walks through the past with the arrow keys, and plays it', async () => {
    await page.getByRole('link', { name: 'Time' }).click();
    const slider = page.getByRole('slider', { name: 'Position in the ledger' });
    await slider.waitFor();
    const head = Number(await slider.getAttribute('max'));
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByText(`#${head - 1}`, { exact: false }).first().waitFor();
    await page.keyboard.press('Home');
    await page.getByText('There was no app.').waitFor();
    await page.getByRole('button', { name: 'Step forward' }).click();
    await page.getByText(/^#1 of \d+ · /).waitFor();
    await page.getByRole('button', { name: 'Play' }).click();
    await page.getByText(/Revision 1 of crashy admitted/).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('rowheader', { name: 'crashy' }).waitFor();
  });

  it('shows the audit trail, and what led to an entry, by keyboard, in light and in dark', async () => {
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByLabel('Kind').selectOption('deploy');
    const entry = page.getByRole('button', { name: /Revision 1 of crashy admitted/ });
    await entry.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Why #/ }).waitFor();
    await page.getByText(/^Deploying crashy from/).waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate(() => document.activeElement?.textContent)).not.toContain('Revision 1 of crashy admitted');
    await page.getByLabel('Kind').selectOption('');
    await expect.poll(() => page.locator('.causes path').count(), { timeout: patience }).toBeGreaterThan(5);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const sample of [page.locator('.audit-list .pill').first(), page.locator('.audit-list .quiet').first(), page.locator('.audit-list .what').first()]) expect(await contrast(sample), colorScheme).toBeGreaterThanOrEqual(4.5);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('says what the machine can do, and cordons it', async () => {
    await page.getByRole('link', { name: 'Machine' }).click();
    await page.getByRole('table').first().waitFor();
    await page.getByRole('button', { name: 'Place nothing new' }).click();
    await page.getByText('cordoned').waitFor();
    await page.getByRole('button', { name: 'Activate' }).click();
    await page.getByText('active', { exact: true }).waitFor();
  });

  it('removes the app after asking', async () => {
    await page.goto(`${origin}/apps/crashy`);
    await page.getByRole('button', { name: 'Remove…' }).click();
    await page.getByRole('button', { name: 'Remove with data' }).click();
    await page.getByText('There is no app called crashy').waitFor();
    await page.getByRole('link', { name: 'All apps' }).click();
    await page.getByText('Nothing runs yet').waitFor();
  });

  /** Presses Tab until the element has the focus, which must then be visible. */
  async function tabTo(target: Locator): Promise<void> {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      if (await target.evaluate((element) => element === document.activeElement)) {
        expect(await target.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe('none');
        return;
      }
    }
    throw new Error('the keyboard does not get there');
  }
});

/** The contrast ratio of an element's text to what is behind it (WCAG 2.2, relative luminance). */
function contrast(target: Locator): Promise<number> {
  return target.evaluate((element) => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
    const luminance = (colour: string) => {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    let ground: Element | null = element;
    while (ground !== null && /^rgba\(.*, 0\)$/.test(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
    const [light, dark] = [luminance(getComputedStyle(element).color), luminance(ground === null ? '#fff' : getComputedStyle(ground).backgroundColor)].toSorted((a, b) => b - a);
    return (light! + 0.05) / (dark! + 0.05);
  });
}

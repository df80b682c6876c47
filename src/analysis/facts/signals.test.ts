import { describe, expect, it } from 'vitest';
import { languagesByExtension } from '../syntax/languages.ts';
import { tokenize } from '../syntax/lexer.ts';
import { signalsOf } from './signals.ts';

const told = (extension: string, text: string) => {
  const { language, lexis } = languagesByExtension[extension]!;
  return signalsOf(language, tokenize(text, lexis)).map(({ signal, effect, line }) => `${signal.slice(3)} ${effect} ${line}`).join(', ');
};

describe('signals', () => {
  it.each<[string, string, string]>([
    ['js', "process.on('SIGTERM', () => server.close())", 'TERM stop 1'], ['js', "process.once('SIGHUP', reloadConfig)", 'HUP reload 1'], ['js', "process.on('SIGUSR2', dump)", 'USR2 other 1'], ['js', "process.on('SIGTERM', () => child.kill('SIGINT'))", 'TERM stop 1'],
    ['ts', "for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)", 'INT stop 1, TERM stop 1'], ['js', "const signals = ['SIGINT', 'SIGTERM']\nsignals.forEach((s) => process.on(s, stop))", 'INT stop 2, TERM stop 2'], ['ts', 'app.enableShutdownHooks()', 'TERM stop 1, INT stop 1'],
    ['ts', "Deno.addSignalListener('SIGINT', stop)", 'INT stop 1'], ['js', "child.kill('SIGTERM'); emitter.on('data', f)", ''], ['js', "process.on('exit', () => log('SIGTERM'))", ''],
    ['py', 'signal.signal(signal.SIGTERM, stop)', 'TERM stop 1'], ['py', 'for s in (signal.SIGTERM, signal.SIGINT):\n    loop.add_signal_handler(s, stop)', 'TERM stop 2, INT stop 2'], ['py', 'signal.signal(signal.SIGHUP, signal.SIG_IGN)', 'HUP ignore 1'], ['py', 'signal.signal(signal.SIGTERM, signal.SIG_DFL)', ''],
    ['py', 'signal.signal(signal.SIGHUP, lambda *_: config.reload())', 'HUP reload 1'], ['py', 'try:\n    run()\nexcept KeyboardInterrupt:\n    pass', 'INT stop 3'], ['py', 'os.kill(pid, signal.SIGTERM)', ''],
    ['go', 'signal.Notify(c, os.Interrupt, syscall.SIGTERM)', 'INT stop 1, TERM stop 1'], ['go', 'ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT)', 'INT stop 1'], ['go', 'signal.Ignore(syscall.SIGHUP)', 'HUP ignore 1'],
    ['go', 'signal.Notify(c, syscall.SIGHUP, syscall.SIGTERM)\nfor s := range c {\n switch s {\n case syscall.SIGHUP:\n  reload()\n }\n}', 'HUP reload 1, TERM stop 1'], ['go', 'signal.Notify(c, syscall.SIGHUP, syscall.SIGTERM)\n<-c', 'HUP stop 1, TERM stop 1'],
    ['java', 'Runtime.getRuntime().addShutdownHook(new Thread(s::stop));', 'TERM stop 1, INT stop 1'], ['java', 'Signal.handle(new Signal("HUP"), s -> reload());', 'HUP reload 1'],
    ['rb', "Signal.trap('TERM') { stop }", 'TERM stop 1'], ['rb', 'trap :INT do\n stop\nend', 'INT stop 1'], ['rb', '%w[INT TERM].each { |s| trap(s) { stop } }', 'INT stop 1, TERM stop 1'], ['rb', "trap('HUP') { logger.reopen }", 'HUP reload 1'], ['rb', "trap 'USR1', 'IGNORE'", 'USR1 ignore 1'],
    ['php', '<?php pcntl_signal(SIGTERM, fn() => exit());', 'TERM stop 1'], ['cs', 'PosixSignalRegistration.Create(PosixSignal.SIGHUP, c => Reload());', 'HUP reload 1'], ['cs', 'Console.CancelKeyPress += (s, e) => stop();', 'INT stop 1'],
    ['rs', 'signal(SignalKind::terminate())?', 'TERM stop 1'], ['rs', 'tokio::signal::ctrl_c().await', 'INT stop 1'], ['rs', 'Signals::new([SIGTERM, SIGINT])', 'TERM stop 1, INT stop 1'], ['exs', 'System.trap_signal(:sigterm, fn -> stop() end)', 'TERM stop 1'],
    ['c', 'signal(SIGPIPE, SIG_IGN); sigaction(SIGINT, &a, NULL);', 'INT stop 1'],
  ])('of %s: %s', (extension, text, expected) => {
    expect(told(extension, text)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { Draft } from '../draft.ts';
import { noteEnvironment, noteSettings } from './clojure-environment.ts';

describe('variables that Clojure reads through libraries', () => {
  it.each([
    ['(env :database-url)', 'DATABASE_URL'], ['(env :port "3000")', 'PORT=3000'], ['(environ.core/env :log-level)', 'LOG_LEVEL'], ['(:jwt-secret env)', 'JWT_SECRET'],
    ['(get-in env [:database-url])', 'DATABASE_URL'], ['(get-in env [:http :server-port])', 'HTTP__SERVER_PORT'], ['(let [{:keys [port db-url]} env] port)', 'PORT DB_URL'],
    ['{:port #long #or [#env PORT 8080]}', 'PORT=8080'], ['{:url #env DATABASE_URL :size 5}', 'DATABASE_URL'], ['(environment :port)', ''],
    ['(get env :check-limit 100)', 'CHECK_LIMIT=100'], ['(-> env :database-url connect)', 'DATABASE_URL'], ['(-> env :database-url)', 'DATABASE_URL'], ['(-> env :options :port)', ''], ['(select-keys env [:database-url :init-script])', 'DATABASE_URL INIT_SCRIPT'],
  ])('%s', (text, expected) => {
    const draft = new Draft('web', '.', 'clojure');
    noteEnvironment(draft, 'src/a.clj', text);
    expect(draft.placeholders.map(({ name, default: value }) => (value === null ? name : `${name}=${value}`)).join(' ')).toBe(expected);
  });

  it('are needed unless the code asks for them, and where it gives up without them', () => {
    const draft = new Draft('web', '.', 'clojure');
    noteEnvironment(draft, 'src/a.clj', '(when (env :nrepl-port) (start (env :key)))\n(select-keys env [:database-url :init-script])\n(if-let [url (env :cache-url)] url)\n(nil? (:database-url env))');
    expect(Object.fromEntries(draft.placeholders.map(({ name, optional }) => [name, optional ?? false]))).toEqual({ NREPL_PORT: true, KEY: false, DATABASE_URL: false, INIT_SCRIPT: true, CACHE_URL: true });
  });

  it('replace the keys of a file of settings', () => {
    const draft = new Draft('web', '.', 'clojure');
    noteSettings(draft, 'resources/config.edn', '{:prod true\n :port 3000\n :db {:host "x"}\n :name "shop"}');
    expect(draft.placeholders.map(({ name, default: value }) => `${name}=${value}`)).toEqual(['PROD=true', 'PORT=3000', 'NAME=shop']);
  });
});

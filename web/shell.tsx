import { useEffect, useState } from 'react';
import { ApiError, useAnswer, useEvents, type AgentView, type AppView, type StatusView } from './api.ts';
import { bytes, cpu } from './format.ts';
import { AppPage } from './pages/app.tsx';
import { Apps } from './pages/apps.tsx';
import { Audit } from './pages/audit.tsx';
import { Events } from './pages/events.tsx';
import { Machine } from './pages/machine.tsx';
import { Time } from './pages/time.tsx';
import { Place, usePlace } from './places.tsx';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

/** The frame of the console: navigation, connection, theme, and the page of the current place. */
export function Shell() {
  const place = usePlace();
  const { events, connected } = useEvents(200);
  const version = events[0]?.position ?? 0;
  const status = useAnswer<StatusView>('/v1/status', { interval: 5000, version: connected ? 1 : 0 });
  const apps = useAnswer<{ apps: AppView[] }>('/v1/apps', { interval: 10_000, version });
  const agents = useAnswer<{ agents: AgentView[] }>('/v1/agents', { interval: 2000, version });
  const [theme, setTheme] = useTheme();
  const name = /^\/apps\/([^/]+)/.exec(place)?.[1];
  useEffect(() => {
    document.title = `${name ?? { '/events': 'Events', '/audit': 'Audit', '/time': 'Time', '/machine': 'Machine' }[place] ?? 'Apps'} · Stratoswarm`;
  }, [name, place]);

  if (status.error instanceof ApiError && status.error.problem.status === 401) return <SignIn />;
  const page = name !== undefined
    ? <AppPage key={name} name={name} apps={apps.data?.apps} agents={agents.data?.agents ?? []} events={events} />
    : place === '/events' ? <Events events={events} />
    : place === '/audit' ? <Audit version={version} apps={apps.data?.apps.map((app) => app.name) ?? []} />
    : place === '/time' ? <Time head={version} />
    : place === '/machine' ? <Machine status={status.data} refresh={status.refresh} />
    : <Apps apps={apps.data?.apps} agents={agents.data?.agents ?? []} events={events} />;
  const node = status.data?.nodes[0];
  return (
    <>
      <a className="skip" href="#main">Skip to content</a>
      <header className="bar">
        <Place to="/" className="brand"><img src="/icon.svg" alt="" width="26" height="26" />Stratoswarm</Place>
        <nav aria-label="Places">
          <Place to="/" current={place === '/' || name !== undefined}>Apps</Place>
          <Place to="/events" current={place === '/events'}>Events</Place>
          <Place to="/audit" current={place === '/audit'}>Audit</Place>
          <Place to="/time" current={place === '/time'}>Time</Place>
          <Place to="/machine" current={place === '/machine'}>Machine</Place>
        </nav>
        <div className="bar-end">
          {node && <span className="quiet nowrap usage">{cpu(node.usage?.cpu)} of {node.cpu / 1000} cores · {bytes(node.usage?.memory)}</span>}
          <span role="status" className={connected ? 'pill good' : 'pill bad'}>{connected ? 'live' : 'reconnecting'}</span>
          <button type="button" className="ghost" onClick={() => setTheme(themes[(themes.indexOf(theme) + 1) % themes.length]!)} aria-label={`Theme: ${theme}`} title={`Theme: ${theme}`}>
            {theme === 'dark' ? '☾' : theme === 'light' ? '☀' : '◐'}
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {status.data?.warnings.map((warning) => <p key={warning} className="notice bad" role="alert">{warning}</p>)}
        {page}
      </main>
    </>
  );
}

function SignIn() {
  return (
    <main className="center">
      <img src="/icon.svg" alt="" width="56" height="56" />
      <h1>Sign in</h1>
      <p>Run this on the machine, and open the link that it prints:</p>
      <pre className="command">stratoswarm open</pre>
    </main>
  );
}

function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => (localStorage.getItem('theme') as Theme | null) ?? 'system');
  useEffect(() => {
    localStorage.setItem('theme', theme);
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return [theme, setTheme];
}

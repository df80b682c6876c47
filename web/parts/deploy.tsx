import { useEffect, useRef, useState, type FormEvent } from 'react';
import { call, explain, readStream, type DeploymentStep } from '../api.ts';
import { Place } from '../places.tsx';

/** Deploys a directory of the daemon's machine, an archive or a git URL, and shows how it goes. */
export function Deploy({ onClose, location: given = '', name = '' }: { onClose: () => void; location?: string; name?: string }) {
  const [location, setLocation] = useState(given);
  const [variables, setVariables] = useState('');
  const [deployment, setDeployment] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const dialog = useRef<HTMLDialogElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    input.current?.focus();
  }, []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    try {
      const { deployment: id } = await call<{ deployment: string }>('POST', '/v1/deployments', { source: { kind: kindOf(location), location: location.trim() }, ...(name === '' ? {} : { name }), env: variablesIn(variables) });
      setDeployment(id);
    } catch (error) {
      setProblem(explain(error));
    }
  };
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="deploy-title">
      <div className="title-row">
        <h2 id="deploy-title">{name === '' ? 'Deploy an app' : `Deploy ${name} again`}</h2>
        <button type="button" className="ghost" aria-label="Close" onClick={() => dialog.current?.close()}>✕</button>
      </div>
      {deployment === undefined ? (
        <form onSubmit={(event) => void submit(event)}>
          <label htmlFor="location">Directory or tarball on this machine, or a git URL</label>
          <input id="location" value={location} onChange={(event) => setLocation(event.target.value)} placeholder="/srv/shop or https://example.org/shop.git" required ref={input} />
          <details>
            <summary>Variables</summary>
            <label htmlFor="variables">One NAME=VALUE in each line; kept for later deployments</label>
            <textarea id="variables" rows={4} value={variables} onChange={(event) => setVariables(event.target.value)} spellCheck={false} placeholder="API_KEY=…" />
          </details>
          {problem && <p className="notice bad" role="alert">{problem}</p>}
          <button type="submit" className="primary">Deploy</button>
        </form>
      ) : <Progress deployment={deployment} onRetry={() => setDeployment(undefined)} />}
    </dialog>
  );
}

/** The steps of a deployment as they come; with `onRetry`, a way back from a failure. */
export function Progress({ deployment, onRetry }: { deployment: string; onRetry?: () => void }) {
  const [steps, setSteps] = useState<DeploymentStep[]>([]);
  useEffect(() => {
    const abort = new AbortController();
    setSteps([]);
    void readStream<DeploymentStep>(`/v1/deployments/${deployment}/steps`, abort.signal, (step) => setSteps((known) => [...known, step])).catch(() => undefined);
    return () => abort.abort();
  }, [deployment]);
  const end = steps.find((step) => step.step === 'ready' || step.step === 'failed');
  const result = end?.result as { app?: string; url?: string | null; why?: string; next?: string; details?: { tail?: string[] } } | undefined;
  const lines = steps.filter((step) => step.kind === 'line').map((step) => step.text);
  return (
    <div aria-live="polite">
      <ol className="steps">
        {steps.filter((step) => step.kind !== 'line' && !(step.kind === 'begin' && steps.some((other) => other.step === step.step && other.kind === 'end'))).map((step) => (
          <li key={step.index} className={step.step === 'failed' ? 'bad' : step.kind === 'end' ? 'good' : 'busy'}>{step.text}{step.milliseconds !== null && <span className="quiet"> {(step.milliseconds / 1000).toFixed(1)} s</span>}</li>
        ))}
      </ol>
      {lines.length > 0 && end?.step !== 'ready' && <pre className="logs short">{lines.slice(-200).join('\n')}</pre>}
      {end?.step === 'failed' && (result?.why || result?.next || result?.details?.tail) && (
        <div className="notice bad">{result.why}{result.details?.tail && <pre>{result.details.tail.join('\n')}</pre>}{result.next && <p>Next: {result.next}</p>}</div>
      )}
      {end?.step === 'failed' && onRetry && <button type="button" autoFocus onClick={onRetry}>Change and try again</button>}
      {end?.step === 'ready' && result?.app && <p><Place to={`/apps/${result.app}`}>Show {result.app}</Place>{result.url && <> · <a href={result.url} target="_blank" rel="noreferrer">Open {result.url}</a></>}</p>}
    </div>
  );
}

/** `NAME=VALUE` lines; what is none is left out. */
function variablesIn(text: string): Record<string, string> {
  return Object.fromEntries(text.split('\n').flatMap((line) => {
    const [, name, value] = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value!.trim()]];
  }));
}

function kindOf(location: string): 'path' | 'git' | 'archive' {
  if (/^[a-z+]+:\/\/|^git@|^[\w.-]+\.[a-z]+\/[\w.-]+\/[\w.-]+/i.test(location)) return 'git';
  return /\.(tar|tgz|tar\.gz)$/i.test(location) ? 'archive' : 'path';
}

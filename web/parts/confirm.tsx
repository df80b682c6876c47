import { useState } from 'react';

interface Choice {
  label: string;
  act: () => void;
}

/** A button for what cannot be taken back at once: it asks first, in place, so that the keyboard stays where it is. */
export function Confirm({ label, question, choices, busy, danger }: { label: string; question: string; choices: Choice[]; busy: boolean; danger?: boolean }) {
  const [asking, setAsking] = useState(false);
  const tone = danger ? 'danger' : '';
  if (!asking) return <button type="button" className={tone} disabled={busy} onClick={() => setAsking(true)}>{label}…</button>;
  return (
    <span className="asking" role="group" aria-label={question} onKeyDown={(event) => event.key === 'Escape' && setAsking(false)}>
      <span className="quiet">{question}</span>
      {choices.map((choice, index) => (
        <button key={choice.label} type="button" className={tone} autoFocus={index === 0} onClick={() => {
          setAsking(false);
          choice.act();
        }}>{choice.label}</button>
      ))}
      <button type="button" onClick={() => setAsking(false)}>Cancel</button>
    </span>
  );
}

import { useSyncExternalStore, type ReactNode } from 'react';

/** The console's places are paths, so that they can be linked to and the back button works. */
const listeners = new Set<() => void>();
window.addEventListener('popstate', () => listeners.forEach((listener) => listener()));

export function go(path: string): void {
  history.pushState(null, '', path);
  listeners.forEach((listener) => listener());
  document.getElementById('main')?.focus();
}

export function usePlace(): string {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => location.pathname);
}

/** A link within the console. */
export function Place({ to, children, className, current }: { to: string; children: ReactNode; className?: string; current?: boolean }) {
  return (
    <a href={to} className={className} aria-current={current ? 'page' : undefined} onClick={(event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      go(to);
    }}>{children}</a>
  );
}

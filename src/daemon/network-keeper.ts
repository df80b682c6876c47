import { untilBeat, type Clock } from '../model/index.ts';

/** Milliseconds for which agents may be without the rules that keep them apart, when the reload of a firewall took these away. */
const every = 5000;

export interface NetworkKeeperParts {
  readonly clock: Clock;
  /** Puts back rules that are gone; true when any was. */
  readonly keep: () => Promise<boolean>;
  readonly log: (line: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Sees to the rules of the firewall for agents for as long as the daemon runs. Returns its end. */
export function keepNetwork({ clock, keep, log, onError }: NetworkKeeperParts): () => void {
  let isStopped = false;
  let cancel: () => void = () => undefined;
  const look = async () => {
    try {
      if (await keep()) log('rules of the firewall for agents had been taken away, and are there again');
    } catch (error) {
      onError(error);
    }
    if (!isStopped) wait();
  };
  const wait = () => {
    cancel = clock.after(untilBeat(clock, every), () => void look());
  };
  wait();
  return () => {
    isStopped = true;
    cancel();
  };
}

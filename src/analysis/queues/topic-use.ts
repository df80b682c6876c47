import type { Evidence } from '../../model/index.ts';

/** `binds` ties a queue to an exchange, so that who takes from the queue takes what is sent to the exchange; `names` only tells that it exists; `makes` notes it with what is sent later. */
export type TopicRole = 'sends' | 'takes' | 'binds' | 'names' | 'makes';

/** A topic, queue, subject or channel that a service sends to or takes from. */
export interface TopicUse {
  /** The broker's kind. */
  kind: string;
  topic: string;
  /** The variable that names it; services that ask the same one mean the same topic. */
  variable?: string | undefined;
  /** `makes`: it makes messages of this type where it sends some; that counts when another service takes them. */
  role: TopicRole;
  /** It may as well be another text: it counts only when somebody has it at the other end. */
  guessed?: boolean;
  evidence: Evidence;
}

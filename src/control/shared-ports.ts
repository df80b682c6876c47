import type { Node, Service } from '../model/index.ts';

/** Whether agents of a service listen on the machine's own ports: plain processes always do, others where they have no network of their own. */
export function sharesPorts({ isolation }: Pick<Service, 'isolation'>, node: Node | undefined): boolean {
  return isolation === 'process' || node?.ownNetwork === false;
}

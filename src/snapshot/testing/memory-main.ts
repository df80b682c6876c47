import { ociSubject } from '../../drivers/oci/oci.subject.ts';
import { tryMemory } from './memory-tried.ts';

/** What an emulated machine runs: tells on standard output what comes of an agent's memory, or why nothing can. */
const told = await tryMemory().catch(async (error: unknown) => {
  const subject = await ociSubject();
  return { error: String(error), probe: await subject.driver.images!.probe() };
});
console.log(`\n${JSON.stringify(told)}`);

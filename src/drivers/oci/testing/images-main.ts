import { ociSubject } from '../oci.subject.ts';
import { tryImages } from './images-tried.ts';

/** What an emulated machine runs: tells on standard output whether memory images work there, and what comes of one. */
const subject = await ociSubject();
const probe = await subject.driver.images!.probe();
const left = await subject.driver.observe();
await subject.cleanup();
console.log(`\n${JSON.stringify({ probe, left, ...(probe.works && await tryImages()) })}`);

import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 compile a function to its fastest code only when it has long met nothing new, and with less of what it calls in it. What reads code meets another language or another way of writing every few
 * files: with the usual settings much is compiled ten times and thrown away as often, a third of the processor time of a reading.
 */
export function compileLater(): void {
  setFlagsFromString('--minimum-invocations-after-ic-update=5000');
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=300');
}

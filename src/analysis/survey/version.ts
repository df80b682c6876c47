/** Put here by `scripts/compile.ts`. */
declare const compiledFrom: string | undefined;

/** A hash of the sources that this program was compiled from; undefined where it runs from the sources themselves, which may change meanwhile. */
export const version = typeof compiledFrom === 'undefined' ? undefined : compiledFrom;

import { readFileSync } from 'node:fs';

/** The text of a file; empty when it is not there or cannot be read. For what comes and goes, such as files below `/proc`. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

import { seen } from '../draft.ts';
import { lineOf } from '../syntax/formats.ts';
import { isSideDirectory, isTestPath } from '../tree/ignored.ts';
import type { Tree } from '../tree/tree.ts';
import type { Sign } from './in-code.ts';

/** What only one database understands of SQL. */
const dialects: readonly { kind: string; words: RegExp }[] = [
  { kind: 'mysql', words: /\bAUTO_INCREMENT\b|ENGINE\s*=\s*InnoDB|`\w+`\s+(?:INT|VARCHAR|BIGINT)/i },
  { kind: 'postgresql', words: /\b(?:BIG|SMALL)?SERIAL\b|\bJSONB\b|\bTIMESTAMPTZ\b|LANGUAGE\s+'?plpgsql|CREATE EXTENSION|gen_random_uuid\(\)|uuid_generate_v4/i },
  { kind: 'mssql', words: /\bNVARCHAR\s*\(|\bIDENTITY\s*\(1,\s*1\)|^GO$/im },
];

const mostFiles = 12;

/** The database that a service's migrations and schemas in SQL are written for. */
export function migrationSigns(tree: Tree, all: readonly string[]): Sign[] {
  const files = all.filter((file) => file.endsWith('.sql') && !isTestPath(file) && !isSideDirectory(file.slice(0, file.lastIndexOf('/') + 1) || '.')).slice(0, mostFiles);
  return files.flatMap((file) => {
    const text = tree.text(file)?.slice(0, 50_000) ?? '';
    const found = dialects.filter(({ words }) => words.test(text));
    return found.length === 1 ? [{ kind: found[0]!.kind, confidence: 0.72, chosen: false, evidence: seen(file, lineOf(text, found[0]!.words), `is written for ${found[0]!.kind}`) }] : [];
  });
}

/** What the command line asks of the program `audit`, as one argument of JSON. */
export type AuditRequest =
  | { verb: 'verify'; json: boolean; archive?: string | undefined; key?: string | undefined; checkpoints: readonly string[]; witnesses: readonly string[] }
  | { verb: 'prove'; json: boolean; position: number; witness?: string | undefined; witnesses: readonly string[] }
  | { verb: 'check'; json: boolean; file: string; key: string; witnesses: readonly string[] }
  | { verb: 'checkpoint'; json: boolean; witness?: string | undefined; witnesses: readonly string[] }
  | { verb: 'export'; json: boolean; directory: string }
  | { verb: 'witness-run'; json: boolean; state: string; key: string; name: string; logs: readonly string[]; port: number; host: string }
  | { verb: 'witness-check'; json: boolean; state: string }
  | { verb: 'erase'; json: boolean; subject: string };

interface WithArchives {
  json: boolean;
  /** Files of archives that are at hand. */
  archives: readonly string[];
}

/** How an approver agrees. */
export interface Agreement {
  /** File with their key. */
  as?: string | undefined;
  /** File with what they signed elsewhere. */
  signed?: string | undefined;
  /** Nothing is to be done but to tell what they would sign. */
  statement: boolean;
}

/** What the command line asks of the program `audit`, as one argument of JSON. */
export type AuditRequest =
  | (WithArchives & { verb: 'verify'; history?: string | undefined; key?: string | undefined; checkpoints: readonly string[]; witnesses: readonly string[] })
  | (WithArchives & { verb: 'prove'; position: number; witness?: string | undefined; witnesses: readonly string[] })
  | { verb: 'check'; json: boolean; file: string; key: string; witnesses: readonly string[] }
  | (WithArchives & { verb: 'checkpoint'; witness?: string | undefined; witnesses: readonly string[] })
  | (WithArchives & { verb: 'export'; directory: string })
  | { verb: 'archive'; json: boolean; directory: string; before: string }
  | { verb: 'archive-restore'; json: boolean; file: string }
  | { verb: 'witness-run'; json: boolean; state: string; key: string; name: string; logs: readonly string[]; port: number; host: string }
  | (WithArchives & { verb: 'witness-check'; state: string })
  | { verb: 'witness-add'; json: boolean; url: string; key: string }
  | { verb: 'witness-remove'; json: boolean; url: string }
  | { verb: 'witness-list'; json: boolean }
  | { verb: 'approver-key'; json: boolean; file: string; name: string }
  | { verb: 'approver-change'; json: boolean; person: string; key: string | null; also: readonly string[]; by: Agreement }
  | { verb: 'approver-sign'; json: boolean; file: string; as: string }
  | { verb: 'approve'; json: boolean; proposal: string; by: Agreement }
  | { verb: 'erase'; json: boolean; subject: string; /** Also remove what holds the name and does not depend on its key. */ copies: boolean };

import * as z from 'zod';
import { Plan } from '../model/index.ts';

/** The JSON Schema (draft 2020-12) of what `stratoswarm plan --json` prints. */
export function planSchema(): Record<string, unknown> {
  return { title: 'Plan', ...z.toJSONSchema(Plan, { io: 'output', unrepresentable: 'any' }) };
}

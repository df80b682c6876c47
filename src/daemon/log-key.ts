import { join } from 'node:path';
import type { Paths } from '../host/paths.ts';

/** The file with the name and the secret by which the log of a home is signed. */
export const logKey = ({ secrets }: Pick<Paths, 'secrets'>): string => join(secrets, 'log-key.json');

/** The directory with the keys by which people's data in the log is sealed. */
export const subjectKeys = ({ secrets }: Pick<Paths, 'secrets'>): string => join(secrets, 'subjects');

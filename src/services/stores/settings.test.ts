import { describe, expect, it } from 'vitest';
import type { PlannedService } from '../../model/index.ts';
import { storeSettings } from './settings.ts';

interface Given { readonly language?: string; readonly framework?: string; readonly env: Readonly<Record<string, string | null>> }

function settings(kind: string, { language = 'javascript', framework, env }: Given): Record<string, string> {
  const variables = Object.entries(env).map(([name, usual]): PlannedService['env'][number] => ({ name, default: usual, required: false, secret: false, evidence: [] }));
  return Object.fromEntries(storeSettings(kind, new Map([['DATABASE_CONNECTION', 'url']]), { language, framework: framework ?? null, frameworks: [], env: variables }));
}

describe('a service whose database runs for it', () => {
  it('is told which one it is where its code names none', () => {
    const env = { DB_DIALECT: null, DATABASE_CONNECTION: null, TYPEORM_CONNECTION: null, DB_CLIENT: 'sqlite', DB_HOST: null };
    expect(settings('mariadb', { env })).toEqual({ DB_DIALECT: 'mysql', TYPEORM_CONNECTION: 'mysql' });
    expect(settings('postgresql', { env })).toEqual({ DB_DIALECT: 'postgres', TYPEORM_CONNECTION: 'postgres' });
    expect(settings('mysql', { language: 'python', framework: 'django', env: { DB_ENGINE: null } })).toEqual({ DB_ENGINE: 'django.db.backends.mysql' });
    expect(settings('mysql', { language: 'java', env: { DB_DRIVER: null } })).toEqual({});
    expect(settings('redis', { env })).toEqual({});
  });

  it('speaks to it without TLS, where its code would ask for that', () => {
    expect(settings('mysql', { language: 'python', env: { DB_SSL_ENABLED: 'True', DB_SSL: null, MYSQL_SSL_MODE: 'REQUIRED', DB_USE_TLS: 'false', USE_SSL: 'true', DB_SSL_CA: 'ca.pem' } })).toEqual({ DB_SSL_ENABLED: 'False', MYSQL_SSL_MODE: 'DISABLED' });
    expect(settings('postgresql', { language: 'go', env: { DB_SSLMODE: 'require', PGSSLMODE: 'verify-full', POSTGRES_SSL_MODE: 'prefer' } })).toEqual({ DB_SSLMODE: 'disable', PGSSLMODE: 'disable' });
  });
});

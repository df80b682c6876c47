import { describe, expect, it } from 'vitest';
import type { Files } from '../fixture.ts';
import { planOf } from '../fixture.ts';

const app = (config: string, more: Files): Files => ({ 'requirements.txt': 'fastapi\nuvicorn\ndynaconf\nsqlalchemy\n', 'app.py': 'from fastapi import FastAPI\nfrom config import settings\napp = FastAPI()\nengine = create_engine(settings.DATABASE_URL)\n', 'config.py': config, ...more });
const read = async (files: Files) => (await planOf(files)).services[0]!;
const variables = (service: Awaited<ReturnType<typeof read>>) => service.env.map(({ name, default: usual, required }) => `${name}${usual === null ? '' : `=${usual}`}${required ? '!' : ''}`);

describe('settings of Dynaconf', () => {
  it('are variables with its prefix, whose defaults are in its files, and validators say which are needed', async () => {
    const service = await read(app('from dynaconf import Dynaconf, Validator\nsettings = Dynaconf(envvar_prefix="SHOP", environments=True, settings_files=["settings.toml", ".secrets.toml"],\n  validators=[Validator("TOKEN", "MAIL.HOST", must_exist=True), Validator("PAGE", default=20), Validator("API_KEY", must_exist=True)])\n', {
      'settings.toml': '[default]\ndatabase_url = "postgresql://localhost/shop"\nttl = 5\n[default.cache]\nsize = 7\n[production]\ndebug = false\n', '.secrets.toml': '[default]\napi_key = "hidden"\n',
    }));
    expect(variables(service)).toEqual(['SHOP_API_KEY', 'SHOP_CACHE__SIZE=7', 'SHOP_DATABASE_URL=postgresql://localhost/shop', 'SHOP_DEBUG=false', 'SHOP_MAIL__HOST!', 'SHOP_PAGE=20', 'SHOP_TOKEN!', 'SHOP_TTL=5']);
    expect(service.stores).toEqual([{ kind: 'postgresql', envVars: ['SHOP_DATABASE_URL'] }]);
  });

  it.each<[string, string, string[]]>([
    ['its own prefix without another', 'settings = Dynaconf()', ['DYNACONF_TTL=5']], ['no prefix where it is switched off', 'settings = LazySettings(envvar_prefix=False)', ['TTL=5']], ['that of the extension for Flask', 'FlaskDynaconf(app)', ['FLASK_TTL=5']],
  ])('have %s', async (_, made, expected) => {
    expect(variables(await read(app(`from dynaconf import *\n${made}\n`, { 'settings.yaml': 'default:\n  ttl: 5\n' })))).toEqual(expected);
  });

  it('are none without it', async () => {
    expect(variables(await read(app('class Dynaconf: pass\n', { 'settings.yaml': 'ttl: 5\n' })))).toEqual([]);
  });
});

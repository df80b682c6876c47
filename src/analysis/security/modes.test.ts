import { describe, expect, it } from 'vitest';
import { isForWork, isSectionForWork } from './modes.ts';

describe('what is for those who work on an app', () => {
  it.each(['settings/local.py', 'application-dev.yml', 'appsettings.Development.json', '.env.example', 'config/environments/test.rb', '.devcontainer/a.json', 'docs/settings.py'])('is told by the name of a file: %s', (path) => expect(isForWork(path)).toBe(true));
  it.each(['settings/base.py', 'application-prod.yml', 'appsettings.json', '.env', 'src/latest.py', 'protest.py', 'src/delocalise.ts', 'inventory.py'])('is not what only sounds like it: %s', (path) => expect(isForWork(path)).toBe(false));
  it.each(['when@dev', '%test', 'DevelopmentConfig', 'TestingConfig', 'LocalSettings', 'dev'])('is told by the name of a section: %s', (name) => expect(isSectionForWork(name)).toBe(true));
  it.each(['ProductionConfig', 'Config', 'device', 'developer_portal'])('is no section such as %s', (name) => expect(isSectionForWork(name)).toBe(false));
});

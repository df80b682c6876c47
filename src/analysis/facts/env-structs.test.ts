import { describe, expect, it } from 'vitest';
import { tokensOf } from '../fixture.ts';
import { settingsOf } from './env-settings.ts';

const structs = `#[derive(Debug, Deserialize)]
pub struct Settings {
    pub port: u16,
    pub size: Option<HashMap<String, u8>>,
    #[cfg(test)]
    pub tested: bool,
    #[serde(default)]
    pub level: Level,
    pub database: Database,
    pub pool: Arc<Pool>,
}
#[derive(Deserialize)]
struct Database { url: std::string::String }
struct Other { name: String }
`;
const reads = (text: string) => settingsOf('a.rs', 'rust', tokensOf('rs', text), text).reads;
const names = (text: string): string => reads(`${structs}${text}`).map(({ name, optional }) => `${name}${optional ? '?' : ''}`).join(' ');

describe('structs of Rust that are filled from the environment', () => {
  it.each([
    ['Config::builder().add_source(Environment::with_prefix("APP"))', 'APP_PORT APP_SIZE? APP_LEVEL?'],
    ['Config::builder().add_source(config::Environment::with_prefix("APP").separator("__"))', 'APP__PORT APP__SIZE? APP__LEVEL? APP__DATABASE__URL'],
    ['Config::builder().add_source(config::Environment::with_prefix("APP").prefix_separator("_").separator("__"))', 'APP_PORT APP_SIZE? APP_LEVEL? APP_DATABASE__URL'],
    ['static PREFIX: &str = "app";\ns.merge(Environment::with_prefix(PREFIX))?', 'APP_PORT APP_SIZE? APP_LEVEL?'],
    ['fn load() -> Result<Self, ConfigError> { s.merge(Environment::default()) }', 'PORT SIZE? LEVEL?'],
    ['Figment::new().merge(Env::prefixed("APP_").split("__"))', 'APP_PORT APP_SIZE? APP_LEVEL? APP_DATABASE__URL'],
    ['Figment::new().merge(Env::raw())', 'PORT SIZE? LEVEL?'],
    ['Environment::default()', ''],
    ['Environment::with_prefix(prefix)', ''],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(names(text)).toBe(expected);
  });
});

describe('structs that were made to take long', () => {
  it('are left off where they multiply, or hold each other', () => {
    const levels = ['A', 'B', 'C', 'D'].map((name, level, all) => `#[derive(Deserialize)]\nstruct ${name} { ${Array.from({ length: 60 }, (_, i) => `f${i}: ${all[level + 1] ?? 'u8'}`).join(', ')} }`).join('\n');
    expect(reads(`${levels}\nConfig::builder().add_source(Environment::default().separator("__"))\nConfigError`)).toHaveLength(500);
  });

  it('are looked at once, however often a prefix is asked for that is not known', () => {
    expect(reads('Environment::with_prefix(x); Env::raw(); '.repeat(20_000))).toEqual([]);
  });
});

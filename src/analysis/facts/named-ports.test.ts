import { describe, expect, it } from 'vitest';
import { planOf, tokensOf } from '../fixture.ts';
import { envReads } from './env.ts';
import { askedName, likenessOf, namedPorts } from './named-ports.ts';

const named = (language: string, extension: string, text: string) => {
  const tokens = tokensOf(extension, text);
  return namedPorts(language, tokens, envReads(tokens)).map(({ path, port, env }) => [path.join('.'), port, env]);
};

describe('ports that code keeps under a name', () => {
  it.each<[string, string, string, [string, number, string | null][]]>([
    ['javascript', 'js', 'export const SETTINGS = { PORT: 3015, PATH: { USERS: "/users" } }', [['SETTINGS.PORT', 3015, null]]],
    ['typescript', 'ts', 'const config: Config = { server: { port: process.env.SERVER_PORT ? parseInt(process.env.SERVER_PORT) : 8080, limit: 10000 } }', [['config.server.port', 8080, 'SERVER_PORT']]],
    ['typescript', 'ts', 'export default () => ({ port: Number(process.env.APP_PORT) || 3007, database: { port: 5432 } })', [['port', 3007, 'APP_PORT']]],
    ['typescript', 'ts', 'interface Config { port: number; host: string }', []],
    ['python', 'py', 'class Web:\n    HOST: str = "0.0.0.0"\n    PORT: int = 8010\n', [['Web.PORT', 8010, null]]],
    ['python', 'py', 'class Web:\n    PORT = 8010\n    DB_PORT = 5432\n', [['Web.PORT', 8010, null]]],
    ['go', 'go', 'return Configuration{\n Server: server.Config{\n  Port: uint16(80),\n },\n Cache: cache.Config{\n  Port: 6379,\n },\n}', [['Server.Port', 80, null]]],
  ])('of %s (%s): %s', (language, extension, text, expected) => {
    expect(named(language, extension, text)).toEqual(expected);
  });

  it('are asked for by the end of their name, however it is written', () => {
    expect(askedName(tokensOf('ts', '{ port: config.server.port, host }'))).toEqual(['config', 'server', 'port']);
    expect(askedName(tokensOf('ts', "configService.get('server.port')"))).toEqual(['server', 'port']);
    expect(askedName(tokensOf('ts', 'handler, callback'))).toBeUndefined();
    expect(likenessOf(['settings', 'web', 'PORT'], ['WEB_PORT'])).toBe(2);
    expect(likenessOf(['config', 'port'], ['SETTINGS', 'PORT'])).toBe(1);
    expect(likenessOf(['config', 'port'], ['SETTINGS', 'LIMIT'])).toBe(0);
  });

  it.each<[string, Record<string, string | object>, number]>([
    ['an object of another file', { 'package.json': { dependencies: { fastify: '5' } }, 'index.js': "import config from './config.js';\nawait app.listen({ port: config.server.port });", 'config.js': 'export default { cache: { port: 6379 }, server: { port: 8090 } };' }, 8090],
    ['a file of settings', { 'package.json': { dependencies: { express: '5', config: '4' } }, 'index.js': "import config from 'config';\napp.listen(config.get('server.port'));", 'config/default.json': { server: { port: 8091 } } }, 8091],
    ['a sample of the environment', { 'requirements.txt': 'fastapi\nuvicorn\n', 'app.py': 'from settings import settings\nif __name__ == "__main__":\n    uvicorn.run("app:app", host="0.0.0.0", port=settings.web.PORT)\n', '.env.example': 'DB_PORT=5432\nWEB_PORT=8092\n' }, 8092],
  ])('are found in %s', async (_, files, port) => {
    const plan = await planOf(files);
    expect(plan.services[0]?.ports.map((one) => one.port)).toEqual([port]);
  });
});

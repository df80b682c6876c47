import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const app = { 'app/package.json': { scripts: { start: 'node a.js' }, dependencies: { express: '4' } }, 'app/a.js': "require('express')().listen(process.env.PORT || 3000)" };

it('gives pages of PHP the port of the Apache whose image their directory is mounted into', async () => {
  const app = { 'composer.json': { require: { php: '^8.2', 'slim/slim': '4' } }, 'public/index.php': '<?php require "../vendor/autoload.php";' };
  const compose = (image: string) => ({ ...app, 'compose.yaml': `services:\n  php:\n    image: ${image}\n    volumes:\n      - ~/.cache:/root/.cache\n      - ./:/app\n    ports:\n      - "8000:80"\n` });
  const portWith = async (image: string) => (await planOf(compose(image))).services.map(({ ports }) => ports[0]?.port);
  expect([await portWith('php:8.3-apache'), await portWith('someone/php-ext:8.5-apache-latest'), await portWith('php:8.3-fpm')]).toEqual([[80], [80], [8000]]);
});

describe('Compose files of which one stands on another', () => {
  it('give a service what it extends, in its own file or another', async () => {
    const { services } = await planOf({
      ...app,
      'compose.yaml': 'services:\n  shop:\n    extends: {file: deploy/base.yaml, service: web}\n    environment: {A: own}\n    ports: ["8080:4000"]\n',
      'deploy/base.yaml': 'services:\n  web:\n    extends: common\n    build: ../app\n    environment: {A: base, B: base}\n  common:\n    stop_grace_period: 40s\n',
    });
    expect(services).toMatchObject([{ name: 'shop', path: 'app', stop: { grace: 40_000 } }]);
    expect(services[0]!.env.filter(({ name }) => name !== 'PORT').map(({ name, default: usual, given }) => [name, given ?? usual])).toEqual(expect.arrayContaining([['A', 'own'], ['B', 'base']]));
  });

  it('count with those that they include', async () => {
    const { services } = await planOf({ ...app, 'compose.yaml': 'include:\n  - deploy/shop.yaml\n', 'deploy/shop.yaml': 'services:\n  shop:\n    build: ../app\n' });
    expect(services).toMatchObject([{ name: 'shop', path: 'app' }]);
  });

  it('of the first version have their services at the top', async () => {
    const { services } = await planOf({ ...app, 'docker-compose.yml': 'shop:\n  build: ./app\n  environment: [A=b]\ndb:\n  image: postgres\n' });
    expect(services).toMatchObject([{ name: 'shop', path: 'app' }]);
  });

  it('may extend or include each other: the rest is read, and that is listed', async () => {
    const extending = await planOf({ ...app, 'compose.yaml': 'services:\n  a:\n    build: app\n    extends: {service: b}\n  b:\n    extends: {file: compose.yaml, service: a}\n' });
    expect(extending.services).toMatchObject([{ name: 'a', path: 'app' }]);
    expect(extending.skipped).toEqual([{ file: 'compose.yaml', why: expect.stringMatching(/^[ab] extends itself/) as unknown }]);
    const including = await planOf({ ...app, 'compose.yaml': 'include: [deploy/b.yaml]\nservices: {a: {build: app}}\n', 'deploy/b.yaml': 'include: [{path: [../compose.yaml, ../../outside.yaml]}]\nservices: {b: {image: redis}}\n' });
    expect(including.services).toMatchObject([{ name: 'a', path: 'app' }]);
    expect(including.skipped).toEqual([{ file: 'compose.yaml', why: 'includes itself: was read once' }]);
  });
});

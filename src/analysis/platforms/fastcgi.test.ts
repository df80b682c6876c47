import { describe, expect, it } from 'vitest';
import { planOf } from '../fixture.ts';

const php = { 'src/composer.json': { require: { 'slim/slim': '4' } }, 'src/public/index.php': '<?php' };
const nginx = 'server {\n  listen 80;\n  location ~ \\.php$ { fastcgi_pass php:9000; }\n}\n';
const pair = { file: 'nginx.conf', line: 3, why: 'kind: web hands requests to php by FastCGI: both are this service' };

describe('a web server before PHP-FPM', () => {
  it('is one service with it, and nothing outside of the app', async () => {
    const plan = await planOf({ ...php, 'nginx.conf': nginx, 'compose.yaml': 'services:\n  php:\n    build: src\n    image: app\n  web:\n    image: nginx:alpine\n    ports: ["8080:80"]\n    volumes: ["./nginx.conf:/etc/nginx/conf.d/default.conf"]\n' });
    expect(plan.services).toMatchObject([{ name: 'php', kind: 'web' }]);
    expect(plan.services[0]!.evidence).toContainEqual(pair);
    expect(plan.external).toEqual([]);
  });

  it('is called by either name', async () => {
    const { services, edges } = await planOf({
      ...php, 'nginx.conf': nginx, 'job/package.json': { scripts: { start: 'node a.js' } }, 'job/a.js': "setInterval(() => fetch('http://web/orders'), 1000)",
      'compose.yaml': 'services:\n  php:\n    build: src\n  web:\n    image: nginx\n  job:\n    build: job\n',
    });
    expect(services.map(({ name }) => name).toSorted()).toEqual(['job', 'php']);
    expect(edges).toContainEqual(expect.objectContaining({ from: 'job', to: 'php' }));
  });

  it('may be an image that is built here', async () => {
    const plan = await planOf({ ...php, 'docker/web/Dockerfile': 'FROM nginx\nCOPY docker/web/site.conf /etc/nginx/conf.d/\n', 'docker/web/site.conf': nginx, 'docker/php/Dockerfile': 'FROM php:8-fpm\nCOPY src /var/www\n', 'compose.yaml': 'services:\n  php: {build: {context: ., dockerfile: docker/php/Dockerfile}}\n  web: {build: {context: ., dockerfile: docker/web/Dockerfile}}\n' });
    expect(plan.services).toMatchObject([{ name: 'php', kind: 'web' }]);
    expect(plan.services[0]!.evidence).toContainEqual({ ...pair, file: 'docker/web/site.conf' });
  });
});

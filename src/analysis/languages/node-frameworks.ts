import type { ServiceKind } from '../../model/index.ts';

/** What is known of a framework of the JavaScript world. */
export interface NodeFramework {
  name: string;
  /** Packages whose presence says it. */
  packages: readonly string[];
  kind: ServiceKind;
  /** Where its server listens when nobody says otherwise. */
  port?: number;
  /** The command that builds it, when no script does. */
  build?: string;
  /** The production command, when no script is one. */
  start?: string;
  /** Directory of the built site: it is served as files. */
  output?: string;
  /** Its own server takes `PORT` without a word in the code. */
  readsPort?: boolean;
}

/** In order of precedence: what wraps others comes first. */
export const nodeFrameworks: readonly NodeFramework[] = [
  { name: 'next', packages: ['next'], kind: 'web', port: 3000, build: 'npx next build', start: 'npx next start', readsPort: true },
  { name: 'nuxt', packages: ['nuxt', 'nuxt3', 'nuxt-edge'], kind: 'web', port: 3000, build: 'npx nuxt build', start: 'node .output/server/index.mjs', readsPort: true },
  { name: 'remix', packages: ['@remix-run/serve', '@remix-run/node', '@remix-run/react'], kind: 'web', port: 3000, build: 'npx remix vite:build', start: 'npx remix-serve ./build/server/index.js', readsPort: true },
  { name: 'react-router', packages: ['@react-router/serve', '@react-router/node'], kind: 'web', port: 3000, build: 'npx react-router build', start: 'npx react-router-serve ./build/server/index.js', readsPort: true },
  { name: 'tanstack-start', packages: ['@tanstack/react-start', '@tanstack/start'], kind: 'web', port: 3000, build: 'npx vite build', start: 'node .output/server/index.mjs', readsPort: true },
  { name: 'solid-start', packages: ['@solidjs/start', 'solid-start'], kind: 'web', port: 3000, build: 'npx vinxi build', start: 'node .output/server/index.mjs', readsPort: true },
  { name: 'sveltekit', packages: ['@sveltejs/kit'], kind: 'web', port: 3000, build: 'npx vite build', start: 'node build', readsPort: true },
  { name: 'astro', packages: ['astro'], kind: 'static', build: 'npx astro build', output: 'dist' },
  { name: 'gatsby', packages: ['gatsby'], kind: 'static', build: 'npx gatsby build', output: 'public' },
  { name: 'docusaurus', packages: ['@docusaurus/core'], kind: 'static', build: 'npx docusaurus build', output: 'build' },
  { name: 'vitepress', packages: ['vitepress'], kind: 'static', build: 'npx vitepress build', output: '.vitepress/dist' },
  { name: 'vuepress', packages: ['vuepress'], kind: 'static', build: 'npx vuepress build', output: '.vuepress/dist' },
  { name: 'eleventy', packages: ['@11ty/eleventy'], kind: 'static', build: 'npx eleventy', output: '_site' },
  { name: 'hexo', packages: ['hexo'], kind: 'static', build: 'npx hexo generate', output: 'public' },
  { name: 'nest', packages: ['@nestjs/core'], kind: 'api', port: 3000, build: 'npx nest build', start: 'node dist/main' },
  { name: 'adonis', packages: ['@adonisjs/core'], kind: 'web', port: 3333, build: 'node ace build', start: 'node build/bin/server.js', readsPort: true },
  { name: 'strapi', packages: ['@strapi/strapi', 'strapi'], kind: 'api', port: 1337, build: 'npx strapi build', start: 'npx strapi start' },
  { name: 'redwood', packages: ['@redwoodjs/core'], kind: 'web', port: 8910 },
  { name: 'directus', packages: ['directus'], kind: 'api', port: 8055, start: 'npx directus start', readsPort: true },
  { name: 'sails', packages: ['sails'], kind: 'web', port: 1337, readsPort: true },
  { name: 'feathers', packages: ['@feathersjs/feathers'], kind: 'api', port: 3030 },
  { name: 'loopback', packages: ['@loopback/rest', '@loopback/core', 'loopback'], kind: 'api', port: 3000 },
  { name: 'moleculer', packages: ['moleculer'], kind: 'api' },
  { name: 'meteor', packages: ['meteor-node-stubs'], kind: 'web', port: 3000 },
  { name: 'fastify', packages: ['fastify'], kind: 'api', port: 3000 },
  { name: 'hono', packages: ['hono', '@hono/node-server'], kind: 'api', port: 3000 },
  { name: 'elysia', packages: ['elysia'], kind: 'api', port: 3000 },
  { name: 'express', packages: ['express'], kind: 'api', port: 3000 },
  { name: 'koa', packages: ['koa'], kind: 'api', port: 3000 },
  { name: 'hapi', packages: ['@hapi/hapi', 'hapi'], kind: 'api', port: 3000 },
  { name: 'restify', packages: ['restify'], kind: 'api', port: 8080 },
  { name: 'polka', packages: ['polka'], kind: 'api', port: 3000 },
  { name: 'h3', packages: ['h3', 'nitropack', 'nitro'], kind: 'api', port: 3000 },
  { name: 'apollo-server', packages: ['@apollo/server', 'apollo-server'], kind: 'api', port: 4000 },
  { name: 'graphql-yoga', packages: ['graphql-yoga'], kind: 'api', port: 4000 },
  { name: 'socket.io', packages: ['socket.io'], kind: 'web', port: 3000 },
  { name: 'json-server', packages: ['json-server'], kind: 'api', port: 3000 },
  { name: 'probot', packages: ['probot'], kind: 'api', port: 3000, readsPort: true },
  { name: 'telegraf', packages: ['telegraf', 'grammy', 'node-telegram-bot-api'], kind: 'worker' },
  { name: 'discord.js', packages: ['discord.js'], kind: 'worker' },
  { name: 'create-react-app', packages: ['react-scripts'], kind: 'static', build: 'npx react-scripts build', output: 'build' },
  { name: 'angular', packages: ['@angular/core'], kind: 'static', build: 'npx ng build', output: 'dist' },
  { name: 'vue-cli', packages: ['@vue/cli-service'], kind: 'static', build: 'npx vue-cli-service build', output: 'dist' },
  { name: 'ember', packages: ['ember-cli'], kind: 'static', build: 'npx ember build -e production', output: 'dist' },
  { name: 'preact-cli', packages: ['preact-cli'], kind: 'static', build: 'npx preact build', output: 'build' },
  { name: 'rsbuild', packages: ['@rsbuild/core'], kind: 'static', build: 'npx rsbuild build', output: 'dist' },
  { name: 'parcel', packages: ['parcel', 'parcel-bundler'], kind: 'static', build: 'npx parcel build index.html', output: 'dist' },
  { name: 'vite', packages: ['vite'], kind: 'static', build: 'npx vite build', output: 'dist' },
  { name: 'webpack', packages: ['webpack'], kind: 'static', output: 'dist' },
];

/** Names by which people know what a page is written with; told besides the framework that serves it. */
export const pageLibraries: Readonly<Record<string, string>> = { react: 'react', vue: 'vue', svelte: 'svelte', 'solid-js': 'solid', preact: 'preact', lit: 'lit', '@angular/core': 'angular', 'alpinejs': 'alpine' };

/** Packages that run work from a queue or a clock and serve nobody. */
export const workerPackages = /^(bull|bullmq|bee-queue|agenda|kafkajs|amqplib|node-cron|cron|node-schedule|@temporalio\/worker|nats|mqtt|graphile-worker|pg-boss|@aws-sdk\/client-sqs|sqs-consumer)$/;

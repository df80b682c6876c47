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
  /** It only bundles: it is the framework of a page, and of nothing that listens or has no page. */
  bundler?: boolean;
  /** A site that one of these packages gives a server of its own. */
  server?: { packages: readonly string[]; start: string; port: number; readsPort?: boolean };
}

/** In order of precedence: what wraps others comes first. Adding a framework is an entry here, and a fixture in node.test.ts. */
export const nodeFrameworks: readonly NodeFramework[] = [
  { name: 'payload', packages: ['payload'], kind: 'web', port: 3000, readsPort: true },
  { name: 'keystone', packages: ['@keystone-6/core', '@keystonejs/keystone'], kind: 'web', port: 3000, build: 'npx keystone build', start: 'npx keystone start', readsPort: true },
  { name: 'strapi', packages: ['@strapi/strapi', 'strapi'], kind: 'api', port: 1337, build: 'npx strapi build', start: 'npx strapi start' },
  { name: 'directus', packages: ['directus'], kind: 'api', port: 8055, start: 'npx directus start', readsPort: true },
  { name: 'medusa', packages: ['@medusajs/medusa'], kind: 'api', port: 9000, build: 'npx medusa build', start: 'npx medusa start', readsPort: true },
  { name: 'ghost', packages: ['ghost'], kind: 'web', port: 2368 },
  { name: 'node-red', packages: ['node-red'], kind: 'web', port: 1880, start: 'npx node-red' },
  { name: 'blitz', packages: ['blitz'], kind: 'web', port: 3000, build: 'npx blitz build', start: 'npx blitz start', readsPort: true },
  { name: 'redwood', packages: ['@redwoodjs/core'], kind: 'web', port: 8910, build: 'yarn rw build', start: 'yarn rw serve' },
  { name: 'waku', packages: ['waku'], kind: 'web', port: 8080, build: 'npx waku build', start: 'npx waku start', readsPort: true },
  { name: 'mastra', packages: ['mastra'], kind: 'api', port: 4111, build: 'npx mastra build', start: 'npx mastra start' },
  { name: 'motia', packages: ['motia'], kind: 'api', port: 3000, start: 'npx motia start' },
  { name: 'encore', packages: ['encore.dev'], kind: 'api', port: 4000, start: 'encore run' },
  { name: 'next', packages: ['next'], kind: 'web', port: 3000, build: 'npx next build', start: 'npx next start', readsPort: true },
  { name: 'nuxt', packages: ['nuxt', 'nuxt3', 'nuxt-edge', 'nuxt-start'], kind: 'web', port: 3000, build: 'npx nuxt build', start: 'node .output/server/index.mjs', readsPort: true },
  { name: 'hydrogen', packages: ['@shopify/hydrogen'], kind: 'web', port: 3000, build: 'npx shopify hydrogen build', start: 'npx shopify hydrogen preview' },
  { name: 'remix', packages: ['@remix-run/serve', '@remix-run/node', '@remix-run/react', '@remix-run/express', 'remix'], kind: 'web', port: 3000, build: 'npx remix vite:build', start: 'npx remix-serve ./build/server/index.js', readsPort: true },
  { name: 'react-router', packages: ['@react-router/serve', '@react-router/node', '@react-router/dev'], kind: 'web', port: 3000, build: 'npx react-router build', start: 'npx react-router-serve ./build/server/index.js', readsPort: true },
  { name: 'tanstack-start', packages: ['@tanstack/react-start', '@tanstack/solid-start', '@tanstack/start'], kind: 'web', port: 3000, build: 'npx vite build', start: 'node .output/server/index.mjs', readsPort: true },
  { name: 'solid-start', packages: ['@solidjs/start', 'solid-start'], kind: 'web', port: 3000, build: 'npx vinxi build', start: 'node .output/server/index.mjs', readsPort: true },
  { name: 'sveltekit', packages: ['@sveltejs/kit'], kind: 'web', port: 3000, build: 'npx vite build', start: 'node build', readsPort: true },
  { name: 'qwik', packages: ['@builder.io/qwik-city', '@qwik.dev/router', '@builder.io/qwik', '@qwik.dev/core'], kind: 'static', build: 'npx qwik build', output: 'dist', server: { packages: ['express', 'fastify'], start: 'node server/entry.express', port: 3000 } },
  { name: 'analog', packages: ['@analogjs/platform'], kind: 'web', port: 3000, build: 'npx vite build', start: 'node dist/analog/server/index.mjs', readsPort: true },
  { name: 'vike', packages: ['vike', 'vite-plugin-ssr'], kind: 'web', port: 3000, build: 'npx vike build' },
  { name: 'meteor', packages: ['meteor-node-stubs', 'meteor'], kind: 'web', port: 3000, build: 'meteor build --directory ../output', start: 'meteor run --production', readsPort: true },
  { name: 'astro', packages: ['astro'], kind: 'static', build: 'npx astro build', output: 'dist', server: { packages: ['@astrojs/node'], start: 'node ./dist/server/entry.mjs', port: 4321, readsPort: true } },
  { name: 'gatsby', packages: ['gatsby'], kind: 'static', build: 'npx gatsby build', output: 'public' },
  { name: 'docusaurus', packages: ['@docusaurus/core', 'docusaurus'], kind: 'static', build: 'npx docusaurus build', output: 'build' },
  { name: 'vitepress', packages: ['vitepress'], kind: 'static', build: 'npx vitepress build', output: '.vitepress/dist' },
  { name: 'vuepress', packages: ['vuepress', '@vuepress/cli'], kind: 'static', build: 'npx vuepress build', output: '.vuepress/dist' },
  { name: 'rspress', packages: ['rspress', '@rspress/core'], kind: 'static', build: 'npx rspress build', output: 'doc_build' },
  { name: 'eleventy', packages: ['@11ty/eleventy'], kind: 'static', build: 'npx eleventy', output: '_site' },
  { name: 'hexo', packages: ['hexo'], kind: 'static', build: 'npx hexo generate', output: 'public' },
  { name: 'antora', packages: ['antora', '@antora/site-generator', '@antora/cli'], kind: 'static', build: 'npx antora antora-playbook.yml', output: 'build/site' },
  { name: 'honkit', packages: ['honkit', 'gitbook-cli'], kind: 'static', build: 'npx honkit build', output: '_book' },
  { name: 'metalsmith', packages: ['metalsmith'], kind: 'static', build: 'node index.js', output: 'build' },
  { name: 'sanity', packages: ['sanity'], kind: 'static', build: 'npx sanity build', output: 'dist' },
  { name: 'gridsome', packages: ['gridsome'], kind: 'static', build: 'npx gridsome build', output: 'dist' },
  { name: 'slidev', packages: ['@slidev/cli'], kind: 'static', build: 'npx slidev build', output: 'dist' },
  { name: 'angular', packages: ['@angular/core'], kind: 'static', build: 'npx ng build', output: 'dist', server: { packages: ['@angular/ssr', '@nguniversal/express-engine'], start: 'node dist/%n/server/server.mjs', port: 4000 } },
  { name: 'nest', packages: ['@nestjs/core', '@nestjs/common'], kind: 'api', port: 3000, build: 'npx nest build', start: 'node dist/main' },
  { name: 'adonis', packages: ['@adonisjs/core', '@adonisjs/framework'], kind: 'web', port: 3333, build: 'node ace build', start: 'node build/bin/server.js', readsPort: true },
  { name: 'sails', packages: ['sails'], kind: 'web', port: 1337, readsPort: true },
  { name: 'feathers', packages: ['@feathersjs/feathers'], kind: 'api', port: 3030 },
  { name: 'loopback', packages: ['@loopback/rest', '@loopback/core', 'loopback'], kind: 'api', port: 3000 },
  { name: 'moleculer', packages: ['moleculer'], kind: 'api', port: 3000 },
  { name: 'egg', packages: ['egg'], kind: 'web', port: 7001, start: 'npx egg-scripts start' },
  { name: 'midway', packages: ['@midwayjs/core', '@midwayjs/web', '@midwayjs/koa', '@midwayjs/express', '@midwayjs/bootstrap'], kind: 'api', port: 7001 },
  { name: 'foal', packages: ['@foal/core'], kind: 'api', port: 3001, readsPort: true },
  { name: 'tsed', packages: ['@tsed/common', '@tsed/platform-http'], kind: 'api', port: 8083 },
  { name: 'marblejs', packages: ['@marblejs/http', '@marblejs/core'], kind: 'api', port: 1337 },
  { name: 'fastify', packages: ['fastify', 'fastify-cli'], kind: 'api', port: 3000 },
  { name: 'hono', packages: ['hono', '@hono/node-server'], kind: 'api', port: 3000 },
  { name: 'elysia', packages: ['elysia'], kind: 'api', port: 3000 },
  { name: 'functions-framework', packages: ['@google-cloud/functions-framework'], kind: 'api', port: 8080 },
  { name: 'azure-functions', packages: ['@azure/functions'], kind: 'api', port: 7071, start: 'npx func start' },
  { name: 'firebase-functions', packages: ['firebase-functions'], kind: 'api' },
  { name: 'colyseus', packages: ['colyseus', '@colyseus/core', '@colyseus/tools'], kind: 'api', port: 2567, readsPort: true },
  { name: 'hapi', packages: ['@hapi/hapi', 'hapi'], kind: 'api', port: 3000 },
  { name: 'restify', packages: ['restify'], kind: 'api', port: 8080 },
  { name: 'koa', packages: ['koa'], kind: 'api', port: 3000 },
  { name: 'probot', packages: ['probot'], kind: 'api', port: 3000, readsPort: true },
  { name: 'bolt', packages: ['@slack/bolt'], kind: 'worker' },
  { name: 'express', packages: ['express'], kind: 'api', port: 3000 },
  { name: 'ultimate-express', packages: ['ultimate-express'], kind: 'api', port: 3000 },
  { name: 'polka', packages: ['polka'], kind: 'api', port: 3000 },
  { name: 'tinyhttp', packages: ['@tinyhttp/app'], kind: 'api', port: 3000 },
  { name: 'micro', packages: ['micro'], kind: 'api', port: 3000 },
  { name: 'nitro', packages: ['nitropack', 'nitro'], kind: 'api', port: 3000, build: 'npx nitro build', start: 'node .output/server/index.mjs', readsPort: true },
  { name: 'h3', packages: ['h3'], kind: 'api', port: 3000 },
  { name: 'hyper-express', packages: ['hyper-express', 'uWebSockets.js'], kind: 'api', port: 3000 },
  { name: 'apollo-server', packages: ['@apollo/server', 'apollo-server'], kind: 'api', port: 4000 },
  { name: 'graphql-yoga', packages: ['graphql-yoga'], kind: 'api', port: 4000 },
  { name: 'postgraphile', packages: ['postgraphile'], kind: 'api', port: 5000 },
  { name: 'socket.io', packages: ['socket.io'], kind: 'api', port: 3000 },
  { name: 'json-server', packages: ['json-server'], kind: 'api', port: 3000 },
  { name: 'peer', packages: ['peer'], kind: 'api', port: 9000 },
  { name: 'trpc', packages: ['@trpc/server'], kind: 'api', port: 3000 },
  { name: 'telegraf', packages: ['telegraf'], kind: 'worker' },
  { name: 'grammy', packages: ['grammy'], kind: 'worker' },
  { name: 'node-telegram-bot-api', packages: ['node-telegram-bot-api'], kind: 'worker' },
  { name: 'baileys', packages: ['baileys', '@whiskeysockets/baileys'], kind: 'worker' },
  { name: 'discord.js', packages: ['discord.js', 'eris', 'oceanic.js'], kind: 'worker' },
  { name: 'whatsapp-web.js', packages: ['whatsapp-web.js'], kind: 'worker' },
  { name: 'create-react-app', packages: ['react-scripts', '@craco/craco', 'react-app-rewired'], kind: 'static', build: 'npx react-scripts build', output: 'build' },
  { name: 'vue', packages: ['@vue/cli-service'], kind: 'static', build: 'npx vue-cli-service build', output: 'dist' },
  { name: 'quasar', packages: ['quasar', '@quasar/app-vite', '@quasar/app'], kind: 'static', build: 'npx quasar build', output: 'dist/spa' },
  { name: 'umi', packages: ['umi', '@umijs/max'], kind: 'static', build: 'npx umi build', output: 'dist' },
  { name: 'ember', packages: ['ember-cli', 'ember-source'], kind: 'static', build: 'npx ember build -e production', output: 'dist' },
  { name: 'preact-cli', packages: ['preact-cli'], kind: 'static', build: 'npx preact build', output: 'build' },
  { name: 'stencil', packages: ['@stencil/core'], kind: 'static', build: 'npx stencil build', output: 'www' },
  { name: 'elm', packages: ['elm', 'elm-webpack-loader'], kind: 'static', output: 'dist', bundler: true },
  { name: 'rsbuild', packages: ['@rsbuild/core'], kind: 'static', build: 'npx rsbuild build', output: 'dist' },
  { name: 'farm', packages: ['@farmfe/core'], kind: 'static', build: 'npx farm build', output: 'dist', bundler: true },
  { name: 'rspack', packages: ['@rspack/core'], kind: 'static', build: 'npx rspack build', output: 'dist', bundler: true },
  { name: 'snowpack', packages: ['snowpack'], kind: 'static', build: 'npx snowpack build', output: 'build', bundler: true },
  { name: 'parcel', packages: ['parcel', 'parcel-bundler'], kind: 'static', build: 'npx parcel build index.html', output: 'dist', bundler: true },
  { name: 'vite', packages: ['vite', 'rolldown-vite'], kind: 'static', build: 'npx vite build', output: 'dist', bundler: true },
  { name: 'webpack', packages: ['webpack'], kind: 'static', output: 'dist', bundler: true },
];

/** Names by which people know what a page is written with; told besides the framework that serves it. */
export const pageLibraries: Readonly<Record<string, string>> = { react: 'react', vue: 'vue', svelte: 'svelte', 'solid-js': 'solid', preact: 'preact', lit: 'lit', '@angular/core': 'angular', 'alpinejs': 'alpine' };

import type { Framework } from './listening.ts';

/** Frameworks of Rust by their crates; those that others are built on come last. */
export const rustFrameworks: readonly Framework[] = [
  { name: 'loco', packages: ['loco-rs'], kind: 'api', port: 5150 },
  { name: 'leptos', packages: ['leptos_axum', 'leptos_actix', 'leptos'], kind: 'web', port: 3000 },
  { name: 'dioxus', packages: ['dioxus/fullstack', 'dioxus-fullstack', 'dioxus-web', 'dioxus/web', 'dioxus'], kind: 'web', port: 8080 },
  { name: 'axum', packages: ['axum'], kind: 'api', port: 3000 },
  { name: 'actix-web', packages: ['actix-web'], kind: 'api', port: 8080 },
  { name: 'rocket', packages: ['rocket'], kind: 'api', port: 8000 },
  { name: 'poem', packages: ['poem', 'poem-openapi'], kind: 'api', port: 3000 },
  { name: 'salvo', packages: ['salvo'], kind: 'api', port: 5800 },
  { name: 'warp', packages: ['warp'], kind: 'api', port: 3030 },
  { name: 'tide', packages: ['tide'], kind: 'api', port: 8080 },
  { name: 'gotham', packages: ['gotham'], kind: 'api', port: 7878 },
  { name: 'ntex', packages: ['ntex'], kind: 'api', port: 8080 },
  { name: 'viz', packages: ['viz'], kind: 'api', port: 3000 },
  { name: 'trillium', packages: ['trillium'], kind: 'api', port: 8080, readsPort: true },
  { name: 'iron', packages: ['iron'], kind: 'api', port: 3000 },
  { name: 'nickel', packages: ['nickel'], kind: 'api', port: 6767 },
  { name: 'rouille', packages: ['rouille'], kind: 'api', port: 8000 },
  { name: 'pavex', packages: ['pavex'], kind: 'api', port: 8000 },
  { name: 'shuttle', packages: ['shuttle-runtime'], kind: 'api', port: 8000 },
  { name: 'lambda', packages: ['lambda_http', 'lambda_runtime'] },
  { name: 'tonic', packages: ['tonic'], port: 50051, protocol: 'grpc' },
  { name: 'hyper', packages: ['hyper'], port: 3000 },
  { name: 'tiny-http', packages: ['tiny_http'], kind: 'api', port: 8000 },
  { name: 'jsonrpsee', packages: ['jsonrpsee'], kind: 'api', port: 9944 },
  { name: 'pingora', packages: ['pingora'], kind: 'api', port: 6188 },
  { name: 'serenity', packages: ['poise', 'serenity'], kind: 'worker' },
  { name: 'teloxide', packages: ['teloxide'], kind: 'worker' },
  { name: 'apalis', packages: ['apalis'], kind: 'worker' },
  { name: 'bevy', packages: ['bevy'] },
  { name: 'clap', packages: ['clap', 'structopt'] },
];

/** Frameworks whose pages run in the browser; `trunk` builds them. */
export const rustPages: readonly Framework[] = [
  { name: 'yew', packages: ['yew'], kind: 'web' },
  { name: 'leptos', packages: ['leptos/csr', 'leptos'], kind: 'web' },
  { name: 'dioxus', packages: ['dioxus/web', 'dioxus-web', 'dioxus'], kind: 'web' },
  { name: 'sycamore', packages: ['sycamore'], kind: 'web' },
  { name: 'seed', packages: ['seed'], kind: 'web' },
  { name: 'eframe', packages: ['eframe', 'egui'], kind: 'web' },
  { name: 'bevy', packages: ['bevy'], kind: 'web' },
];

/**
 * `node:http`, taken so that only what is used gets loaded: an `import` reads every export of the module, and one of them
 * pulls in Node's whole `fetch` (17 MB and 35 ms that neither the daemon nor a command needs).
 */
export const http: typeof import('node:http') = process.getBuiltinModule('node:http');

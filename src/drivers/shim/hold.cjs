'use strict';
// Required by a Node that stands by (see launch.sh): holds it before the first line of the app, and then leaves nothing of itself to see.
// Worker threads of the app require it again; for them it does nothing.
const fifo = process.env.STRATOSWARM_HOLD;
delete require.cache[__filename];
Object.defineProperty(process, '_preload_modules', { value: [] });
if (fifo !== undefined) {
  delete process.env.STRATOSWARM_HOLD;
  delete process.env.NODE_OPTIONS;
  try {
    // Node's own modules that nearly every server needs. Earlier versions cannot require a module of this kind.
    if (Number(process.versions.node.split('.')[0]) >= 24) require('./hold.mjs');
    else require('node:http');
    delete require.cache[require.resolve('./hold.mjs')];
    // Opening blocks until somebody opens it for writing; one that is gone lets everybody pass.
    const { closeSync, openSync } = require('node:fs');
    const directory = process.cwd();
    try {
      closeSync(openSync(fifo, 'r'));
    } finally {
      // The app's files may have come in the place of this directory.
      process.chdir(directory);
    }
  } catch {
    // Whatever is wrong here, the app is to start.
  }
}

import { LogRotation } from './logs-rotation.ts';

// Makes the log that its argument names smaller, if that is over the cap: for who keeps logs while no daemon does.
await new LogRotation().check(process.argv[2]!);

import { parentPort } from 'node:worker_threads';
import { failureOf } from '../failure.ts';
import { recover, finishRecovery, type RecoveryRequest } from './recovery.ts';

/** A thread of its own, which ends with the recovery and gives back the memory that it took. */
parentPort!.on('message', (request: RecoveryRequest | { finish: string }) => {
  try {
    parentPort!.postMessage({ value: 'finish' in request ? finishRecovery(request.finish) : recover(request) });
  } catch (error) {
    parentPort!.postMessage({ failure: failureOf(error) });
  }
});

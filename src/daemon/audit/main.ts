import { readFileSync, writeSync } from 'node:fs';
import { pathsOf } from '../../host/paths.ts';
import { parseCheckpoint, trustedCheckpoint } from '../../ledger/proof/checkpoint.ts';
import { readSeen } from '../../ledger/proof/seen.ts';
import { exportTiles } from '../../ledger/proof/export.ts';
import { writeDurably } from '../../ledger/files.ts';
import { identityIn } from '../../ledger/proof/identity.ts';
import { formatVerifier, parseVerifier, parseWitness, signatureTypes } from '../../ledger/proof/note.ts';
import { checkProof, proofDocument } from '../../ledger/proof/proof-document.ts';
import { Proofs } from '../../ledger/proof/proofs.ts';
import { askWitness, cosign } from '../../ledger/proof/witness-client.ts';
import { witnessServer } from '../../ledger/proof/witness-server.ts';
import { inconsistency, lockState, Witness } from '../../ledger/proof/witness.ts';
import { reportOf, StratoError } from '../../model/index.ts';
import { logKey } from '../log-key.ts';
import { systemClock } from '../system.ts';
import { WitnessFile } from '../witness-file.ts';
import { approve, approverKey, approverSign, changeApprover } from './approve.ts';
import { archive, restoreBase } from './archive.ts';
import { erase } from './erase.ts';
import { openLog, signNow } from './open-log.ts';
import type { AuditRequest } from './request.ts';
import { verify } from './verify.ts';

// The program `audit`: a process of its own, because it reads all there is and needs neither the daemon's memory nor its time.

const paths = pathsOf();
const key = logKey(paths);
const request = JSON.parse(process.argv[2]!) as AuditRequest;

try {
  process.exitCode = await run(request);
} catch (error) {
  // Descriptor 3 leads to the command that started this, which tells it.
  writeSync(3, JSON.stringify(reportOf(named(error))));
  process.exitCode = 1;
}

/** A file that was named on the command line and cannot be read is no fault of the program. */
function named(error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  // To read a directory fails without a word of which.
  if (code === 'EISDIR') return new StratoError('usage.file', `${path ?? 'a directory'} cannot be used`, { why: 'a file is meant', next: 'name another file' });
  if (path === undefined || !['ENOENT', 'EACCES', 'ENOTDIR'].includes(code ?? '')) return error;
  return new StratoError('usage.file', `${path} cannot be used`, { why: code === 'ENOENT' ? 'there is no such file' : String((error as Error).message), next: 'name another file' });
}

async function run(asked: AuditRequest): Promise<number> {
  switch (asked.verb) {
    case 'verify':
      return verify(asked, { paths, key, tell });
    case 'prove':
      return prove(asked);
    case 'check':
      return check(asked);
    case 'checkpoint': {
      const checkpoint = await checkpointNow(asked);
      return tell(asked, { checkpoint }, [checkpoint.trimEnd()]);
    }
    case 'export': {
      const checkpoint = await signNow(paths, key);
      const log = await openLog(paths, key, asked.archives);
      try {
        const exported = await exportTiles(log.source, checkpoint, log.verifier, asked.directory);
        const large = exported.large.length === 0 ? [] : [`${exported.large.length} events are too long for a bundle of entries; they are in ${asked.directory}/large`];
        return tell(asked, { ...exported, key: formatVerifier(log.verifier) }, [`${exported.size} events in ${exported.files} files below ${asked.directory}`, ...large, `key: ${formatVerifier(log.verifier)}`]);
      } finally {
        log.close();
      }
    }
    case 'archive':
      return archive(asked, { paths, key, tell });
    case 'archive-restore':
      return restoreBase(asked, { paths, key, tell });
    case 'approver-key':
      return approverKey(asked, { paths, key, tell });
    case 'approver-sign':
      return approverSign(asked, { paths, key, tell });
    case 'approver-change':
      return changeApprover(asked, { paths, key, tell });
    case 'approve':
      return approve(asked, { paths, key, tell });
    case 'erase':
      return erase(asked, { paths, key, tell });
    case 'witness-run':
      return witness(asked);
    case 'witness-add':
      new WitnessFile(paths).add(asked.url, asked.key);
      return tell(asked, { url: asked.url }, [`the daemon gives new checkpoints to ${asked.url} from now on; \`doctor\` shows how it stands with it`]);
    case 'witness-remove':
      if (!new WitnessFile(paths).remove(asked.url)) throw new StratoError('witness.unknown', `there is no witness at ${asked.url}`, { next: '`swarmctl audit witness list` shows them' });
      return tell(asked, { url: asked.url }, [`${asked.url} gets no checkpoints any more`]);
    case 'witness-list': {
      const witnesses = new WitnessFile(paths).current();
      return tell(asked, { witnesses }, witnesses.length === 0 ? ['no witnesses'] : witnesses.map(({ url, key: known }) => `${url}  ${known}`));
    }
    case 'witness-check':
      return witnessCheck(asked);
  }
}

async function checkpointNow({ witness: url, witnesses, archives }: { witness?: string | undefined; witnesses: readonly string[]; archives: readonly string[] }): Promise<string> {
  const checkpoint = await signNow(paths, key);
  if (url === undefined) return checkpoint;
  const [verifier] = witnesses.map(parseWitness);
  if (verifier === undefined) throw new StratoError('usage.value', 'whose cosignature is meant is not said', { next: 'give the witness’s key with --witness-key' });
  const log = await openLog(paths, key, archives);
  try {
    return await cosign(checkpoint, verifier, new Proofs((level, index) => log.source.tile(level, index)), (body) => askWitness(url, body));
  } finally {
    log.close();
  }
}

async function prove(asked: AuditRequest & { verb: 'prove' }): Promise<number> {
  const { position } = asked;
  const checkpoint = await checkpointNow(asked);
  const { size } = parseCheckpoint(checkpoint);
  const log = await openLog(paths, key, asked.archives);
  try {
    const { minimum } = await log.source.extent();
    if (position >= 1 && position <= minimum) throw new StratoError('ledger.archived', `event ${position} is archived`, { why: `the ledger and the archives given begin behind ${minimum}`, next: 'give its archive with --archive; `swarmctl audit verify` names it' });
    const [row] = position >= 1 && position <= size ? await log.source.rows(position - 1) : [];
    if (row?.position !== position) throw new StratoError('ledger.unknown-position', `there is no event ${position}`, { why: `the ledger has ${size}`, next: '`stratoswarm events --json` shows positions' });
    const document = proofDocument(position, row.event, await new Proofs((level, index) => log.source.tile(level, index)).inclusion(position - 1, size), checkpoint);
    checkProof(document, log.verifier, []);
    return tell(asked, { position, size, key: formatVerifier(log.verifier), proof: document }, [document.trimEnd()]);
  } finally {
    log.close();
  }
}

function check({ json, file, key: pinned, witnesses }: AuditRequest & { verb: 'check' }): number {
  const { position, event, checkpoint, witnesses: signed } = checkProof(readFileSync(file, 'utf8'), parseVerifier(pinned), witnesses.map(parseWitness));
  if (witnesses.length > 0 && signed.length === 0) throw new StratoError('ledger.note', 'the signed note does not hold', { why: 'none of the witnesses has signed it' });
  const by = signed.map(({ name, time }) => `${name} at ${new Date(time * 1_000).toISOString()}`);
  return tell({ json }, { ok: true, position, size: checkpoint.size, origin: checkpoint.origin, witnesses: signed, event: JSON.parse(event) as unknown }, [
    `event ${position} is in the log ${checkpoint.origin} of ${checkpoint.size} events${by.length > 0 ? `, witnessed by ${by.join(', ')}` : ''}`, event,
  ]);
}

async function witness({ json, state, key: file, name, logs, port, host }: AuditRequest & { verb: 'witness-run' }): Promise<number> {
  const lock = await lockState(state);
  const signer = identityIn(file, signatureTypes.cosignature, name);
  const server = witnessServer(new Witness({ state, signer, logs: logs.map(parseVerifier) }), systemClock);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const { port: taken } = server.address() as { port: number };
  tell({ json }, { url: `http://${host}:${taken}`, key: formatVerifier(signer.verifier) }, [`witness ${name} on http://${host}:${taken}`, `key: ${formatVerifier(signer.verifier)}`]);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => server.close(() => resolve()));
  });
  lock.release();
  return 0;
}

/** A state file kept elsewhere is a witness without a process: it holds the last checkpoint that was seen, and takes a newer one that follows from it. */
async function witnessCheck({ json, state, archives }: AuditRequest & { verb: 'witness-check' }): Promise<number> {
  const lock = await lockState(state);
  const note = await signNow(paths, key);
  const log = await openLog(paths, key, archives);
  try {
    const next = trustedCheckpoint(note, log.verifier);
    const seen = readSeen(state);
    const known = seen[log.verifier.name] ?? (Object.keys(seen).length > 0 ? undefined : null);
    if (known === undefined) throw new StratoError('witness.other-log', `${state} has seen another log than ${log.verifier.name}`, { why: `it has seen ${Object.keys(seen).join(', ')}`, next: 'when the ledger was recovered and began anew, use another file; otherwise somebody put another ledger in its place' });
    if (known !== null) {
      const last = trustedCheckpoint(known, log.verifier);
      if (last.size > next.size) throw new StratoError('witness.rolled-back', `${state} has seen ${last.size} events of this ledger, but there are only ${next.size}`, { why: 'the ledger was rolled back', next: 'find out who put an earlier database in its place' });
      const proof = last.size === 0 ? [] : await new Proofs((level, index) => log.source.tile(level, index)).consistency(last.size, next.size);
      const why = inconsistency(last, next, proof);
      if (why !== null) throw new StratoError('witness.refused', `the ledger is not the one that ${state} has seen`, { why, next: 'run `stratoswarm audit verify`' });
    }
    writeDurably(state, `${JSON.stringify({ ...seen, [log.verifier.name]: note }, null, 2)}\n`);
    const before = known === null ? 0 : parseCheckpoint(known).size;
    return tell({ json }, { ok: true, origin: next.origin, before, size: next.size }, [`${next.origin}: ${next.size} events, which begin with the ${before} that were seen before`]);
  } finally {
    log.close();
    lock.release();
  }
}

function tell({ json }: { json: boolean }, document: unknown, lines: readonly string[]): number {
  console.log(json ? JSON.stringify(document, null, 2) : lines.join('\n'));
  return 0;
}

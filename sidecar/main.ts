import fs from 'node:fs';
import { awaitFiles, recover } from './boot.ts';
import { inVolume } from './disk.ts';
import { drive } from './drive.ts';
import { effects } from './effects.ts';
import { dyingAt } from './failpoint.ts';
import { readText } from './files.ts';
import { openFolders } from './folders.ts';
import type { World } from './handles/index.ts';
import { giveBackLater } from './give-back.ts';
import { health } from './health.ts';
import { hello } from './hello.ts';
import { readJournal, writeJournal } from './journal-file.ts';
import { jsonLog } from './log.ts';
import { mayStart } from './member.ts';
import { makeMountPoints } from './mount-points.ts';
import { optionsFrom } from './options.ts';
import type { Ack, FromOperator, Want } from './protocol.ts';
import { secretsOn } from './redact.ts';
import { resume } from './resume.ts';
import { reasonOf } from './sentence.ts';
import { type Session, session } from './session.ts';
import { keepCa, trusted } from './trust.ts';
import { volumesByHand } from './volumes.ts';

/** The sidecar: it owns the files that the app reads, and tells the app of new ones. */
function main(): void {
  const log = jsonLog((line) => process.stdout.write(line));
  const options = optionsFrom(process.env);
  fs.mkdirSync(options.state, { recursive: true });
  const folders = openFolders(options.files, options.volumes ?? volumesByHand(options.files, options.optional));
  if (folders.size === 0)
    throw new Error(`no source is mounted below ${options.files}: each one needs a volume at configmaps/NAME or secrets/NAME`);

  makeMountPoints(folders, (because) => log('error', because));

  let link: Session | null = null;
  const world: World = {
    proc: '/proc',
    self: process.pid,
    now: monotonic,
    wallClock: Date.now,
    kill: (pid, signal) => void process.kill(pid, signal),
    read: (placed, source, key) => readText(folders, placed, source, key),
    secrets: () => secretsOn(folders),
  };
  const giveBack = giveBackLater();
  const send = (frame: Want | Ack): boolean => {
    if (frame.type === 'ack') {
      logAck(frame);
      giveBack();
    }
    return link?.send(frame) ?? false;
  };
  const logAck = ({ revision, attempt, outcome, tookMs }: Ack): void => {
    if (outcome.kind === 'applied') log('info', 'applied', { revision, attempt, proof: outcome.proof, tookMs });
    else log('warn', 'refused', { revision, attempt, because: outcome.because });
  };
  const does = effects({
    folders,
    world,
    send,
    ended: (ticket, result) => driver.post({ kind: 'done', ticket, result }),
  });
  const journal = recover(readJournal(options.state), folders, (because) => log('warn', because));
  // A release knows no such variable: there this is `drive`, and nothing else.
  const driving = process.env['FLEETRELOAD_FAILPOINT'] ? dyingAt(process.env['FLEETRELOAD_FAILPOINT']) : drive;
  const driver = driving(resume(journal, monotonic()), {
    now: monotonic,
    write: (kept) => inVolume(options.state, () => writeJournal(options.state, kept)),
    run: (effect) => does.run(effect),
  });

  const sayHello = () => hello(driver.member().journal, monotonic());
  const onFrame = (frame: FromOperator): void => {
    switch (frame.type) {
      case 'assign':
        log('info', 'assigned', { revision: frame.revision, attempt: frame.attempt });
        return driver.post({ kind: 'assign', assign: frame });
      case 'ca':
        try {
          return keepCa(options.state, frame.pem);
        } catch (error) {
          // It may still come by the mounted ConfigMap.
          return log('error', `the operator's next CA could not be kept: ${reasonOf(error)}`);
        }
    }
  };
  link = session({
    operator: options.operator,
    token: () => fs.readFileSync(options.token, 'utf8').trim(),
    ca: () => trusted(options.ca, options.state),
    hello: sayHello,
    onFrame,
    onBytes: (piece) => does.take(piece),
    onLost: () => driver.post({ kind: 'linkLost' }),
    log,
    random: Math.random,
  });

  const waiting = awaitFiles({
    folders,
    bootstrapRoot: options.bootstrap,
    member: () => driver.member(),
    post: (event) => {
      driver.post(event);
      // The operator was told that there are no files.
      link?.send(sayHello());
    },
    log,
  });
  const startup = () => {
    if (!driver.member().journal.booted && mayStart(driver.member().journal)) driver.post({ kind: 'started' });
    const { booted, good } = driver.member().journal;
    return { ready: booted && good !== null, because: waiting.because() };
  };
  const server = health(
    options.healthPort,
    startup,
    (port) => log('info', 'started', { volumes: [...folders.keys()], healthPort: port }),
    (error) => log('error', `the health port cannot be listened on yet: ${reasonOf(error)}`),
  );

  const stop = (): void => {
    link?.close();
    server.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Milliseconds of a clock that goes on while the sidecar is restarted, and is never set. */
function monotonic(): number {
  const [s, ns] = process.hrtime();
  return s * 1000 + Math.floor(ns / 1e6);
}

try {
  main();
} catch (error) {
  jsonLog((line) => process.stderr.write(line))('error', reasonOf(error));
  process.exitCode = 1;
}

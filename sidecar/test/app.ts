import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { until } from '../../test/support/until.ts';

export type App = {
  readonly process: ChildProcess;
  readonly name: string;
  /** The first line of app.conf at each SIGHUP that it got, and at its start. */
  told(): string[];
  stop(): Promise<void>;
};

/**
 * A small master with a worker, as nginx is one: at SIGHUP it reads app.conf, and has a new worker and no old one.
 * It keeps its worker where the config says `bad`, exits where it says `die`, and has both workers where it says `both`.
 */
export async function startApp(folder: string, config: string, name: string): Promise<App> {
  const shell = path.join(folder, name);
  const log = path.join(folder, `${name}.log`);
  if (!fs.existsSync(shell)) fs.copyFileSync(fs.realpathSync('/bin/sh'), shell);
  fs.chmodSync(shell, 0o755);
  fs.rmSync(log, { force: true });
  const child = spawn(shell, ['-c', SCRIPT, name, config, log], { stdio: 'ignore' });
  const told = () => (fs.existsSync(log) ? fs.readFileSync(log, 'utf8').split('\n').slice(0, -1) : []);
  await until('the app has started', () => told().length === 1);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { process: child, name, told, stop };
}

/** Only builtins of the shell: a child that comes and goes would look like a worker. */
const SCRIPT = `
start() { sleep 1000 & worker=$!; workers="$workers $worker"; }
reload() {
  read -r config < "$1"
  echo "$config" >> "$2"
  case "$config" in
    bad*) ;;
    die*) kill $workers; exit 1 ;;
    both*) start ;;
    *) old=$workers; workers=; start; kill $old 2>/dev/null ;;
  esac
}
trap 'reload "$1" "$2"' HUP
trap 'kill $workers; exit 0' TERM
start
read -r config < "$1"
echo "$config" >> "$2"
while :; do wait; done
`;

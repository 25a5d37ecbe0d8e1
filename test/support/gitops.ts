import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { FILE } from '../../integrations/argo-cd/config-map.ts';

/** What GitOps tools make of an object: asked of test/cluster/go/gitops, which is built of their own libraries. */
export type Seen = { readonly argoCd: string; readonly kstatus: string; readonly message: string };

type Thing = { readonly kind: string };
type Question = { readonly object: Thing; readonly script?: string; readonly parameters?: Parameters; readonly isAction?: boolean };
type Answer = { readonly value?: unknown; readonly patch?: object; readonly error?: string };
export type Parameters = Readonly<Record<string, string>>;

export async function seen(object: Thing): Promise<Seen> {
  const [health, kstatus] = await ask({ object, script: dataOf('health', object) }, { object });
  if (health?.value === undefined || kstatus?.value === undefined) throw new Error(health?.error ?? kstatus?.error);
  const { status, message } = health.value as { readonly status: string; readonly message: string };
  return { argoCd: status, message, kstatus: (kstatus.value as { readonly Status: string }).Status };
}

/** The actions that its menu has enabled, in the order of their names. */
export async function enabled(object: Thing): Promise<readonly string[]> {
  const [answer] = await ask({ object, script: actionsOf(object)['discovery.lua'] });
  if (answer?.value === undefined) throw new Error(answer?.error);
  return Object.entries(answer.value as Readonly<Record<string, { readonly disabled: boolean }>>)
    .flatMap(([name, { disabled }]) => (disabled ? [] : [name]))
    .toSorted();
}

/** The merge patch that Argo CD sends to the API server for that action. Throws with what the action says. */
export async function action(name: string, object: Thing, parameters: Parameters = {}): Promise<object> {
  const script = actionsOf(object).definitions.find((it) => it.name === name)?.['action.lua'];
  if (script === undefined) throw new Error(`there is no action ${name}`);
  const [answer] = await ask({ object, script, parameters, isAction: true });
  if (answer?.patch === undefined) throw new Error(answer?.error);
  return answer.patch;
}

type Actions = {
  readonly 'discovery.lua': string;
  readonly definitions: readonly { readonly name: string; readonly 'action.lua': string }[];
};

function actionsOf(object: Thing): Actions {
  return parse(dataOf('actions', object)) as Actions;
}

/** As Argo CD finds it in its ConfigMap. */
function dataOf(what: 'health' | 'actions', { kind }: Thing): string {
  const { data } = parse(readFileSync(FILE, 'utf8')) as { readonly data: Readonly<Record<string, string>> };
  return data[`resource.customizations.${what}.fleetreload.dev_${kind}`] ?? '';
}

async function ask(...questions: readonly Question[]): Promise<readonly Answer[]> {
  const program = (process.env.KUBECTL ?? '').replace(/kubectl$/, 'gitops');
  const answers = await new Promise<string>((resolve, reject) => {
    const child = execFile(program, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(stderr || error.message, { cause: error })),
    );
    child.stdin?.end(JSON.stringify(questions));
  });
  return JSON.parse(answers) as readonly Answer[];
}

/** The chart's alerts and its dashboard: by Prometheus' own checker, and against the metrics that the operator registers. */

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { described } from '../../operator/metrics/reference.ts';
import { onCluster } from '../support/kubectl.ts';
import { promtool } from '../support/promtool.ts';
import { CASES, type Case } from './alerts/cases.ts';

type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
};
type Rules = { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
type Dashboard = {
  readonly templating: { readonly list: readonly { readonly query: string }[] };
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
};

const RUNBOOKS = 'docs/runbooks';
const rules = (await rendered('fleet-reload', 'alerts')).spec as Rules;
const alerts = rules.groups.flatMap((group) => group.rules);
const dashboard = parse(String((await rendered('fleet-reload', 'dashboard')).data?.['fleet-reload.json'])) as Dashboard;
const queries = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));

test('Prometheus understands the rules', () => promtool(['check', 'rules', 'rules.yaml'], { 'rules.yaml': rules }));

test('Prometheus understands each query of the dashboard', async () => {
  const recorded = queries.map(({ expr }, i) => ({ record: `panel_${i}`, expr: expr.replaceAll('$__rate_interval', '5m') }));
  await promtool(['check', 'rules', 'rules.yaml'], { 'rules.yaml': { groups: [{ name: 'dashboard', rules: recorded }] } });
});

for (const it of CASES)
  test(`${it.alert} ${it.fires ? 'fires' : 'is silent'} where ${it.when}`, () =>
    promtool(['test', 'rules', 'test.yaml'], { 'rules.yaml': rules, 'test.yaml': promtoolTest(it) }));

test('each alert is seen to fire, and to be silent', () => {
  const seen = (fires: boolean) => [...new Set(CASES.filter((it) => (it.fires !== null) === fires).map(({ alert }) => alert))].toSorted();
  const names = alerts.map(({ alert }) => alert).toSorted();
  assert.deepEqual([seen(true), seen(false)], [names, names]);
});

test('each alert has its page, and each page its alert', () => {
  for (const { alert, annotations } of alerts) {
    assert.ok(existsSync(annotations.runbook_url), annotations.runbook_url);
    assert.match(readFileSync(annotations.runbook_url, 'utf8'), new RegExp(`^# ${alert}\n`));
  }
  const pages = globSync(`${RUNBOOKS}/!(README).md`).toSorted();
  assert.deepEqual(pages, alerts.map(({ annotations }) => annotations.runbook_url).toSorted());
});

test('what rules and dashboard ask for is what the operator registers, by the labels that it has', () => {
  const exprs = [...alerts.map(({ alert, expr }) => ({ title: alert, expr })), ...queries, ...variables()];
  for (const { title, expr } of exprs) {
    const asked = selectorsIn(expr);
    assert.notEqual(asked.length, 0, title);
    for (const { name, labels } of asked) {
      const known = labelsOf.get(name);
      assert.ok(known, `${title}: there is no metric ${name}`);
      for (const label of labels) assert.ok([...known, ...SCRAPED].includes(label), `${title}: ${name} has no label ${label}`);
      assert.ok(labels.includes('job'), `${title}: ${name} of whatever job has a metric of that name`);
    }
  }
});

test('a release of another name asks for its own job, and points to where the pages are kept', async () => {
  const its = (await rendered('blue', 'alerts', 'prometheusRule.runbooks=https://wiki.example/runbooks/')).spec as Rules;
  const [stuck] = its.groups.flatMap((group) => group.rules);
  assert.match(stuck?.expr ?? '', /job="blue-fleet-reload-metrics"/);
  assert.doesNotMatch(JSON.stringify(its), /job=\\"fleet-reload/);
  assert.equal(stuck?.annotations.runbook_url, 'https://wiki.example/runbooks/stuck.md');
});

/** Labels that Prometheus adds as it scrapes. */
const SCRAPED = ['job', 'pod', 'instance', 'le'];
const labelsOf = new Map(
  described().flatMap(({ name, type, labelNames }) =>
    (type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']).map((ending) => [`${name}${ending}`, labelNames] as const),
  ),
);

function selectorsIn(expr: string): readonly { readonly name: string; readonly labels: readonly string[] }[] {
  const selectors = [...expr.matchAll(/\b([a-z_]+)\{([^}]*)\}/g)].map(([, name = '', matchers = '']) => ({
    name,
    labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label),
  }));
  // No metric stands there without its braces.
  const bare = [...expr.replaceAll(/"[^"]*"/g, '""').matchAll(/\b([a-z_]+)\b(?!\s*[{(=!])/g)].flatMap(([, word = '']) => word);
  for (const word of bare) assert.ok(!labelsOf.has(word), `${word} in ${expr}`);
  return selectors;
}

/** The dashboard's variables are asked of series, too; the first one tells which jobs there are. */
function variables(): readonly { readonly title: string; readonly expr: string }[] {
  const asked = dashboard.templating.list.filter(({ query }) => query.startsWith('label_values('));
  assert.equal(asked[0]?.query, 'label_values(leader, job)');
  return asked.slice(1).map(({ query }) => ({ title: query, expr: query }));
}

function promtoolTest({ alert, series, at, fires }: Case): unknown {
  const rule = alerts.find((it) => it.alert === alert);
  assert.ok(rule, `there is no alert ${alert}`);
  const expected = fires && {
    exp_labels: { ...rule.labels, ...fires.labels },
    exp_annotations: { ...rule.annotations, summary: fires.says },
  };
  return {
    rule_files: ['rules.yaml'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: expected ? [expected] : [] }],
      },
    ],
  };
}

async function rendered(release: string, template: 'alerts' | 'dashboard', ...values: readonly string[]) {
  const set = ['prometheusRule.enabled=true', 'dashboard.enabled=true', ...values].flatMap((value) => ['--set', value]);
  const text = await onCluster('helm', 'template', release, 'charts/fleet-reload', ...set, '--show-only', `templates/${template}.yaml`);
  const [object] = parseAllDocuments(text).map((document) => document.toJS() as { spec?: unknown; data?: Record<string, string> });
  assert.ok(object);
  return object;
}

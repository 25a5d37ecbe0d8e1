import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnswer } from './prometheus.ts';

const vector = (...values: readonly unknown[]) =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, value] })) } });
const ofType = (resultType: string, result: unknown) => JSON.stringify({ status: 'success', data: { resultType, result } });
const error = (message: string) => JSON.stringify({ status: 'error', errorType: 'bad_data', error: message });

const values: readonly [string, string, readonly number[]][] = [
  ['a vector has a value a series', vector('0.5', '2'), [0.5, 2]],
  ['a scalar is one', ofType('scalar', [1, '3']), [3]],
  ['an empty answer has none', vector(), []],
  ['0/0 is none', vector('NaN', '1'), [1]],
  ['infinite is a value', vector('+Inf', '-Inf'), [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ['a native histogram has none', ofType('vector', [{ metric: {}, histogram: [1, {}] }, null]), []],
  ['of many the least and the most are kept', vector(...Array.from({ length: 1000 }, (_, index) => String((index * 7) % 1000))), [0, 999]],
];
for (const [title, body, expected] of values) {
  test(`Prometheus: ${title}`, () => assert.deepEqual(read(200, body), { kind: 'values', values: expected }));
}

const unknowns: readonly [string, number, string, string, boolean][] = [
  [
    'a query that is none',
    400,
    error('1:5: parse error: unexpected end of input'),
    'Prometheus refuses the query: 1:5: parse error: unexpected end of input',
    true,
  ],
  ['a query that cannot be run', 422, error('many-to-many matching'), 'Prometheus refuses the query: many-to-many matching', true],
  ['no token', 401, 'Unauthorized', 'Prometheus answered 401: see prometheus.token', true],
  ['a token that is not good', 403, error('hunter2 is no token'), 'Prometheus answered 403: see prometheus.token', true],
  ['a token in what is said', 503, error('hunter2 timed out'), 'Prometheus answered 503: … timed out', false],
  ['it is not well', 503, '<h1>cloud metadata</h1>', 'Prometheus answered 503', false],
  ['too many ask', 429, '', 'Prometheus answered 429', false],
  ['another place', 404, 'not found', 'answered 404: is Prometheus at prometheus.address? /api/v1/query follows it', true],
  ['a redirect', 302, '', 'answered 302: is Prometheus at prometheus.address? /api/v1/query follows it', true],
  ['something else answers', 200, '<html>', 'what is at prometheus.address answers, and not as Prometheus does', true],
  ['null answers', 200, 'null', 'what is at prometheus.address answers, and not as Prometheus does', true],
  ['a range', 200, ofType('matrix', []), 'the query answers a matrix: an instant vector or a scalar is needed', true],
];
for (const [title, status, body, because, mistake] of unknowns) {
  test(`Prometheus, unknown: ${title}`, () => assert.deepEqual(read(status, body), { kind: 'unknown', because, mistake }));
}

function read(status: number, body: string) {
  return readAnswer({ kind: 'answer', status, body }, (text) => text.replaceAll('hunter2', '…'));
}

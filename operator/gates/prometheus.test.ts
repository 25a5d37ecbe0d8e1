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
    'Prometheus at http://prometheus:9090 refuses the query: 1:5: parse error: unexpected end of input',
    true,
  ],
  [
    'a query that cannot be run',
    422,
    error('many-to-many matching'),
    'Prometheus at http://prometheus:9090 refuses the query: many-to-many matching',
    true,
  ],
  ['no token', 401, 'Unauthorized', 'Prometheus at http://prometheus:9090 answered 401: see prometheus.token', true],
  [
    'a token that is not good',
    403,
    error('hunter2 is no token'),
    'Prometheus at http://prometheus:9090 answered 403: see prometheus.token',
    true,
  ],
  ['a token in what is said', 503, error('hunter2 timed out'), 'Prometheus at http://prometheus:9090 answered 503: … timed out', false],
  ['it is not well', 503, '<h1>cloud metadata</h1>', 'Prometheus at http://prometheus:9090 answered 503', false],
  ['too many ask', 429, '', 'Prometheus at http://prometheus:9090 answered 429', false],
  [
    'another place',
    404,
    'not found',
    'Prometheus at http://prometheus:9090 answered 404: is it there? /api/v1/query follows prometheus.address',
    true,
  ],
  ['a redirect', 302, '', 'Prometheus at http://prometheus:9090 answered 302: is it there? /api/v1/query follows prometheus.address', true],
  [
    'something else answers',
    200,
    '<html>',
    'Prometheus at http://prometheus:9090 answers, and not as Prometheus does: see prometheus.address',
    true,
  ],
  ['null answers', 200, 'null', 'Prometheus at http://prometheus:9090 answers, and not as Prometheus does: see prometheus.address', true],
  ['a range', 200, ofType('matrix', []), 'the query answers a matrix: an instant vector or a scalar is needed', true],
];
for (const [title, status, body, because, mistake] of unknowns) {
  test(`Prometheus, unknown: ${title}`, () => assert.deepEqual(read(status, body), { kind: 'unknown', because, mistake }));
}

function read(status: number, body: string) {
  return readAnswer({ kind: 'answer', status, body }, 'http://prometheus:9090', (text) => text.replaceAll('hunter2', '…'));
}

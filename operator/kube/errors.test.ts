import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isExpired, KubeError, outageOf, refusalOf, type Status } from './errors.ts';

const status = (code: number, reason: string, rest: Partial<Status> = {}): Status => ({ kind: 'Status', code, reason, ...rest });

for (const [http, body, kind, reason, because] of [
  [409, status(409, 'Conflict'), 'refusal', 'Conflict', 'another write was faster'],
  [403, status(403, 'Forbidden'), 'refusal', 'Forbidden', 'a quota or a missing right does not heal by itself'],
  [429, status(429, 'TooManyRequests'), 'outage', 'TooManyRequests', 'it is not now'],
  [500, status(500, 'InternalError'), 'outage', 'InternalError', 'a webhook that is away is told so'],
  [503, null, 'outage', 'HTTP503', 'a load balancer answers without a Status'],
  [404, status(404, 'NotFound', { details: { name: 'a' } }), 'refusal', 'NotFound', 'that object is missing'],
  [404, null, 'refusal', 'UnknownKind', 'the CRD is not installed'],
] as const) {
  test(`HTTP ${http} with reason ${body?.reason ?? 'none'} is a ${kind} '${reason}', since ${because}`, () => {
    const error = refusalOf('GET /api/v1/pods/a', http, body);
    assert.deepEqual([error.kind, error.status, error.reason], [kind, http, reason]);
  });
}

test('a network that gives no answer is an outage with the code of the network', () => {
  const error = outageOf('GET /x', Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:6443'), { code: 'ECONNREFUSED' }));
  assert.deepEqual([error.kind, error.status, error.reason], ['outage', null, 'ECONNREFUSED']);
  assert.equal(error.message, 'GET /x: no answer: connect ECONNREFUSED 10.0.0.1:6443');
});

test('that a namespace is being deleted is told apart from a right that is missing', () => {
  const causes = [{ reason: 'NamespaceTerminating', message: 'namespace shop is being terminated', field: 'metadata.namespace' }];
  const error = refusalOf('POST /api/v1/namespaces/shop/events', 403, {
    kind: 'Status',
    code: 403,
    reason: 'Forbidden',
    details: { causes },
  });
  assert.deepEqual([error.kind, error.reason], ['refusal', 'NamespaceTerminating']);
});

test('how long to stay away is taken from the Status, else from the header', () => {
  const told = status(429, 'TooManyRequests', { details: { retryAfterSeconds: 3 } });
  assert.equal(refusalOf('x', 429, told, '9').retryAfterMs, 3_000);
  assert.equal(refusalOf('x', 429, null, '9').retryAfterMs, 9_000);
  assert.equal(refusalOf('x', 429, null, null).retryAfterMs, null);
  assert.equal(refusalOf('x', 429, null, 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfterMs, null);
});

test('a version that is too old or beyond the present is expired', () => {
  const beyond = status(504, 'Timeout', { details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } });
  assert.equal(isExpired(refusalOf('x', 410, status(410, 'Expired'))), true);
  assert.equal(isExpired(refusalOf('x', 504, beyond)), true);
  assert.equal(isExpired(refusalOf('x', 504, status(504, 'Timeout'))), false);
});

test("the server's words about a malformed Secret are not repeated, since they may quote it", () => {
  const words = { message: 'cannot unmarshal "hunter2"', details: { causes: [{ field: 'data.password', message: 'hunter2' }] } };
  for (const code of [400, 422]) {
    const { message } = refusalOf('POST /api/v1/namespaces/shop/secrets?fieldManager=x', code, status(code, 'Invalid', words));
    assert.equal(message, `POST /api/v1/namespaces/shop/secrets?fieldManager=x: ${code} Invalid: data.password`);
  }
  assert.ok(refusalOf('POST /api/v1/configmaps', 422, status(422, 'Invalid', words)) instanceof KubeError);
  assert.match(refusalOf('PUT /api/v1/secrets/a', 403, status(403, 'Forbidden', { message: 'exceeded quota' })).message, /exceeded quota/);
});

for (const [message, kept] of [
  ['admission webhook "guard.example" denied the request: no hunter2 here', 'admission webhook "guard.example" denied the request'],
  [
    "secrets \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: hunter2",
    "ValidatingAdmissionPolicy 'p' with binding 'b' denied request",
  ],
] as const)
  test(`who denied a Secret is told, and not what was said about it: ${kept}`, () => {
    for (const code of [400, 403, 422, 500]) {
      const error = refusalOf('PUT /api/v1/namespaces/shop/secrets/a', code, status(code, 'Denied', { message, details: { name: 'a' } }));
      assert.equal(error.message, `PUT /api/v1/namespaces/shop/secrets/a: ${code} Denied: ${kept}`);
    }
  });

test('other words for a denial of a Secret are cut there as well, and those of a webhook that fails', () => {
  const told = (message: string) => refusalOf('PUT /api/v1/secrets/a', 500, status(500, 'InternalError', { message })).message;
  assert.match(told('plugin x denied the request: hunter2'), /: plugin x denied the request$/);
  assert.match(told('failed calling webhook "x": an error on the server ("hunter2")'), /: failed calling webhook$/);
  assert.match(told('etcdserver: request timed out'), /: etcdserver: request timed out$/);
});

// The real package for backends: an app that renders on its server reads the session, with the fake as its only server.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { beforeEach, test } from 'node:test';

const FAKE = process.env.CLERK_FAKE_URL;
const PUBLISHABLE_KEY = process.env.CLERK_PUBLISHABLE_KEY;
const JWT_KEY = process.env.CLERK_JWT_KEY;
const LINUS = 'linus+clerk_test@example.com';
const PAGE = 'http://localhost:3000/dashboard';

const require = createRequire(path.join(process.env.CLERK_PACKAGES, 'backend/package.json'));
const { createClerkClient, verifyToken } = require('@clerk/backend');

beforeEach(() => fetch(`${FAKE}/_fake/reset`, { method: 'POST' }));

/** An app's backend, which has the keys or fetches them from the fake. */
const backend = keys => createClerkClient({
  publishableKey: PUBLISHABLE_KEY, secretKey: 'sk_test_fake', apiUrl: FAKE, ...keys,
});

async function api(browser, method, where, form) {
  const url = `${FAKE}/v1/${where}${browser ? `?__clerk_db_jwt=${browser}` : ''}`;
  const answer = await fetch(url, { method, body: form && new URLSearchParams(form) });
  assert.equal(answer.status, 200, where);
  return answer.json();
}

/** Returns the cookies of a browser in which Linus is signed in. */
async function signedIn() {
  const { id: browser } = await api(null, 'POST', 'dev_browser');
  const { response } = await api(browser, 'POST', 'client/sign_ins', { identifier: LINUS, strategy: 'email_code' });
  const where = `client/sign_ins/${response.id}/attempt_first_factor`;
  const done = await api(browser, 'POST', where, { strategy: 'email_code', code: '424242' });
  const session = done.client.sessions[0];
  const { jwt } = await api(browser, 'POST', `client/sessions/${session.id}/tokens`);
  return { browser, session, jwt, since: Math.floor(session.created_at / 1000) };
}

/** Returns a browser's request for a page. */
const request = (url, cookies = {}) => {
  const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join('; ');
  return new Request(url, { headers: { accept: 'text/html', 'sec-fetch-dest': 'document', cookie } });
};

/** Adds the cookies of an answer to the earlier ones. */
const cookiesAfter = (state, cookies) => {
  const set = state.headers.getSetCookie().map(cookie => cookie.split(';')[0].split(/=(.*)/s));
  return Object.fromEntries([...Object.entries(cookies), ...set.filter(([, value]) => value)]);
};

const authenticate = (url, cookies, keys) =>
  backend(keys).authenticateRequest(request(url, cookies), { proxyUrl: FAKE });

for (const [how, keys] of [['by the key in its settings', { jwtKey: JWT_KEY }], ['by the keys it fetches', {}]]) {
  test(`a session token verifies, ${how}`, async () => {
    const { jwt, session } = await signedIn();
    const claims = await verifyToken(jwt, { secretKey: 'sk_test_fake', apiUrl: FAKE, ...keys });
    assert.deepEqual([claims.sid, claims.sub], [session.id, session.user.id]);
    const [head, body, signature] = jwt.split('.');
    const forged = `${head}.${body.slice(0, -2)}AA.${signature}`;
    await assert.rejects(verifyToken(forged, { secretKey: 'sk_test_fake', apiUrl: FAKE, ...keys }));
  });
}

test('a page request is authenticated as the user', async () => {
  const { browser, jwt, since, session } = await signedIn();
  const cookies = { __clerk_db_jwt: browser, __client_uat: since, __session: jwt };
  const state = await authenticate(PAGE, cookies, { jwtKey: JWT_KEY });
  assert.equal(state.status, 'signed-in', state.reason);
  assert.equal(state.toAuth().userId, session.user.id);
});

test('a missing token is fetched by a handshake', async () => {
  const { browser, since, session } = await signedIn();
  const cookies = { __clerk_db_jwt: browser, __client_uat: since };
  const away = await authenticate(PAGE, cookies, { jwtKey: JWT_KEY });
  assert.equal(away.status, 'handshake');
  const back = await fetch(away.headers.get('location'), { redirect: 'manual' });
  assert.equal(back.status, 307);
  const state = await authenticate(back.headers.get('location'), cookies, { jwtKey: JWT_KEY });
  const known = cookiesAfter(state, cookies);
  const home = await authenticate(PAGE, known, { jwtKey: JWT_KEY });
  assert.equal(home.status, 'signed-in', home.reason);
  assert.equal(home.toAuth().userId, session.user.id);
});

test('a handshake registers a new browser, which is signed out', async () => {
  const away = await authenticate(PAGE, {}, { jwtKey: JWT_KEY });
  assert.equal(away.status, 'handshake');
  const back = await fetch(away.headers.get('location'), { redirect: 'manual' });
  const state = await authenticate(back.headers.get('location'), {}, { jwtKey: JWT_KEY });
  const known = cookiesAfter(state, {});
  assert.ok(known.__clerk_db_jwt);
  const home = await authenticate(PAGE, known, { jwtKey: JWT_KEY });
  assert.equal(home.status, 'signed-out', home.reason);
});

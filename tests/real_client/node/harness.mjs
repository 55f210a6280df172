// The real JavaScript client in plain Node, as a native device, against a clerk-fake.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';

const FAKE = process.env.CLERK_FAKE_URL;
const PUBLISHABLE_KEY = process.env.CLERK_PUBLISHABLE_KEY;
const PACKAGES = process.env.CLERK_PACKAGES;

// What a native app's engine has. Without `onLine` the client takes the network for gone and keeps its errors to itself.
globalThis.self = globalThis.window = globalThis;
Object.defineProperty(globalThis, 'navigator', { value: { onLine: true, userAgent: 'an app' }, configurable: true });

const require = createRequire(import.meta.url);
const { Clerk } = require(path.join(PACKAGES, 'clerk-js/dist/clerk.no-rhc.js'));

export const ADA = { identifier: 'ada@example.com', password: 'correct-horse-battery' };
export const GRACE = { identifier: 'grace@example.com', password: 'nanosecond-of-wire' };
export const LINUS = { identifier: 'linus+clerk_test@example.com', code: '424242' };

/** A new device with the real client on it. */
export async function device() {
  const clerk = new Clerk(PUBLISHABLE_KEY, { proxyUrl: FAKE });
  let token;
  clerk.__internal_onBeforeRequest(async request => {
    request.credentials = 'omit';
    request.url.searchParams.append('_is_native', '1');
    if (token) request.headers.set('authorization', token);
  });
  clerk.__internal_onAfterResponse(async (_, response) => {
    token = response.headers.get('authorization') ?? token;
  });
  await clerk.load({ standardBrowser: false, telemetry: false });
  return clerk;
}

/** The session in use is this person's, and its token is one. */
export async function signedInAs(clerk, identifier) {
  const addresses = clerk.user.emailAddresses.map(address => address.emailAddress);
  assert.ok(addresses.includes(identifier), `${addresses} is signed in`);
  const claims = JSON.parse(Buffer.from((await clerk.session.getToken()).split('.')[1], 'base64url'));
  assert.deepEqual([claims.sid, claims.sub], [clerk.session.id, clerk.user.id]);
}

/** A call of the fake's controls. */
export async function fake(method, where, body) {
  const answer = await fetch(`${FAKE}/_fake/${where}`, {
    method,
    headers: body && { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(`${method} /_fake/${where}: ${json.error}`);
  return json;
}

export const reset = () => fake('POST', 'reset');
export const settings = change => fake('PATCH', 'settings', change);
export const advance = ms => fake('POST', 'clock', { advance_ms: ms });
export const addUser = user => fake('POST', 'users', user);
export const totp = async who => (await fake('GET', `users/${who}/totp`)).code;

/** The code in the newest message to this address. */
export async function mailed(to) {
  const { messages } = await fake('GET', `outbox?wait_ms=5000&limit=1&to=${encodeURIComponent(to)}`);
  return messages[0].code;
}

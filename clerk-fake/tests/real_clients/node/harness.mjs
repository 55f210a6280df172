// The real JavaScript client in plain Node, as a native client of clerk-fake.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { CLIENT, FAKE, PUBLISHABLE_KEY } from '../controls.mjs';

export * from '../controls.mjs';

// The globals of a native app's engine. Without `onLine` the client assumes to be offline and hides network errors.
globalThis.self = globalThis.window = globalThis;
Object.defineProperty(globalThis, 'navigator', { value: { onLine: true, userAgent: 'an app' }, configurable: true });

const require = createRequire(import.meta.url);
const { Clerk } = require(path.join(CLIENT, '@clerk/clerk-js/dist/clerk.no-rhc.js'));

/** Loads a new client, with these further options. */
export async function newClient(options = {}) {
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
  await clerk.load({ standardBrowser: false, telemetry: false, ...options });
  return clerk;
}

/** Opens an email's link in another browser. Returns the page to which it leads. */
export async function opened(link) {
  const { headers } = await fetch(link, { redirect: 'manual' });
  return new URL(headers.get('location'));
}

/** Asserts that the active session belongs to this user and gives a valid token. */
export async function signedInAs(clerk, identifier) {
  const addresses = clerk.user.emailAddresses.map(address => address.emailAddress);
  assert.ok(addresses.includes(identifier), `${addresses} is signed in`);
  const claims = JSON.parse(Buffer.from((await clerk.session.getToken()).split('.')[1], 'base64url'));
  assert.deepEqual([claims.sid, claims.sub], [clerk.session.id, clerk.user.id]);
}

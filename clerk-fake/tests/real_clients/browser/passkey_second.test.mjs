// Passkeys as the second factor, and passkeys that make a new client trusted. Older clients do not know them.
import assert from 'node:assert/strict';
import { authenticator } from './authenticator.mjs';
import { ADA, GRACE, advance, mailed, settings, totp, visit } from './harness.mjs';

// A passkey belongs to a domain, which an IP address is not.
const host = 'localhost';

let keys;
const prepare = async visitor => {
  keys = await authenticator(visitor);
  await settings({ passkey_satisfies_second_factor: true });
};

/** The user creates a passkey and signs out. */
async function makePasskey(visitor) {
  const status = await visitor.runs(async () => (await Clerk.user.createPasskey()).verification.status);
  assert.equal(status, 'verified');
  await visitor.signOut();
}

async function adaMakesPasskey(visitor) {
  await visitor.identify(ADA.identifier);
  await visitor.enterPassword(ADA.password);
  await visitor.enterCode(await totp(ADA.identifier));
  await visitor.isSignedInAs(ADA.identifier);
  await makePasskey(visitor);
}

/** Grace creates a passkey, and then uses a new client. */
async function graceMakesPasskey(visitor) {
  await visitor.identify(GRACE.identifier);
  await visitor.enterPassword(GRACE.password);
  await visitor.enterCode(await mailed(GRACE.identifier));
  await visitor.isSignedInAs(GRACE.identifier);
  await makePasskey(visitor);
  await visitor.page.context().clearCookies();
  await visitor.runs(() => localStorage.clear());
  await visitor.reload();
  await visitor.sees('Sign in to Clerk fake');
}

const knowsIt = visitor => visitor.runs(() => 'passkey' in Clerk.client.signIn.__internal_future.mfa);

/**
 * Signs in with a password, and returns the status that follows and the number of passkeys that it offers. The page keeps
 * the object, because the client gets a new one when the sign-in is complete.
 */
const byPassword = (visitor, user) => visitor.runs(async user => {
  const signIn = window.signIn = Clerk.client.signIn.__internal_future;
  const { error } = await signIn.password(user);
  if (error) throw error;
  return [signIn.status, signIn.supportedSecondFactors.filter(({ strategy }) => strategy === 'passkey').length];
}, user);

/** Verifies the passkey. */
const byPasskey = visitor => visitor.runs(async () => {
  const { signIn } = window;
  const { error } = await signIn.mfa.passkey();
  const { strategy, status } = signIn.secondFactorVerification;
  return [error?.code ?? null, signIn.status, strategy, status];
});

/** Finalizes, and returns the ages of the factors that the session and its token show. */
const finalized = visitor => visitor.runs(async () => {
  const { error } = await window.signIn.finalize();
  if (error) throw error;
  const claims = JSON.parse(atob((await Clerk.session.getToken()).split('.')[1]));
  return [Clerk.session.factorVerificationAge, claims.fva];
});

for (const cookies of [false, true]) {
  const mode = cookies ? 'in production' : 'in development';

  visit(`a passkey is the second factor, ${mode}`, async visitor => {
    await adaMakesPasskey(visitor);
    const knows = await knowsIt(visitor);
    assert.deepEqual(await byPassword(visitor, ADA), ['needs_second_factor', knows ? 1 : 0]);
    if (!knows) return;
    assert.deepEqual(await byPasskey(visitor), [null, 'complete', 'passkey', 'verified']);
    assert.deepEqual(await finalized(visitor), [[0, 0], [0, 0]]);
    await visitor.isSignedInAs(ADA.identifier);
    await visitor.reload();
    await visitor.isSignedInAs(ADA.identifier);
  }, { cookies, host, prepare });

  visit(`a passkey makes a new client trusted, ${mode}`, async visitor => {
    await graceMakesPasskey(visitor);
    const knows = await knowsIt(visitor);
    assert.deepEqual(await byPassword(visitor, GRACE), ['needs_client_trust', knows ? 1 : 0]);
    if (!knows) return;
    assert.deepEqual(await byPasskey(visitor), [null, 'complete', 'passkey', 'verified']);
    await finalized(visitor);
    await visitor.isSignedInAs(GRACE.identifier);
    await visitor.signOut();
    await visitor.identify(GRACE.identifier);
    await visitor.follow('Use another method');
    await visitor.press('Sign in with your password');
    await visitor.enterPassword(GRACE.password);
    await visitor.isSignedInAs(GRACE.identifier);
  }, { cookies, host, prepare });
}

visit('the older object uses a passkey as the second factor', async visitor => {
  await adaMakesPasskey(visitor);
  if (!await knowsIt(visitor)) return;
  const done = await visitor.runs(async user => {
    const { signIn } = Clerk.client;
    const { status } = await signIn.create(user);
    const done = await signIn.authenticateWithPasskey();
    await Clerk.setActive({ session: done.createdSessionId });
    return [status, done.status];
  }, ADA);
  assert.deepEqual(done, ['needs_second_factor', 'complete']);
  await visitor.isSignedInAs(ADA.identifier);
}, { host, prepare });

visit('a declined passkey leaves the second factor open', async visitor => {
  await adaMakesPasskey(visitor);
  if (!await knowsIt(visitor)) return;
  await byPassword(visitor, ADA);
  await keys.recognises(false);
  const declined = await byPasskey(visitor);
  assert.deepEqual(declined, ['passkey_retrieval_failed', 'needs_second_factor', 'passkey', 'unverified']);
  await keys.recognises(true);
  assert.deepEqual(await byPasskey(visitor), [null, 'complete', 'passkey', 'verified']);
}, { host, prepare });

visit('the form still asks for the authenticator app', async visitor => {
  await adaMakesPasskey(visitor);
  await visitor.identify(ADA.identifier);
  await visitor.sees('Use your passkey');
  await visitor.follow('Use another method');
  await visitor.press('Sign in with your password');
  await visitor.enterPassword(ADA.password);
  await visitor.sees('Two-step verification');
  await advance(30_000);
  await visitor.enterCode(await totp(ADA.identifier));
  await visitor.isSignedInAs(ADA.identifier);
}, { host, prepare });

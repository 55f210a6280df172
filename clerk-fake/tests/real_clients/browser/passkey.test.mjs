// Passkeys with an authenticator in the browser: created by the client, used by <SignIn/> and by both sign-in objects.
import assert from 'node:assert/strict';
import { authenticator } from './authenticator.mjs';
import { ADA, LINUS, advance, settings, totp, visit } from './harness.mjs';

// A passkey belongs to a domain, which an IP address is not.
const host = 'localhost';

let keys;
const prepare = async visitor => keys = await authenticator(visitor);

/** Linus signs in with a code, creates a passkey and signs out. */
async function makePasskey(visitor) {
  await visitor.identify(LINUS.identifier);
  await visitor.enterCode(LINUS.code);
  await visitor.isSignedInAs(LINUS.identifier);
  const made = await visitor.runs(async () => {
    const { id, name, verification } = await Clerk.user.createPasskey();
    return { id, name, status: verification.status, listed: Clerk.user.passkeys.map(passkey => passkey.id) };
  });
  assert.deepEqual([made.status, made.listed], ['verified', [made.id]]);
  assert.equal((await keys.passkeys()).length, 1);
  await visitor.signOut();
  return made;
}

for (const cookies of [false, true]) {
  const mode = cookies ? 'in production' : 'in development';

  visit(`a passkey identifies its user, ${mode}`, async visitor => {
    await makePasskey(visitor);
    await visitor.follow('Use passkey instead');
    await visitor.isSignedInAs(LINUS.identifier);
    await visitor.reload();
    await visitor.isSignedInAs(LINUS.identifier);
  }, { cookies, host, prepare });
}

visit('a passkey can replace a code, and a code a passkey', async visitor => {
  await makePasskey(visitor);
  await visitor.identify(LINUS.identifier);
  await visitor.sees('Use your passkey');
  await visitor.press('Continue');
  await visitor.isSignedInAs(LINUS.identifier);

  await visitor.signOut();
  await visitor.identify(LINUS.identifier);
  await visitor.sees('Use your passkey');
  await visitor.follow('Use another method');
  await visitor.press(`Email code to ${LINUS.identifier}`);
  await visitor.enterCode(LINUS.code);
  await visitor.isSignedInAs(LINUS.identifier);
}, { host, prepare });

visit('a second factor follows a passkey, unless it counts as one', async visitor => {
  await visitor.identify(ADA.identifier);
  await visitor.enterPassword(ADA.password);
  await visitor.enterCode(await totp(ADA.identifier));
  await visitor.isSignedInAs(ADA.identifier);
  await visitor.runs(async () => { await Clerk.user.createPasskey(); });
  await visitor.signOut();

  await visitor.follow('Use passkey instead');
  await visitor.sees('Two-step verification');
  await advance(30_000);
  await visitor.enterCode(await totp(ADA.identifier));
  await visitor.isSignedInAs(ADA.identifier);
  await visitor.signOut();

  await settings({ passkey_satisfies_second_factor: true });
  await visitor.follow('Use passkey instead');
  await visitor.isSignedInAs(ADA.identifier);
}, { host, prepare });

visit('the new object signs in with and without an identifier', async visitor => {
  await makePasskey(visitor);
  for (const named of [false, true]) {
    const done = await visitor.runs(async identifier => {
      const signIn = Clerk.client.signIn.__internal_future;
      const well = ({ error }) => { if (error) throw error; };
      if (identifier) well(await signIn.create({ identifier }));
      well(await signIn.passkey(identifier ? undefined : { flow: 'discoverable' }));
      const { status, identifier: who, firstFactorVerification } = signIn;
      well(await signIn.finalize());
      return [status, who, firstFactorVerification.strategy];
    }, named ? LINUS.identifier : null);
    assert.deepEqual(done, ['complete', LINUS.identifier, 'passkey']);
    await visitor.isSignedInAs(LINUS.identifier);
    await visitor.signOut();
  }
}, { host, prepare });

visit('the older object signs in with and without an identifier', async visitor => {
  await makePasskey(visitor);
  for (const named of [false, true]) {
    await visitor.runs(async identifier => {
      const { signIn } = Clerk.client;
      if (identifier) await signIn.create({ identifier });
      const done = await signIn.authenticateWithPasskey(identifier ? undefined : { flow: 'discoverable' });
      await Clerk.setActive({ session: done.createdSessionId });
    }, named ? LINUS.identifier : null);
    await visitor.isSignedInAs(LINUS.identifier);
    await visitor.signOut();
  }
}, { host, prepare });

visit('the field suggests a passkey', async visitor => {
  await makePasskey(visitor);
  await settings({ passkey_autofill: true });
  await visitor.reload();
  await visitor.isSignedInAs(LINUS.identifier);
}, { host, prepare });

const CANCELLED = 'Passkey verification was cancelled or timed out.';

visit('a failed user verification can be repeated', async visitor => {
  await makePasskey(visitor);
  await keys.recognises(false);
  await visitor.follow('Use passkey instead');
  await visitor.isTold(CANCELLED);
  const said = await visitor.runs(async () => {
    const { error } = await Clerk.client.signIn.__internal_future.passkey({ flow: 'discoverable' });
    const { code } = await Clerk.client.signIn.authenticateWithPasskey({ flow: 'discoverable' }).catch(error => error);
    return [error.code, code, Clerk.client.signIn.status];
  });
  assert.deepEqual(said, ['passkey_retrieval_failed', 'passkey_retrieval_cancelled', 'needs_identifier']);
  await keys.recognises(true);
  await visitor.follow('Use passkey instead');
  await visitor.isSignedInAs(LINUS.identifier);
}, { host, prepare });

visit('another method works after the authenticator lost the passkey', async visitor => {
  await makePasskey(visitor);
  await keys.forgets();
  await visitor.follow('Use passkey instead');
  await visitor.isTold(CANCELLED);
  await visitor.identify(LINUS.identifier);
  await visitor.sees('Use your passkey');
  await visitor.press('Continue');
  await visitor.isTold(CANCELLED);
  await visitor.follow('Use another method');
  await visitor.press(`Email code to ${LINUS.identifier}`);
  await visitor.enterCode(LINUS.code);
  await visitor.isSignedInAs(LINUS.identifier);
}, { host, prepare });

visit('creating a passkey can be cancelled and works once per authenticator', async visitor => {
  const create = () => visitor.runs(() => Clerk.user.createPasskey().then(() => 'made', error => error.code));
  await visitor.identify(LINUS.identifier);
  await visitor.enterCode(LINUS.code);
  await visitor.isSignedInAs(LINUS.identifier);
  await keys.recognises(false);
  assert.equal(await create(), 'passkey_registration_cancelled');
  await keys.recognises(true);
  assert.equal(await create(), 'made');
  assert.equal(await create(), 'passkey_already_exists');
}, { host, prepare });

visit('a removed passkey is rejected although the authenticator has it', async visitor => {
  await makePasskey(visitor);
  await visitor.follow('Use passkey instead');
  await visitor.isSignedInAs(LINUS.identifier);
  const [name, deleted, left] = await visitor.runs(async () => {
    const [passkey] = Clerk.user.passkeys;
    await passkey.update({ name: 'My laptop' });
    const { name } = Clerk.user.passkeys[0];
    const { deleted } = await passkey.delete();
    return [name, deleted, Clerk.user.passkeys.length];
  });
  assert.deepEqual([name, deleted, left], ['My laptop', true, 0]);
  await visitor.signOut();
  await visitor.follow('Use passkey instead');
  await visitor.isTold('The passkey does not belong to this account, or it was removed.');
}, { host, prepare });

visit('a page at an IP address has no passkeys', async visitor => {
  await visitor.follow('Use passkey instead');
  await visitor.isTold('Open this page at localhost');
  await visitor.identify(LINUS.identifier);
  await visitor.enterCode(LINUS.code);
  await visitor.isSignedInAs(LINUS.identifier);
}, { prepare });

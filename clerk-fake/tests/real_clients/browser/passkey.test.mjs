// Passkeys, with an authenticator in the browser: made by the client, and signed in with by <SignIn/> and by both objects.
import assert from 'node:assert/strict';
import { authenticator } from './authenticator.mjs';
import { ADA, LINUS, advance, settings, totp, visit } from './harness.mjs';

// A passkey belongs to a domain, which an IP address is not.
const host = 'localhost';

let device;
const prepare = async visitor => device = await authenticator(visitor);

/** Linus signs in by a code, makes a passkey and leaves. */
async function makesPasskey(visitor) {
  await visitor.identify(LINUS.identifier);
  await visitor.enterCode(LINUS.code);
  await visitor.isSignedInAs(LINUS.identifier);
  const made = await visitor.runs(async () => {
    const { id, name, verification } = await Clerk.user.createPasskey();
    return { id, name, status: verification.status, listed: Clerk.user.passkeys.map(passkey => passkey.id) };
  });
  assert.deepEqual([made.status, made.listed], ['verified', [made.id]]);
  assert.equal((await device.passkeys()).length, 1);
  await visitor.signOut();
  return made;
}

for (const cookies of [false, true]) {
  const mode = cookies ? 'in production' : 'in development';

  visit(`a passkey of whoever it is, ${mode}`, async visitor => {
    await makesPasskey(visitor);
    await visitor.follow('Use passkey instead');
    await visitor.isSignedInAs(LINUS.identifier);
    await visitor.reload();
    await visitor.isSignedInAs(LINUS.identifier);
  }, { cookies, host, prepare });
}

visit('a passkey instead of a code, and a code instead of a passkey', async visitor => {
  await makesPasskey(visitor);
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

visit('a second factor follows a passkey, unless it is one', async visitor => {
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

visit('the new object, for whoever it is and for whoever was named', async visitor => {
  await makesPasskey(visitor);
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

visit('the older object, for whoever it is and for whoever was named', async visitor => {
  await makesPasskey(visitor);
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

visit('a passkey among the suggestions of the field', async visitor => {
  await makesPasskey(visitor);
  await settings({ passkey_autofill: true });
  await visitor.reload();
  await visitor.isSignedInAs(LINUS.identifier);
}, { host, prepare });

const SAID_NO = 'Passkey verification was cancelled or timed out.';

visit('a user who is not recognised, and then is', async visitor => {
  await makesPasskey(visitor);
  await device.recognises(false);
  await visitor.follow('Use passkey instead');
  await visitor.isTold(SAID_NO);
  const said = await visitor.runs(async () => {
    const { error } = await Clerk.client.signIn.__internal_future.passkey({ flow: 'discoverable' });
    const { code } = await Clerk.client.signIn.authenticateWithPasskey({ flow: 'discoverable' }).catch(error => error);
    return [error.code, code, Clerk.client.signIn.status];
  });
  assert.deepEqual(said, ['passkey_retrieval_failed', 'passkey_retrieval_cancelled', 'needs_identifier']);
  await device.recognises(true);
  await visitor.follow('Use passkey instead');
  await visitor.isSignedInAs(LINUS.identifier);
}, { host, prepare });

visit('a passkey that the device has lost', async visitor => {
  await makesPasskey(visitor);
  await device.forgets();
  await visitor.follow('Use passkey instead');
  await visitor.isTold(SAID_NO);
  await visitor.identify(LINUS.identifier);
  await visitor.sees('Use your passkey');
  await visitor.press('Continue');
  await visitor.isTold(SAID_NO);
  await visitor.follow('Use another method');
  await visitor.press(`Email code to ${LINUS.identifier}`);
  await visitor.enterCode(LINUS.code);
  await visitor.isSignedInAs(LINUS.identifier);
}, { host, prepare });

visit('no passkey is made by whoever says no, nor twice on a device', async visitor => {
  const made = () => visitor.runs(() => Clerk.user.createPasskey().then(() => 'made', error => error.code));
  await visitor.identify(LINUS.identifier);
  await visitor.enterCode(LINUS.code);
  await visitor.isSignedInAs(LINUS.identifier);
  await device.recognises(false);
  assert.equal(await made(), 'passkey_registration_cancelled');
  await device.recognises(true);
  assert.equal(await made(), 'made');
  assert.equal(await made(), 'passkey_already_exists');
}, { host, prepare });

visit('a passkey is named, and removed while the device still has it', async visitor => {
  await makesPasskey(visitor);
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

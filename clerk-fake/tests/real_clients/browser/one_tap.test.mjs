// Google One Tap with the real component. A replacement for Google's script signs in the account that the test names.
import assert from 'node:assert/strict';
import { GRACE, credentialOf, settings, visit } from './harness.mjs';

const CLIENT_ID = 'app.apps.example';

/** The replacement for Google's script: it receives the client id, and returns a credential when the user tapAs. */
const google = credential => `
  let given;
  window.google = { accounts: { id: {
    initialize: options => { given = options; },
    prompt: () => { window.oneTapFor = given.client_id; given.callback({ credential: ${JSON.stringify(credential)}, select_by: 'user' }); },
    cancel: () => {},
  } } };`;

/** Prepares a user who has a Google account and tapAs on it. */
const tapAs = address => async visitor => {
  await settings({ oauth_strategies: ['oauth_google'], google_one_tap_client_id: CLIENT_ID, sign_ups: true });
  const { id_token } = await credentialOf('google_one_tap', address);
  await visitor.page.route('https://accounts.google.com/gsi/client', route => route.fulfill({
    contentType: 'text/javascript', body: google(id_token),
  }));
};

const openOneTap = visitor => visitor.runs(() => Clerk.openGoogleOneTap());

for (const cookies of [false, true]) {
  const mode = cookies ? 'in production' : 'in development';

  visit(`Google One Tap signs in, ${mode}`, async visitor => {
    await openOneTap(visitor);
    await visitor.isSignedInAs(GRACE.identifier);
    assert.equal(await visitor.page.evaluate(() => window.oneTapFor), CLIENT_ID);
  }, { cookies, prepare: tapAs(GRACE.identifier) });

  visit(`Google One Tap signs an unknown user up, ${mode}`, async visitor => {
    await openOneTap(visitor);
    await visitor.isSignedInAs('mary@example.com');
  }, { cookies, prepare: tapAs('mary@example.com') });
}

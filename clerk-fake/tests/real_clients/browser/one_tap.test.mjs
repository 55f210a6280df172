// Google One Tap, by the real component. Google's own script is not there: one in its place signs in whom the test says.
import assert from 'node:assert/strict';
import { GRACE, credentialOf, settings, visit } from './harness.mjs';

const CLIENT_ID = 'app.apps.example';

/** What Google's script is to the component: it is told for whom, and hands a credential over when the user taps. */
const google = credential => `
  let told;
  window.google = { accounts: { id: {
    initialize: options => { told = options; },
    prompt: () => { window.oneTapFor = told.client_id; told.callback({ credential: ${JSON.stringify(credential)}, select_by: 'user' }); },
    cancel: () => {},
  } } };`;

/** Where the page's user has an account at Google, and taps on it. */
const taps = address => async visitor => {
  await settings({ oauth_strategies: ['oauth_google'], google_one_tap_client_id: CLIENT_ID, sign_ups: true });
  const { id_token } = await credentialOf('google_one_tap', address);
  await visitor.page.route('https://accounts.google.com/gsi/client', route => route.fulfill({
    contentType: 'text/javascript', body: google(id_token),
  }));
};

const opens = visitor => visitor.runs(() => Clerk.openGoogleOneTap());

for (const cookies of [false, true]) {
  const mode = cookies ? 'in production' : 'in development';

  visit(`Google One Tap, ${mode}`, async visitor => {
    await opens(visitor);
    await visitor.isSignedInAs(GRACE.identifier);
    assert.equal(await visitor.page.evaluate(() => window.oneTapFor), CLIENT_ID);
  }, { cookies, prepare: taps(GRACE.identifier) });

  visit(`Google One Tap of somebody whom nobody knows, ${mode}`, async visitor => {
    await opens(visitor);
    await visitor.isSignedInAs('mary@example.com');
  }, { cookies, prepare: taps('mary@example.com') });
}

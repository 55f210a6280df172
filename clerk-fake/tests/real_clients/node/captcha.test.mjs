// A captcha in Node, where the real client cannot show one.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ADA, newClient, fake, reset, settings } from './harness.mjs';

beforeEach(reset);

test('an app cannot solve a captcha and makes no call', async () => {
  await settings({ captcha_required: true });
  const clerk = await newClient();
  assert.equal(clerk.client.captchaBypass, false);
  const { error } = await clerk.client.signIn.__internal_future.create({ identifier: ADA.identifier });
  assert.equal(error.code, 'captcha_unavailable');
  const { requests } = await fake('GET', 'requests?limit=10');
  assert.ok(requests.every(request => request.path !== '/v1/client/verify'));
});

test('a client with captcha bypass needs no captcha', async () => {
  await settings({ captcha_required: true });
  const clerk = await newClient();
  // Sends a solved captcha, as a page of the app would.
  await clerk.client.__internal_sendCaptchaToken({ captchaToken: 'solved', captchaWidgetType: 'smart' });
  assert.equal(clerk.client.captchaBypass, true);
  const { error } = await clerk.client.signIn.__internal_future.create({ identifier: ADA.identifier });
  assert.equal(error, null);
});

// A captcha, where the real client has nothing to show it in.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ADA, device, fake, reset, settings } from './harness.mjs';

beforeEach(reset);

test('a captcha cannot be solved in an app, and the server is told nothing', async () => {
  await settings({ captcha_required: true });
  const clerk = await device();
  assert.equal(clerk.client.captchaBypass, false);
  const { error } = await clerk.client.signIn.__internal_future.create({ identifier: ADA.identifier });
  assert.equal(error.code, 'captcha_unavailable');
  const { requests } = await fake('GET', 'requests?limit=10');
  assert.ok(requests.every(request => request.path !== '/v1/client/verify'));
});

test('a device that needs no captcha says so', async () => {
  await settings({ captcha_required: true });
  const clerk = await device();
  // As a page of the app would have it solved.
  await clerk.client.__internal_sendCaptchaToken({ captchaToken: 'solved', captchaWidgetType: 'smart' });
  assert.equal(clerk.client.captchaBypass, true);
  const { error } = await clerk.client.signIn.__internal_future.create({ identifier: ADA.identifier });
  assert.equal(error, null);
});

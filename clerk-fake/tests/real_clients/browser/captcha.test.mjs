// A captcha before the sign-in. Its script comes from the internet, so that another one stands in for it here.
import assert from 'node:assert/strict';
import { ADA, fake, LINUS, settings, visit } from './harness.mjs';

/** Whatever the captcha is asked for, it yields the next of these tokens, or breaks where there is none. */
const standIn = tokens => `
  const tokens = ${JSON.stringify(tokens)};
  window.asked = [];
  window.turnstile = {
    render(_, options) {
      window.asked.push(options.sitekey);
      const token = tokens.shift();
      setTimeout(() => token ? options.callback(token) : options['error-callback']('110200'));
      return 'widget';
    },
    remove() {},
    reset() {},
  };
`;

const wants = tokens => async visitor => {
  await settings({ captcha_required: true });
  await visitor.page.route('https://challenges.cloudflare.com/**', route =>
    tokens ? route.fulfill({ contentType: 'text/javascript', body: standIn(tokens) }) : route.abort());
};

/** What was asked of the server of late, oldest first, as `status parameters`. */
const asked = async path => {
  const { requests } = await fake('GET', 'requests?limit=50');
  return requests.filter(request => request.method === 'POST' && request.path === path).reverse();
};

visit('a captcha', async visitor => {
  await visitor.identify(ADA.identifier);
  await visitor.sees('Enter your password');
  await visitor.enterPassword(ADA.password);
  await visitor.sees('Two-step verification');
  const key = await visitor.runs(() => Clerk.__internal_environment.displayConfig.captchaPublicKey);
  assert.deepEqual(await visitor.runs(() => window.asked), [key]);
  const [verify, ...more] = await asked('/v1/client/verify');
  assert.deepEqual([verify.status, verify.parameters.captcha_widget_type, verify.parameters.captcha_action, more.length],
    [200, 'smart', 'verify', 0]);
  assert.deepEqual((await asked('/v1/client/sign_ins')).map(request => request.errors),
    [['requires_captcha'], []], 'the call is made again');
}, { prepare: wants(['solved']) });

visit('a captcha whose solution is not taken', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.isTold('The captcha was not solved.');
  await visitor.press('Continue');
  await visitor.sees('Check your email');
}, { prepare: wants(['invalid', 'solved']) });

visit('a captcha that does not load', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.isTold('The captcha was not solved.');
  const [verify] = await asked('/v1/client/verify');
  assert.deepEqual([verify.status, verify.errors, verify.parameters.captcha_error],
    [400, ['captcha_invalid'], 'captcha_script_failed_to_load'], 'this client tells the server');
}, { prepare: wants(null) });

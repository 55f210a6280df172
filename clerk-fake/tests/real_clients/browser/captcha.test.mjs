// A captcha before the sign-in. Its real script comes from the internet, so this test replaces it.
import assert from 'node:assert/strict';
import { ADA, fake, LINUS, settings, visit } from './harness.mjs';

/** The replacement script: each captcha yields the next token, and fails when none is left. */
const fakeTurnstile = tokens => `
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

const requireCaptcha = tokens => async visitor => {
  await settings({ captcha_required: true });
  await visitor.page.route('https://challenges.cloudflare.com/**', route =>
    tokens ? route.fulfill({ contentType: 'text/javascript', body: fakeTurnstile(tokens) }) : route.abort());
};

/** The recent POST requests to this path, oldest first. */
const requestsTo = async path => {
  const { requests } = await fake('GET', 'requests?limit=50');
  return requests.filter(request => request.method === 'POST' && request.path === path).reverse();
};

visit('a captcha is solved before the sign-in', async visitor => {
  await visitor.identify(ADA.identifier);
  await visitor.sees('Enter your password');
  await visitor.enterPassword(ADA.password);
  await visitor.sees('Two-step verification');
  const key = await visitor.runs(() => Clerk.__internal_environment.displayConfig.captchaPublicKey);
  assert.deepEqual(await visitor.runs(() => window.asked), [key]);
  const [verify, ...more] = await requestsTo('/v1/client/verify');
  assert.deepEqual([verify.status, verify.parameters.captcha_widget_type, verify.parameters.captcha_action, more.length],
    [200, 'smart', 'verify', 0]);
  assert.deepEqual((await requestsTo('/v1/client/sign_ins')).map(request => request.errors),
    [['requires_captcha'], []], 'the call is repeated');
}, { prepare: requireCaptcha(['solved']) });

visit('a rejected captcha can be solved again', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.isTold('The captcha was not solved.');
  await visitor.press('Continue');
  await visitor.sees('Check your email');
}, { prepare: requireCaptcha(['invalid', 'solved']) });

visit('a captcha that does not load is an error', async visitor => {
  await visitor.identify(LINUS.identifier);
  await visitor.isTold('The captcha was not solved.');
  const [verify] = await requestsTo('/v1/client/verify');
  assert.deepEqual([verify.status, verify.errors, verify.parameters.captcha_error],
    [400, ['captcha_invalid'], 'captcha_script_failed_to_load'], 'this client reports the error to the server');
}, { prepare: requireCaptcha(null) });

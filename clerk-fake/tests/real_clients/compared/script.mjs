// Runs the script with the real client, and prints what each call sent, what it failed with, and what the object shows.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { addUser, fake, mailed, mailedLink, newClient, opened, reset, settings, ticketFor, totp } from '../node/harness.mjs';

/** Asks the test, which has the user's keys. The test answers line by line. */
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function ask(question) {
  process.stdout.write(`${JSON.stringify(question)}\n`);
  return JSON.parse((await answers.next()).value);
}

const base64url = buffer => Buffer.from(buffer).toString('base64url');
const buffer = text => new Uint8Array(Buffer.from(text, 'base64url')).buffer;

/** Lets a passkey answer, as the page's `navigator.credentials.get` would. */
async function getPublicCredentials({ publicKeyOptions: { challenge, allowCredentials = [], ...options } }) {
  const allowed = allowCredentials.map(({ id, ...credential }) => ({ id: base64url(id), ...credential }));
  const request = { challenge: base64url(challenge), allowCredentials: allowed, ...options };
  const { id, rawId, type, response } = await ask({ ask: 'assertion', request });
  const parts = Object.entries(response).filter(([, part]) => part).map(([name, part]) => [name, buffer(part)]);
  const publicKeyCredential = { id, rawId: buffer(rawId), type, response: Object.fromEntries(parts) };
  return { publicKeyCredential, error: null };
}

/** The wallet of the page, if the user has keys. */
const ethereum = {
  async request({ method, params }) {
    if (method === 'eth_requestAccounts') return [await ask({ ask: 'address' })];
    return ask({ ask: 'signature', message: Buffer.from(params[0].replace(/^0x/, ''), 'hex').toString() });
  },
};

/** Gives the user keys. Without them, the page has neither a wallet nor an authenticator. */
async function giveKeys(clerk, user) {
  if (user) await ask({ ask: 'keys', user });
  clerk.__internal_isWebAuthnSupported = () => Boolean(user);
  clerk.__internal_getPublicCredentials = getPublicCredentials;
  globalThis.ethereum = user && ethereum;
  globalThis.addEventListener = user && (() => {});
  globalThis.dispatchEvent = user && (() => true);
}

// The client leaves the page for an identity provider.
globalThis.location = new URL('https://app.example.com/');

const script = JSON.parse(readFileSync(new URL('script.json', import.meta.url)));

/** Replaces the placeholders of the script's parameters. */
async function filled(value, signIn) {
  if (value && typeof value === 'object') {
    const entries = Object.entries(value).map(async ([name, part]) => [name, await filled(part, signIn)]);
    return Object.fromEntries(await Promise.all(entries));
  }
  if (typeof value !== 'string' || !value.startsWith('$')) return value;
  const [, what, of] = value.match(/^\$(\w+):?(.*)$/);
  const factors = [...signIn.supportedFirstFactors ?? [], ...signIn.supportedSecondFactors ?? []];
  const factor = () => factors.find(it => it.safeIdentifier === of && it[what]);
  const proof = () => `proof-of-${signIn.protectCheck.token}`;
  const signature = () => async () => '0x00';
  const oneTap = user => ask({ ask: 'one_tap', user });
  const values = { signature, oneTap, totp, mailed, ticket: ticketFor, emailAddressId: () => factor()[what], phoneNumberId: () => factor()[what], proof };
  return values[what](of);
}

/** What the object shows. */
function shown(signIn) {
  const verification = it => it?.status ? `${it.strategy} ${it.status}` : null;
  const strategies = factors => (factors ?? []).map(factor => factor.strategy);
  return {
    ...signIn.isTransferable !== undefined && { is_transferable: signIn.isTransferable },
    status: signIn.status ?? null,
    identifier: signIn.identifier ?? null,
    created_session: Boolean(signIn.createdSessionId),
    first_factor_verification: verification(signIn.firstFactorVerification),
    second_factor_verification: verification(signIn.secondFactorVerification),
    supported_first_factors: strategies(signIn.supportedFirstFactors),
    supported_second_factors: strategies(signIn.supportedSecondFactors),
  };
}

/** The older object as its last method returned it. A complete one is no longer the client's. */
let older;

let clerk;

/** The methods that are not called with parameters alone. */
const special = {
  /** Begins the flow, and cancels it once the link was sent. */
  async createEmailLinkFlow(signIn, parameters) {
    const { startEmailLinkFlow, cancelEmailLinkFlow } = signIn.createEmailLinkFlow();
    const started = startEmailLinkFlow(parameters);
    await mailedLink('grace@example.com');
    cancelEmailLinkFlow();
    return Promise.race([started, new Promise(resolve => setTimeout(resolve, 500, { error: { code: 'cancelled' } }))]);
  },
  authenticateWithGoogleOneTap(_, parameters) {
    return clerk.authenticateWithGoogleOneTap(parameters);
  },
  validatePassword(signIn, { password }) {
    return new Promise(resolve => {
      const onValidation = ({ complexity }) => resolve(Object.keys(complexity ?? {}).length ? { error: { code: 'broken_rules' } } : {});
      signIn.validatePassword(password, { onValidation });
    });
  },
};

async function called(signIn, name, parameters) {
  const parts = name.split('.');
  const method = parts.pop();
  const object = parts.reduce((it, part) => it[part], signIn);
  // The client polls for a link without end, even if none was sent.
  const patience = new Promise(resolve => setTimeout(resolve, 5_000, { error: { code: 'no_end' } }));
  try {
    const result = await Promise.race([special[name]?.(signIn, parameters) ?? object[method](parameters), patience]);
    if (result?.prepareFirstFactor) older = result;
    const error = result?.error;
    return error ? error.errors?.[0]?.code ?? error.code ?? error.name : null;
  } catch (error) {
    return error.errors?.[0]?.code ?? error.code ?? error.name;
  }
}

const report = [];
for (const { name, object, calls, users = [], settings: changed, protect_checks, keys } of script) {
  await reset();
  if (changed) await settings(changed);
  for (const user of users) await addUser(user);
  clerk = await newClient();
  await giveKeys(clerk, keys);
  if (protect_checks) await fake('POST', 'protect_checks', { demand: protect_checks });
  older = clerk.client.signIn;
  let signIn = clerk.client.signIn.__internal_future;
  const current = () => object === 'future' ? signIn : older;
  for (const [call, parameters] of calls) {
    if (call === '$open') {
      await opened(await mailedLink(parameters));
      continue;
    }
    const given = await filled(parameters, current());
    await fake('DELETE', 'requests');
    const error = await called(current(), call, given);
    if (call === 'reset') signIn = clerk.client.signIn.__internal_future;
    if (error) older = clerk.client.signIn;
    const { requests } = await fake('GET', 'requests');
    report.push({ scenario: name, call, error, requests: requests.reverse(), shows: shown(current()) });
  }
}
process.stdout.write(`${JSON.stringify({ report })}\n`, () => process.exit(0));

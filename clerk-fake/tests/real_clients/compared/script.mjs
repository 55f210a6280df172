// Runs the script with the real client, and prints what each call sent, what it failed with, and what the object shows.
import { readFileSync } from 'node:fs';
import { addUser, fake, mailed, mailedLink, newClient, opened, reset, settings, ticketFor, totp } from '../node/harness.mjs';

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
  const values = { signature, totp, mailed, ticket: ticketFor, emailAddressId: () => factor()[what], phoneNumberId: () => factor()[what], proof };
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
for (const { name, object, calls, users = [], settings: changed, protect_checks } of script) {
  await reset();
  if (changed) await settings(changed);
  for (const user of users) await addUser(user);
  const clerk = await newClient();
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
process.stdout.write(JSON.stringify(report), () => process.exit(0));

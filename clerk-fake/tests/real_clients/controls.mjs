// The fake's controls, and its demo users.
export const FAKE = process.env.CLERK_FAKE_URL;
export const PUBLISHABLE_KEY = process.env.CLERK_PUBLISHABLE_KEY;
export const PACKAGES = process.env.CLERK_PACKAGES;
/** The folder that contains the client and the components, in the version to test. */
export const CLIENT = process.env.CLERK_CLIENT;

export const ADA = { identifier: 'ada@example.com', password: 'correct-horse-battery' };
export const GRACE = { identifier: 'grace@example.com', password: 'nanosecond-of-wire' };
export const LINUS = { identifier: 'linus+clerk_test@example.com', code: '424242' };

/** Calls the fake's controls. */
export async function fake(method, where, body) {
  const answer = await fetch(`${FAKE}/_fake/${where}`, {
    method,
    headers: body && { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(`${method} /_fake/${where}: ${json.error}`);
  return json;
}

/** Resets the server, and sets its clock, which an earlier test may have advanced, to the time of the browser. */
export async function reset() {
  await fake('POST', 'reset');
  await fake('POST', 'clock', { now_ms: Date.now() });
}
export const settings = change => fake('PATCH', 'settings', change);
export const advance = ms => fake('POST', 'clock', { advance_ms: ms });
export const addUser = user => fake('POST', 'users', user);
export const addOrganization = organization => fake('POST', 'organizations', organization);
export const changeUser = (who, change) => fake('PATCH', `users/${who}`, change);
export const fault = what => fake('POST', 'faults', what);
export const clearFaults = () => fake('DELETE', 'faults');
/** Returns a ticket for this user. */
export const ticketFor = async user => (await fake('POST', 'tickets', { user })).ticket;
/** Returns the credential that a provider's own SDK gives an app for this user. */
export const credentialOf = (strategy, email_address) =>
  fake('POST', 'provider/credentials', { strategy, email_address });
export const totp = async who => (await fake('GET', `users/${who}/totp`)).code;

const newest = async to => {
  const { messages } = await fake('GET', `outbox?wait_ms=5000&limit=1&to=${encodeURIComponent(to)}`);
  return messages[0];
};

/** Returns the code in the newest message to this address. */
export const mailed = async to => (await newest(to)).code;
/** Returns the link in the newest message to this address. */
export const mailedLink = async to => (await newest(to)).link;

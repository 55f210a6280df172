// An authenticator in the browser that stores passkeys and signs, as a phone or a laptop does. It is the virtual
// authenticator of Web Authentication section 11.

/** Its user always touches it, and is recognised until the test says otherwise. */
export async function authenticator(visitor) {
  const devtools = await visitor.page.context().newCDPSession(visitor.page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const send = (method, more) => devtools.send(`WebAuthn.${method}`, { authenticatorId, ...more });
  return {
    recognises: isUserVerified => send('setUserVerified', { isUserVerified }),
    forgets: () => send('clearCredentials'),
    passkeys: async () => (await send('getCredentials')).credentials,
  };
}

// Chromium with a page that has the real client and the real <SignIn/>. Its origin differs from that of clerk-fake.
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { api } from './api.mjs';
import { CLIENT, FAKE, PACKAGES, PUBLISHABLE_KEY, reset, settings } from '../controls.mjs';

export * from '../controls.mjs';

const SCREENSHOTS = process.env.CLERK_SCREENSHOTS;
const { chromium } = createRequire(import.meta.url)(path.join(PACKAGES, 'playwright-core'));

// The host tells the client to use a cookie, as in production. `test` tells it that http is allowed.
const COOKIES_KEY = `pk_test_${Buffer.from('clerk.example.com$').toString('base64')}`;

// The page of the README, unchanged.
const readme = await readFile(new URL('../../../../README.md', import.meta.url), 'utf8');
const readmePage = readme.match(/```html\n(.*?)```/s)[1].replaceAll('http://127.0.0.1:4010', FAKE);

const app = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://app');
  if (pathname.startsWith('/api/')) return api(request, response);
  const [, packaged, file] = pathname.match(/^\/(clerk-js|ui)\/([\w.-]+)$/) ?? [];
  const content = packaged ? path.join(CLIENT, '@clerk', packaged, 'dist', file) : new URL('page.html', import.meta.url);
  const type = packaged ? 'text/javascript' : 'text/html';
  try {
    const body = await readFile(content);
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});

const readmeApp = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(readmePage);
});

let browser;

before(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  for (const server of [app, readmeApp]) await new Promise(listening => server.listen(0, '127.0.0.1', listening));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // The client treats an automated browser as offline, and then hides network errors.
      '--disable-blink-features=AutomationControlled',
    ],
  });
});

after(async () => {
  await browser?.close();
  for (const server of [app, readmeApp]) {
    server.close();
    server.closeAllConnections();
  }
});

/**
 * Defines a test with a fresh browser. The server is reset, and then changed by `prepare`.
 *
 * - `cookies` makes the instance one in production.
 * - `host` is the host of the page.
 * - `shows` chooses the component: `sign-in`, `sign-up` or `both`.
 * - `popups` opens providers in a window of their own.
 */
export function visit(name, steps, { cookies = false, host = '127.0.0.1', prepare, shows = 'sign-in', popups } = {}) {
  test(name, async () => {
    await reset();
    if (cookies) await settings({ development: false });
    const context = await browser.newContext({ viewport: { width: 480, height: 560 } });
    try {
      const page = await context.newPage();
      const visitor = new Visitor(page, name);
      await prepare?.(visitor);
      const parameters = {
        publishable_key: cookies ? COOKIES_KEY : PUBLISHABLE_KEY,
        proxy_url: FAKE.replace('127.0.0.1', cookies ? host : '127.0.0.1'),
        shows,
        ...popups && { oauth_flow: 'popup' },
      };
      await visitor.open(host, parameters);
      await steps(visitor);
    } finally {
      await context.close();
    }
  });
}

/** A user in front of the page. Each step that waits for something saves a screenshot. */
class Visitor {
  #test;
  #pictures = 0;

  constructor(page, test) {
    this.page = page;
    this.#test = test;
    page.setDefaultTimeout(10_000);
  }

  async open(host, parameters) {
    await this.page.goto(`http://${host}:${app.address().port}/?${new URLSearchParams(parameters)}`);
    await this.#picture('form', this.page.getByRole('heading').first());
  }

  /** Opens the page again with these parameters in the query. */
  async follows(query) {
    const url = new URL(this.page.url());
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    await this.page.goto(url.href);
  }

  async openReadmePage() {
    await this.page.goto(`http://127.0.0.1:${readmeApp.address().port}/`);
    await this.sees('Sign in to Clerk fake');
  }

  /** Ticks the checkbox. A form that is drawn anew during the click loses the tick, so the user then clicks again. */
  async ticksTheCheckbox() {
    const checkbox = this.page.getByRole('checkbox');
    const giveUpAt = Date.now() + 10_000;
    await checkbox.click();
    while (!await checkbox.isChecked()) {
      if (Date.now() > giveUpAt) throw new Error('the checkbox stays unticked');
      await this.page.waitForTimeout(250);
      if (!await checkbox.isChecked()) await checkbox.click();
    }
  }

  /** Opens a link in another tab of the same browser. */
  async opensInAnotherTab(link) {
    return this.#opens(link, this.page.context());
  }

  /** Opens a link in another browser. */
  async opensElsewhere(link) {
    return this.#opens(link, await browser.newContext());
  }

  async #opens(link, context) {
    const tab = new Visitor(await context.newPage(), `${this.#test} link`);
    await tab.page.goto(link);
    return tab;
  }

  /** Returns the window that the app opens when `opens` runs. */
  async popup(opens) {
    const [page] = await Promise.all([this.page.waitForEvent('popup'), opens()]);
    return new Visitor(page, `${this.#test} popup`);
  }

  /** Replaces the page of Clerk's account portal at which popups end. It tells the app the next URL or the new session. */
  async answersForTheAccountPortal() {
    await this.page.context().route(/popup-callback/, async route => {
      const { searchParams } = new URL(route.request().url());
      const goesOn = searchParams.get('return_url');
      const client = await fetch(`${FAKE}/v1/client?__clerk_db_jwt=${searchParams.get('__clerk_db_jwt')}`);
      const { response } = await client.json();
      const told = goesOn ? { return_url: goesOn } : { session: response.last_active_session_id };
      const body = `<script>opener.postMessage(${JSON.stringify(told)}, '*'); close();</script>`;
      await route.fulfill({ contentType: 'text/html', body });
    });
  }

  async openControls() {
    await this.page.goto(`${FAKE}/_fake`);
  }

  async reads(text) {
    await this.#picture(text, this.page.getByText(text).first());
  }

  async fill(label, text) {
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  async press(name) {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  /** The accessible names of these buttons differ between versions. */
  async pressWallet(name) {
    await this.page.getByRole('button', { name: `with ${name}` }).click();
  }

  /** The accessible names of these buttons contain more than the provider's name. */
  async pressProvider(name) {
    await this.page.getByRole('button', { name: new RegExp(name) }).first().click();
  }

  /** Agrees at the provider, with the account of this address. */
  async agrees(address) {
    await this.sees('Sign in with google');
    await this.page.locator(`button[value="${address}"]`).click();
  }

  async follow(link) {
    await this.page.getByRole('link', { name: link, exact: true }).click();
  }

  async identify(identifier) {
    await this.fill('Email address or username', identifier);
    await this.press('Continue');
  }

  async enterPassword(password) {
    await this.fill('Password', password);
    await this.press('Continue');
  }

  /** Types a code. The form submits it after the last digit. */
  async enterCode(code) {
    const field = this.page.getByLabel('Enter verification code');
    // After a wrong code, the form clears the field first.
    await this.page.waitForFunction(field => field.value === '' && !field.disabled, await field.elementHandle());
    await field.pressSequentially(code);
  }

  async sees(heading) {
    await this.#picture(heading, this.page.getByRole('heading', { name: heading, exact: true }));
  }

  async isTold(message) {
    await this.#picture(message, this.page.getByRole('paragraph').filter({ hasText: message }));
  }

  async isSignedInAs(address) {
    await this.#picture('signed in', this.page.locator('#signed-in').filter({ hasText: address }));
  }

  async reload() {
    await this.page.reload();
  }

  async signOut() {
    await this.page.evaluate(() => Clerk.signOut());
    await this.sees('Sign in to Clerk fake');
  }

  /** Runs code of the app in the page. */
  async runs(code, argument) {
    return this.page.evaluate(code, argument);
  }

  async hasCookie(name) {
    return (await this.page.context().cookies()).some(cookie => cookie.name === name);
  }

  /** Takes a step whose request fails. The form shows nothing then. */
  async losesConnection(step) {
    await Promise.all([this.page.waitForEvent('requestfailed'), step()]);
    await this.#picture('lost', this.page.getByRole('button', { name: 'Continue', exact: true, disabled: false }));
  }

  async #picture(step, shown) {
    await shown.waitFor();
    this.#pictures += 1;
    const name = `${this.#test} ${this.#pictures} ${step}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), animations: 'disabled' });
  }
}

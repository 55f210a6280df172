// The app's own backend: Express with Clerk's middleware, unmodified.
import { createRequire } from 'node:module';
import path from 'node:path';
import { FAKE, PACKAGES, PUBLISHABLE_KEY } from '../controls.mjs';

const require = createRequire(path.join(PACKAGES, 'backend/package.json'));
const { clerkMiddleware, getAuth } = require('@clerk/express');

export const api = require('express')();

api.use(clerkMiddleware({
  publishableKey: PUBLISHABLE_KEY, secretKey: 'sk_test_fake', apiUrl: FAKE, jwtKey: process.env.CLERK_JWT_KEY,
}));

api.get('/api/me', (request, response) => {
  const { userId, sessionId, sessionStatus } = getAuth(request);
  const reason = response.getHeader('x-clerk-auth-reason');
  response.status(userId ? 200 : 401).json({ userId, sessionId, sessionStatus, reason });
});

/** Endpoints of the library that would open a second way to what the pages and stores here do, or that nothing uses. */
export const WITHDRAWN_ENDPOINTS: readonly string[] = [
  '/token',
  '/oauth2/create-client',
  '/oauth2/update-client',
  '/oauth2/client/rotate-secret',
  '/oauth2/delete-client',
  '/oauth2/get-client',
  '/oauth2/get-clients',
  '/oauth2/public-client',
  '/oauth2/public-client-prelogin',
  '/oauth2/get-consent',
  '/oauth2/get-consents',
  '/oauth2/update-consent',
  '/oauth2/delete-consent',
  '/oauth2/end-session',
  '/oauth2/end-session/confirm',
  // A second factor by mail would be the first one again: whoever reads the mail can also choose a new password.
  '/two-factor/send-otp',
  '/two-factor/verify-otp',
  // The secret is shown once, when it is made.
  '/two-factor/get-totp-uri',
];

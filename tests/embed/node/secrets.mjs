// What calendar.wasm imports as `secrets`: the OAuth clients registered with the providers, from the environment.

const { env } = process;

function client(name, redirectUri, endpoints) {
  const id = env[`${name}_CLIENT_ID`];
  return id && { id, secret: env[`${name}_CLIENT_SECRET`], redirectUri: env[`${name}_REDIRECT_URI`] ?? redirectUri, endpoints };
}

export const secrets = {
  // The client of a provider; undefined = not configured. The addresses are the providers' own unless set.
  getOauthClient(provider) {
    if (provider === "google") {
      return client("GOOGLE", "http://127.0.0.1:8765/callback", {
        authorize: env.GOOGLE_AUTHORIZE_URL,
        token: env.GOOGLE_TOKEN_URL,
        revoke: env.GOOGLE_REVOKE_URL,
        api: env.GOOGLE_API_URL,
      });
    }
    const found = client("OUTLOOK", "http://localhost:8765/callback", {
      authorize: env.OUTLOOK_AUTHORIZE_URL,
      token: env.OUTLOOK_TOKEN_URL,
      deviceCode: env.OUTLOOK_DEVICE_CODE_URL,
      api: env.OUTLOOK_API_URL,
    });
    return found && { ...found, tenant: env.OUTLOOK_TENANT_ID };
  },
};

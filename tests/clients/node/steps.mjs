// One printed line for each step of a client program, and the sandbox's control plane. The first failure ends the program.

export const BASE = process.env.SANDBOX_URL;

export function steps(client) {
  return async (text, block) => {
    try {
      await block();
    } catch (error) {
      console.log(`FAILED ${client}: ${text}`);
      console.log(error?.stack ?? error);
      process.exit(1);
    }
    console.log(`ok ${client}: ${text}`);
  };
}

export async function control(method, path, body) {
  const init = { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) };
  const answer = await fetch(`${BASE}/_sandbox${path}`, init);
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return text ? JSON.parse(text) : undefined;
}

export async function accessToken(vendor, email, scopes) {
  return (await control("POST", "/oauth/access_token", { vendor, email, scopes })).access_token;
}

// The exchanges that the block caused.
export async function exchanges(block) {
  await control("DELETE", "/exchanges");
  await block();
  return control("GET", "/exchanges");
}

// The error the promise must end with.
export async function refused(promise) {
  let answer;
  try {
    answer = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`not refused, but answered ${JSON.stringify(answer)}`);
}

// 00:00 UTC on Monday of this week in Berlin, where the sandbox's people live, so many days and hours on.
export function moment(days, hours = 0, minutes = 0) {
  const today = new Date(new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin" }).format(new Date()));
  const monday = today.getUTCDate() - ((today.getUTCDay() + 6) % 7);
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), monday + days, hours, minutes));
}

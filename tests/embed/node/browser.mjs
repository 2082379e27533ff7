// The user's browser, before a sandbox whose consent page answers by itself: where it is sent with the code.

export async function consent(url) {
  const answer = await fetch(url, { redirect: "manual" });
  const callback = answer.headers.get("location");
  if (!callback) throw new Error(`no consent: ${answer.status} ${await answer.text()}`);
  return callback;
}

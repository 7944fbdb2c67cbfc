/** Hands a webhook on. What fails is tried again by Lambda itself: after a minute, after two more, and then `failed.mjs` is told. */
export async function handler(hook) {
  const answer = await fetch(process.env.FORWARD_TO, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hook-id": hook.id, "x-hook-source": hook.source },
    body: hook.body,
  });
  if (!answer.ok) {
    throw new Error(`${process.env.FORWARD_TO} answered ${answer.status}`);
  }
  console.log("delivered %s", hook.id);
  return { status: answer.status };
}

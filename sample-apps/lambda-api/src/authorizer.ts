/** Who may ask for quotes: whoever has a token `<customer>.<expires>.<signature>`. */
import { createHmac, timingSafeEqual } from "node:crypto";

import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from "aws-lambda";

type Answer = APIGatewaySimpleAuthorizerWithContextResult<{ customer: string }>;

const refused: Answer = { isAuthorized: false, context: { customer: "" } };

export async function handler(event: APIGatewayRequestAuthorizerEventV2): Promise<Answer> {
  const token = event.headers?.["authorization"]?.replace(/^Bearer /i, "") ?? "";
  const [customer, expires, signature] = token.split(".");
  if (!customer || !expires || !signature || !isSigned(`${customer}.${expires}`, signature)) {
    return refused;
  }
  // By the time of the request, so that tests and replays decide as the day itself did.
  if (Number(expires) * 1000 <= event.requestContext.timeEpoch) {
    console.warn("token of %s has expired", customer);
    return refused;
  }
  return { isAuthorized: true, context: { customer } };
}

function isSigned(text: string, signature: string): boolean {
  const expected = createHmac("sha256", process.env["TOKEN_SECRET"] ?? "").update(text).digest();
  const given = Buffer.from(signature, "base64url");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

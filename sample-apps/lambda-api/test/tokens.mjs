import { createHmac } from "node:crypto";

/** A token of `customer`, good until `expires` (seconds since 1970). */
export function token(customer, expires) {
  const text = `${customer}.${Math.round(expires)}`;
  return `${text}.${createHmac("sha256", "only-for-this-machine").update(text).digest("base64url")}`;
}

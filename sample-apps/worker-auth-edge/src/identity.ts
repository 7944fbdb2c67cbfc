/** Who somebody is, as a verified token says. */
import type { JWTPayload } from "jose";

/** `auditor` may see the sessions of everybody, `admin` may end them as well. */
export const ROLES = ["auditor", "admin"] as const;
export type Role = (typeof ROLES)[number];

export type Identity = {
  subject: string;
  roles: Role[];
  /** The session that the token belongs to; a token of the issuer's own belongs to none. */
  session: string | null;
};

/** The identity in verified claims; `null` where they do not name anybody. Roles that are not known here count for nothing. */
export function identityOf({ sub, roles, sid }: JWTPayload): Identity | null {
  if (sub === undefined || sub === "") return null;
  const claimed: unknown[] = Array.isArray(roles) ? roles : [];
  return { subject: sub, roles: ROLES.filter((role) => claimed.includes(role)), session: typeof sid === "string" ? sid : null };
}

/** Middleware that says who may come in. */
import { createMiddleware } from "hono/factory";

import type { Env } from "./env";
import type { Role } from "./identity";
import { Refusal } from "./refusal";
import { verify } from "./tokens";

/** Lets in whoever brings a good token, of either kind. */
export const authenticate = createMiddleware<Env>(async (c, next) => {
  const [, token] = /^bearer +([^ ]+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
  if (token === undefined) throw new Refusal(401, "no_token", "a bearer token is needed");
  c.set("identity", await verify(c.env, token));
  await next();
});

/** Behind `authenticate`: lets in whoever has one of the roles. */
export function allow(...roles: Role[]) {
  return createMiddleware<Env>(async (c, next) => {
    if (!c.var.identity.roles.some((role) => roles.includes(role))) {
      throw new Refusal(403, "wrong_role", `one of these roles is needed: ${roles.join(", ")}`);
    }
    await next();
  });
}

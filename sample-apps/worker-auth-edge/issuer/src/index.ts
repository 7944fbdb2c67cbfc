/**
 * An identity provider for trying things out: it gives a token to whoever asks. It stands in for the real one (Auth0, Keycloak, Entra…),
 * of which the Worker beside it knows no more than the address of the public keys.
 */
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from "jose";
import { Hono } from "hono";

type Env = { Bindings: { KEYS: KVNamespace } };
/** Private keys, the one that signs last. */
type Ring = JWK[];

const ALGORITHMS = ["RS256", "ES256", "EdDSA"];
const RING = "ring";

const app = new Hono<Env>();

app.get("/.well-known/jwks.json", async (c) => {
  const ring = await ringOf(c.env.KEYS);
  return c.json({ keys: ring.map(publicPart) });
});

/** `{ "sub": "ada", "roles": ["admin"], … }`, any claims; `expires_in` is in seconds and may be negative. */
app.post("/tokens", async (c) => {
  const { expires_in = 600, ...claims } = await c.req.json<Record<string, unknown> & { expires_in?: number }>();
  const key = (await ringOf(c.env.KEYS)).at(-1) ?? (await addKey(c.env.KEYS, "ES256"));
  const issuer = new URL(c.req.url).origin;
  const token = await new SignJWT({ iss: issuer, aud: "auth-edge", exp: Math.floor(Date.now() / 1000) + expires_in, ...claims })
    .setProtectedHeader({ alg: key.alg as string, kid: key.kid })
    .sign(await importJWK(key));
  return c.text(token);
});

/** A new key that signs from now on; the earlier ones stay published. `?alg=RS256`, ES256 or EdDSA. */
app.post("/keys", async (c) => {
  const alg = c.req.query("alg") ?? "ES256";
  if (!ALGORITHMS.includes(alg)) return c.text(`alg must be one of ${ALGORITHMS.join(", ")}\n`, 400);
  return c.json(publicPart(await addKey(c.env.KEYS, alg)), 201);
});

/** Takes a key back. */
app.delete("/keys/:kid", async (c) => {
  const ring = await ringOf(c.env.KEYS);
  await c.env.KEYS.put(RING, JSON.stringify(ring.filter(({ kid }) => kid !== c.req.param("kid"))));
  return c.body(null, 204);
});

async function ringOf(kv: KVNamespace): Promise<Ring> {
  return (await kv.get<Ring>(RING, "json")) ?? [];
}

async function addKey(kv: KVNamespace, alg: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const key: JWK = { ...(await exportJWK(privateKey)), alg, use: "sig", kid: crypto.randomUUID() };
  await kv.put(RING, JSON.stringify([...(await ringOf(kv)), key]));
  return key;
}

/** Without the members that make it private: https://www.rfc-editor.org/rfc/rfc7518#section-6 */
function publicPart({ d, p, q, dp, dq, qi, ...rest }: JWK): JWK {
  return rest;
}

export default app;

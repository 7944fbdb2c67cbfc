/** The two kinds of JWT that are taken here: the issuer's, and the access tokens that this Worker signs itself. */
import { decodeJwt, errors, importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK, type JWTPayload } from "jose";

import type { Bindings } from "./env";
import { identityOf, type Identity, type Role } from "./identity";
import { withIssuerKeys } from "./jwks";
import { Refusal } from "./refusal";

/** The `iss` of our own tokens. */
const SELF = "worker-auth-edge";
/** Listed, so that no token can choose a weaker one, or one that takes a public key for a shared secret. */
const ISSUER_ALGORITHMS = ["RS256", "ES256", "EdDSA"];
/** Nothing is looked up for an access token, so this is how long one outlives the end of its session. */
export const ACCESS_SECONDS = 5 * 60;
/** How far the issuer's clock and ours may be apart. */
const TOLERANCE_SECONDS = 5;

/** Whoever a token of either kind names. Throws a `Refusal` for any other text. */
export async function verify(env: Bindings, token: string): Promise<Identity> {
  const claims = await refusing(() => (decodeJwt(token).iss === SELF ? ownClaims(env, token) : issuerClaims(env, token)));
  const identity = identityOf(claims);
  if (identity === null) throw new Refusal(401, "no_subject", "the token names nobody");
  return identity;
}

/** A new access token for a session. */
export async function sign(env: Bindings, session: { id: string; subject: string; roles: Role[] }): Promise<string> {
  const { privateKey, kid } = await signingKey(env);
  return new SignJWT({ roles: session.roles, sid: session.id })
    .setProtectedHeader({ alg: "ES256", kid })
    .setIssuer(SELF)
    .setAudience(env.AUDIENCE)
    .setSubject(session.subject)
    .setIssuedAt()
    .setExpirationTime(`${ACCESS_SECONDS}s`)
    .sign(privateKey);
}

/** Our own public key, for other services that take our tokens. */
export async function publicKeys(env: Bindings): Promise<{ keys: JWK[] }> {
  return { keys: [(await signingKey(env)).publicJwk] };
}

async function ownClaims(env: Bindings, token: string): Promise<JWTPayload> {
  const { publicKey } = await signingKey(env);
  const { payload } = await jwtVerify(token, publicKey, { issuer: SELF, audience: env.AUDIENCE, algorithms: ["ES256"] });
  return payload;
}

async function issuerClaims(env: Bindings, token: string): Promise<JWTPayload> {
  const options = { issuer: env.ISSUER, audience: env.AUDIENCE, algorithms: ISSUER_ALGORITHMS, clockTolerance: TOLERANCE_SECONDS, requiredClaims: ["exp"] };
  const { payload } = await withIssuerKeys(env, (find) => jwtVerify(token, find, options));
  return payload;
}

/** jose's errors in this API's words: the code says what a client can do about it. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new Refusal(401, "token_expired", "the token has expired");
    if (error instanceof errors.JWTClaimValidationFailed) throw new Refusal(401, "wrong_claim", `the token's ${error.claim} is not right`);
    if (error instanceof errors.JOSEError) throw new Refusal(401, "bad_token", "this is no token of ours");
    throw error;
  }
}

type SigningKey = { source: string; kid: string; privateKey: CryptoKey; publicKey: CryptoKey; publicJwk: JWK };
let current: SigningKey | null = null;

/** The key of `SIGNING_KEY`, imported once for as long as the secret stays the same. */
async function signingKey({ SIGNING_KEY: source }: Bindings): Promise<SigningKey> {
  if (current?.source === source) return current;
  const { d, ...rest } = JSON.parse(source) as JWK;
  if (!d || !rest.kid) throw new Error("SIGNING_KEY must be a private JWK with a `kid`");
  const publicJwk: JWK = { ...rest, alg: "ES256", use: "sig" };
  const privateKey = (await importJWK({ ...rest, d }, "ES256")) as CryptoKey;
  const publicKey = (await importJWK(publicJwk, "ES256")) as CryptoKey;
  current = { source, kid: rest.kid, privateKey, publicKey, publicJwk };
  return current;
}

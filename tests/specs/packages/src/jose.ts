import * as jose_ from "jose";

const SECRET = new TextEncoder().encode("a secret of at least thirty-two bytes");
const ALGORITHMS = ["RS256", "PS384", "ES256", "ES384", "EdDSA"];

async function signedBy(algorithm: string) {
  const { publicKey, privateKey } = await jose_.generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await jose_.exportJWK(publicKey)), alg: algorithm, kid: await jose_.calculateJwkThumbprint(await jose_.exportJWK(publicKey)) };
  const token = await new jose_.SignJWT({ admin: true })
    .setProtectedHeader({ alg: algorithm, kid: jwk.kid })
    .setIssuer("issuer")
    .setExpirationTime("2h")
    .sign(await jose_.importPKCS8(await jose_.exportPKCS8(privateKey), algorithm));
  const { payload } = await jose_.jwtVerify(token, jose_.createLocalJWKSet({ keys: [jwk] }), { issuer: "issuer" });
  const spki = await jose_.importSPKI(await jose_.exportSPKI(publicKey), algorithm);
  return [payload.admin, (await jose_.jwtVerify(token, spki)).protectedHeader.alg, await nameOf(jose_.jwtVerify(`${token.slice(0, -6)}AAAAAA`, spki))];
}

async function nameOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "taken",
    (error) => `${error.name} ${error.code} ${error.message}`,
  );
}

async function encrypted(alg: string, enc: string, key: Uint8Array | jose_.CryptoKey, open: Uint8Array | jose_.CryptoKey = key) {
  const text = await new jose_.CompactEncrypt(new TextEncoder().encode("secret text")).setProtectedHeader({ alg, enc }).encrypt(key);
  const { plaintext } = await jose_.compactDecrypt(text, open, { keyManagementAlgorithms: [alg] });
  return [new TextDecoder().decode(plaintext), text.split(".").length];
}

export async function jose() {
  const token = await new jose_.SignJWT({ n: 1 }).setProtectedHeader({ alg: "HS256" }).setSubject("user").setIssuedAt(1_700_000_000).setExpirationTime(1_700_003_600).sign(SECRET);
  const rsa = await jose_.generateKeyPair("RSA-OAEP-256");
  const ec = await jose_.generateKeyPair("ECDH-ES+A128KW");
  return {
    hs256: token,
    decoded: [jose_.decodeJwt(token), jose_.decodeProtectedHeader(token)],
    expired: await nameOf(jose_.jwtVerify(token, SECRET)),
    "at another time": (await jose_.jwtVerify(token, SECRET, { currentDate: new Date(1_700_000_001_000) })).payload,
    forged: await nameOf(jose_.jwtVerify(token, new TextEncoder().encode("another secret of thirty-two bytes!"))),
    "wrong subject": await nameOf(jose_.jwtVerify(token, SECRET, { currentDate: new Date(1_700_000_001_000), subject: "other" })),
    "no token": await nameOf(jose_.jwtVerify("a.b", SECRET)),
    ...Object.fromEntries(await Promise.all(ALGORITHMS.map(async (algorithm) => [algorithm, await signedBy(algorithm)]))),
    dir: await encrypted("dir", "A256GCM", new Uint8Array(32).fill(7)),
    cbc: await encrypted("dir", "A128CBC-HS256", new Uint8Array(32).fill(7)),
    "A256KW": await encrypted("A256KW", "A256GCM", new Uint8Array(32).fill(1)),
    "RSA-OAEP-256": await encrypted("RSA-OAEP-256", "A256GCM", rsa.publicKey, rsa.privateKey),
    "ECDH-ES+A128KW": await encrypted("ECDH-ES+A128KW", "A128GCM", ec.publicKey, ec.privateKey),
    "PBES2-HS256+A128KW": await encrypted("PBES2-HS256+A128KW", "A128GCM", SECRET),
  };
}

import { bytes, failure, failures, hex, utf8, type Observations } from "./observe";

const { subtle } = crypto;
const digest = async (name: any) => hex(await subtle.digest(name, utf8("abc")));
const secret = (length = 16) => bytes(...Array.from({ length }, (_, i) => i));
const usages = ["sign", "verify"] as any;
const hmac = (hash = "SHA-256") => subtle.importKey("raw", utf8("key"), { name: "HMAC", hash }, true, usages);
const aes = (name: string, more = {}) => subtle.importKey("raw", secret(), { name, ...more } as any, true, ["encrypt", "decrypt"] as any);

export const cryptography: Observations = {
  "digests": async () => {
    const all = [];
    for (const name of ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512", "sha-256"]) all.push(await digest(name));
    return all;
  },
  "digest by object": () => digest({ name: "SHA-1" }),
  "digest unknown": () => digest("SHA-3"),
  "digest without data": () => (subtle as any).digest("SHA-1"),
  "digest of text": () => (subtle as any).digest("SHA-1", "abc"),
  "random sizes": () => failures(() => crypto.getRandomValues(new Uint8Array(65536)).length, () => crypto.getRandomValues(new Uint8Array(65537)), () => crypto.getRandomValues(new Float32Array(1) as any), () => crypto.getRandomValues([] as any), () => (crypto as any).getRandomValues()),
  "random returns its argument": () => {
    const view = new Uint16Array(2);
    return crypto.getRandomValues(view) === view;
  },
  "randomUUID": () => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
  "hmac": async () => hex(await subtle.sign("HMAC", await hmac(), utf8("data"))),
  "hmac verify": async () => {
    const key = await hmac();
    const signature = await subtle.sign("HMAC", key, utf8("data"));
    return [await subtle.verify("HMAC", key, signature, utf8("data")), await subtle.verify("HMAC", key, signature, utf8("datb")), await subtle.verify("HMAC", key, bytes(1), utf8("data"))];
  },
  "hmac key": async () => {
    const key = await hmac("SHA-512");
    return [key.type, key.extractable, key.algorithm, key.usages, String(key), hex(await subtle.exportKey("raw", key) as ArrayBuffer), await subtle.exportKey("jwk", key)];
  },
  "hmac key generated": async () => ((await subtle.generateKey({ name: "HMAC", hash: "SHA-1" }, true, usages)) as CryptoKey).algorithm,
  "hmac without hash": () => subtle.importKey("raw", utf8("k"), { name: "HMAC" } as any, true, usages),
  "hmac empty key": () => subtle.importKey("raw", bytes(), { name: "HMAC", hash: "SHA-1" }, true, usages),
  "hmac without usages": () => subtle.importKey("raw", utf8("k"), { name: "HMAC", hash: "SHA-1" }, true, []),
  "hmac wrong usage": () => subtle.importKey("raw", utf8("k"), { name: "HMAC", hash: "SHA-1" }, true, ["encrypt"]),
  "sign without the usage": async () => subtle.sign("HMAC", await subtle.importKey("raw", utf8("k"), { name: "HMAC", hash: "SHA-1" }, true, ["verify"]), utf8("x")),
  "sign with another algorithm": async () => subtle.sign("ECDSA", await hmac(), utf8("x")),
  "sign with an unknown algorithm": async () => subtle.sign("nope", await hmac(), utf8("x")),
  "not extractable": async () => subtle.exportKey("raw", await subtle.importKey("raw", utf8("k"), { name: "HMAC", hash: "SHA-1" }, false, usages)),
  "unknown format": () => subtle.importKey("nope" as any, utf8("k"), { name: "HMAC", hash: "SHA-1" }, true, usages),
  "unknown algorithm": () => subtle.importKey("raw", utf8("k"), "nope", true, usages),
  "unknown usage": () => subtle.importKey("raw", utf8("k"), { name: "HMAC", hash: "SHA-1" }, true, ["nope" as any]),
  "aes-gcm": async () => {
    const key = await aes("AES-GCM");
    const sealed = await subtle.encrypt({ name: "AES-GCM", iv: secret(12), additionalData: utf8("more") }, key, utf8("plain"));
    return [hex(sealed), await failure(() => subtle.decrypt({ name: "AES-GCM", iv: secret(12) }, key, sealed)), new TextDecoder().decode(await subtle.decrypt({ name: "AES-GCM", iv: secret(12), additionalData: utf8("more") }, key, sealed))];
  },
  "aes-gcm tag lengths": async () => {
    const key = await aes("AES-GCM");
    return failures(...[32, 96, 128, 33, 0].map((tagLength) => async () => hex(await subtle.encrypt({ name: "AES-GCM", iv: secret(12), tagLength }, key, utf8("x")))));
  },
  "aes-gcm without iv": async () => subtle.encrypt({ name: "AES-GCM" } as any, await aes("AES-GCM"), utf8("x")),
  "aes-gcm too short": async () => subtle.decrypt({ name: "AES-GCM", iv: secret(12) }, await aes("AES-GCM"), bytes(1)),
  "aes-cbc": async () => hex(await subtle.encrypt({ name: "AES-CBC", iv: secret() }, await aes("AES-CBC"), utf8("plain"))),
  "aes-cbc wrong iv": async () => subtle.encrypt({ name: "AES-CBC", iv: secret(3) }, await aes("AES-CBC"), utf8("plain")),
  "aes-cbc broken": async () => subtle.decrypt({ name: "AES-CBC", iv: secret() }, await aes("AES-CBC"), secret()),
  "aes-ctr": async () => hex(await subtle.encrypt({ name: "AES-CTR", counter: secret(), length: 64 }, await aes("AES-CTR"), utf8("plain"))),
  "aes-kw": async () => {
    const key = await subtle.importKey("raw", secret(), "AES-KW", true, ["wrapKey", "unwrapKey"]);
    return hex(await subtle.wrapKey("raw", await aes("AES-GCM"), key, "AES-KW"));
  },
  "aes key of a wrong length": () => subtle.importKey("raw", secret(15), "AES-GCM", true, ["encrypt"]),
  "aes key": async () => {
    const key = await aes("AES-GCM");
    return [key.algorithm, await subtle.exportKey("jwk", key)];
  },
  "aes generate lengths": () => failures(...[128, 192, 256, 64].map((length) => async () => ((await subtle.generateKey({ name: "AES-GCM", length }, true, ["encrypt"])) as CryptoKey).algorithm)),
  "pbkdf2": async () => hex(await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: utf8("salt"), iterations: 2 }, await subtle.importKey("raw", utf8("password"), "PBKDF2", false, ["deriveBits"]), 256)),
  "pbkdf2 iterations": async () => {
    const key = await subtle.importKey("raw", utf8("password"), "PBKDF2", false, ["deriveBits"]);
    const derive = (iterations: number, bits: any = 128) => subtle.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt: utf8("s"), iterations }, key, bits);
    return failures(() => derive(0), () => derive(100_001), () => derive(1, 7), () => derive(1, 0), () => derive(1, null));
  },
  "pbkdf2 extractable": () => subtle.importKey("raw", utf8("password"), "PBKDF2", true, ["deriveBits"]),
  "hkdf": async () => hex(await subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: utf8("salt"), info: utf8("info") }, await subtle.importKey("raw", utf8("key"), "HKDF", false, ["deriveBits"]), 128)),
  "derive a key": async () => {
    const base = await subtle.importKey("raw", utf8("password"), "PBKDF2", false, ["deriveKey"]);
    const key = await subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt: utf8("salt"), iterations: 1 }, base, { name: "AES-GCM", length: 256 }, true, ["encrypt"]);
    return hex(await subtle.exportKey("raw", key) as ArrayBuffer);
  },
  "ecdsa": async () => {
    const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, usages) as CryptoKeyPair;
    const signature = await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, utf8("x"));
    const jwk = await subtle.exportKey("jwk", pair.publicKey) as JsonWebKey;
    return [signature.byteLength, await subtle.verify({ name: "ECDSA", hash: "SHA-256" }, pair.publicKey, signature, utf8("x")), Object.keys(jwk), pair.publicKey.usages, pair.privateKey.usages, pair.publicKey.algorithm];
  },
  "ecdsa curves": () => failures(...["P-256", "P-384", "P-521", "P-224", "x"].map((namedCurve) => async () => ((await subtle.generateKey({ name: "ECDSA", namedCurve }, true, usages)) as CryptoKeyPair).publicKey.type)),
  "ecdh": async () => {
    const a = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]) as CryptoKeyPair;
    const b = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]) as CryptoKeyPair;
    const one = await subtle.deriveBits({ name: "ECDH", public: b.publicKey } as any, a.privateKey, 256);
    const two = await subtle.deriveBits({ name: "ECDH", public: a.publicKey } as any, b.privateKey, 256);
    return hex(one) === hex(two);
  },
  "ed25519": async () => {
    const pair = await subtle.generateKey("Ed25519", true, usages) as CryptoKeyPair;
    const signature = await subtle.sign("Ed25519", pair.privateKey, utf8("x"));
    return [signature.byteLength, await subtle.verify("Ed25519", pair.publicKey, signature, utf8("x")), pair.publicKey.algorithm, Object.keys(await subtle.exportKey("jwk", pair.privateKey))];
  },
  "x25519": async () => ((await subtle.generateKey("X25519", true, ["deriveBits"])) as CryptoKeyPair).publicKey.algorithm,
  "rsa": async () => {
    const pair = await subtle.generateKey({ name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: bytes(1, 0, 1), hash: "SHA-256" }, true, usages) as CryptoKeyPair;
    const signature = await subtle.sign("RSASSA-PKCS1-v1_5", pair.privateKey, utf8("x"));
    return [signature.byteLength, await subtle.verify("RSASSA-PKCS1-v1_5", pair.publicKey, signature, utf8("x")), pair.publicKey.algorithm];
  },
  "rsa wrong modulus": () => subtle.generateKey({ name: "RSA-PSS", modulusLength: 100, publicExponent: bytes(1, 0, 1), hash: "SHA-256" }, true, usages),
  "timingSafeEqual": () => failures(() => (subtle as any).timingSafeEqual(bytes(1, 2), bytes(1, 2)), () => (subtle as any).timingSafeEqual(bytes(1, 2), bytes(1, 3)), () => (subtle as any).timingSafeEqual(bytes(1), bytes(1, 3))),
  "digest stream": async () => {
    const stream = new (crypto as any).DigestStream("SHA-1");
    const writer = stream.getWriter();
    await writer.write(utf8("abc"));
    await writer.close();
    return [hex(await stream.digest), stream.bytesWritten];
  },
  "jwk without kty": () => subtle.importKey("jwk", {} as any, { name: "HMAC", hash: "SHA-256" }, true, usages),
  "jwk of another type": () => subtle.importKey("jwk", { kty: "RSA" }, { name: "HMAC", hash: "SHA-256" }, true, usages),
  "spki nonsense": () => subtle.importKey("spki", bytes(1, 2, 3), { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]),
  "generate without usages": () => subtle.generateKey({ name: "AES-GCM", length: 128 }, true, []),
  "tags": () => [String(crypto), String(subtle), Object.keys(crypto), crypto.constructor.name],
  "key cannot be made": () => new (CryptoKey as any)(),
  "key in structuredClone": async () => failure(async () => structuredClone(await hmac())),
};

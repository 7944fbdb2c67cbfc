// Observations of `crypto`: algorithms, formats, limits and errors. `expected.json` beside the folder of sources holds what workerd answers.

import { observe } from "./observe";

const { subtle } = crypto as any;
const bytes = (...values: number[]) => new Uint8Array(values);
const text = (value: string) => new TextEncoder().encode(value);
const count = (length: number, first = 0) => Uint8Array.from({ length }, (_, index) => (first + index) & 255);
const hex = (buffer: ArrayBuffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (value: string) => Uint8Array.from(value.match(/../g)!, (pair) => parseInt(pair, 16));
const shape = (key: any) => key.publicKey
  ? { public: shape(key.publicKey), private: shape(key.privateKey) }
  : [key.type, key.extractable, key.algorithm, key.usages, Object.prototype.toString.call(key), key instanceof CryptoKey];
/** The fields of a JWK without its random parts. */
const fields = (jwk: any) => Object.fromEntries(Object.keys(jwk).sort().map((name) => [name, jwk[name]?.length > 20 ? "…" : jwk[name]]));

const P256 = {
  kty: "EC", crv: "P-256", d: "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
  x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
};
const { d: _, ...P256_PUBLIC } = P256;
const ED = { kty: "OKP", crv: "Ed25519", d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
const X = { kty: "OKP", crv: "X25519", d: "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo", x: "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo" };
const X_PEER = unhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");

const aes = (name: string, length: number, usages: string[]) => subtle.importKey("raw", count(length / 8), name, true, usages);
const hmac = (hash: unknown, usages = ["sign", "verify"], extra = {}) => subtle.importKey("raw", text("key"), { name: "HMAC", hash, ...extra }, true, usages);
const write = async (name: any, ...chunks: unknown[]) => {
  const stream = new (crypto as any).DigestStream(name);
  const writer = stream.getWriter();
  for (const chunk of chunks) await writer.write(chunk);
  await writer.close();
  return [hex(await stream.digest), stream.bytesWritten];
};
let rsa: Promise<any>;
const rsaPair = () => rsa ??= subtle.generateKey(
  { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: bytes(1, 0, 1) }, true, ["sign", "verify"],
);
const generate = (algorithm: unknown, extractable: boolean, usages: string[]) => async () => shape(await subtle.generateKey(algorithm, extractable, usages));

const observations: Record<string, (env: unknown) => unknown> = {
  // The objects.
  "tags": () => [crypto, subtle].map((object) => Object.prototype.toString.call(object)),
  "own keys": () => [Object.keys(crypto), Object.keys(subtle)],
  "members of crypto": () => Object.getOwnPropertyNames(Crypto.prototype).sort(),
  "members of subtle": () => Object.getOwnPropertyNames(SubtleCrypto.prototype).sort(),
  "members of a key": () => Object.getOwnPropertyNames(CryptoKey.prototype).sort(),
  "statics": () => [Crypto, SubtleCrypto, CryptoKey].map((each) => Object.getOwnPropertyNames(each).sort()),
  "new Crypto": () => new (Crypto as any)(),
  "new SubtleCrypto": () => new (SubtleCrypto as any)(),
  "new CryptoKey": () => new (CryptoKey as any)(),
  "crypto is one": () => [crypto === crypto, crypto.subtle === crypto.subtle, crypto instanceof Crypto, subtle instanceof SubtleCrypto],

  // Random.
  "uuid": () => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
  "random values": () => { const array = new Uint8Array(8); return [crypto.getRandomValues(array) === array, array.some((byte) => byte !== 0)]; },
  "random 65536": () => crypto.getRandomValues(new Uint8Array(65536)).length,
  "random 65537": () => crypto.getRandomValues(new Uint8Array(65537)),
  "random 16385 words": () => crypto.getRandomValues(new Uint32Array(16385)),
  "random floats": () => crypto.getRandomValues(new Float32Array(2) as any),
  "random DataView": () => crypto.getRandomValues(new DataView(new ArrayBuffer(2)) as any),
  "random BigInt64": () => crypto.getRandomValues(new BigInt64Array(2) as any).length,
  "random nothing": () => (crypto as any).getRandomValues(),
  "random ArrayBuffer": () => crypto.getRandomValues(new ArrayBuffer(2) as any),

  // Digests.
  ...Object.fromEntries(["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512", "md5", "sha-256", "Sha-1"].map((name) => [`digest ${name}`, async () => hex(await subtle.digest(name, text("abc")))])),
  "digest by object": async () => hex(await subtle.digest({ name: "SHA-1" }, text("abc"))),
  "digest of ArrayBuffer": async () => hex(await subtle.digest("MD5", text("abc").buffer)),
  "digest of view": async () => hex(await subtle.digest("SHA-1", new DataView(text("xabc").buffer, 1))),
  "digest SHA-3": () => subtle.digest("SHA3-256", text("abc")),
  "digest SHA256": () => subtle.digest("SHA256", text("abc")),
  "digest of text": () => subtle.digest("SHA-1", "abc"),
  "digest of nothing": () => subtle.digest("SHA-1"),
  "digest without anything": () => subtle.digest(),
  "digest by empty object": () => subtle.digest({}, text("abc")),
  "digest by null": () => subtle.digest(null, text("abc")),

  // DigestStream.
  ...Object.fromEntries(["md5", "MD5", "SHA-1", "sha-256", "SHA-384", "SHA-512", "crc32", "crc32c", "crc64nvme"].map((name) => [`stream ${name}`, () => write(name, text("hello"), text("there"))])),
  "stream by object": () => write({ name: "SHA-1" }, text("abc")),
  "stream text": () => write("SHA-1", "häl", "lo"),
  "stream views": () => write("SHA-1", new Uint32Array([0, 1]).subarray(1), new DataView(new ArrayBuffer(3), 1), new ArrayBuffer(2), text("")),
  "stream of number": () => write("SHA-1", 1),
  "stream CRC32": () => write("CRC32", "a"),
  "stream unknown": () => new (crypto as any).DigestStream("foo"),
  "stream nothing": () => new (crypto as any).DigestStream(),
  "stream class": () => { const stream = new (crypto as any).DigestStream("md5"); return [stream instanceof WritableStream, Object.prototype.toString.call(stream), stream.bytesWritten, stream.digest instanceof Promise, stream.locked, stream.constructor.name]; },
  "stream abort": async () => { const stream = new (crypto as any).DigestStream("md5"); await stream.abort(new Error("boom")); return stream.digest; },
  "stream dispose": async () => { const stream = new (crypto as any).DigestStream("md5"); stream[Symbol.dispose](); stream.digest.catch(() => {}); await stream.getWriter().write(text("a")); },
  "stream of body": async () => { const stream = new (crypto as any).DigestStream("SHA-256"); await new Response("abc").body!.pipeTo(stream); return hex(await stream.digest); },

  // timingSafeEqual.
  "equal": () => [subtle.timingSafeEqual(bytes(1, 2), bytes(1, 2)), subtle.timingSafeEqual(bytes(1, 2), bytes(1, 3)), subtle.timingSafeEqual(new ArrayBuffer(0), new ArrayBuffer(0))],
  "equal across views": () => [subtle.timingSafeEqual(bytes(1, 0, 0, 0), new Uint32Array([1])), subtle.timingSafeEqual(bytes(9, 1).subarray(1), bytes(1).buffer)],
  "equal lengths differ": () => subtle.timingSafeEqual(bytes(1), bytes(1, 2)),
  "equal texts": () => subtle.timingSafeEqual("a", "a"),
  "equal one": () => subtle.timingSafeEqual(bytes(1)),

  // HMAC.
  ...Object.fromEntries(["SHA-1", "SHA-256", "SHA-384", "SHA-512"].map((hash) => [`hmac ${hash}`, async () => hex(await subtle.sign("HMAC", await hmac(hash), text("data")))])),
  "hmac MD5": async () => hex(await subtle.sign("HMAC", await hmac("MD5"), text("data"))),
  "hmac shape": async () => shape(await hmac("SHA-256")),
  "hmac hash by object": async () => shape(await hmac({ name: "sha-256" })),
  "hmac verify": async () => { const key = await hmac("SHA-256"); const signature = await subtle.sign({ name: "hmac" }, key, text("data")); return [await subtle.verify("HMAC", key, signature, text("data")), await subtle.verify("HMAC", key, signature, text("date")), await subtle.verify("HMAC", key, bytes(1), text("data"))]; },
  "hmac jwk": async () => subtle.exportKey("jwk", await hmac("SHA-256")),
  "hmac raw": async () => hex(await subtle.exportKey("raw", await hmac("SHA-256"))),
  "hmac spki": async () => subtle.exportKey("spki", await hmac("SHA-256")),
  "hmac length 20": async () => shape(await hmac("SHA-256", ["sign"], { length: 20 })),
  "hmac length 25": async () => shape(await hmac("SHA-256", ["sign"], { length: 25 })),
  "hmac length 0": async () => shape(await hmac("SHA-256", ["sign"], { length: 0 })),
  "hmac without hash": () => subtle.importKey("raw", text("key"), "HMAC", true, ["sign"]),
  "hmac unknown hash": () => hmac("SHA-3"),
  "hmac without usages": () => hmac("SHA-256", []),
  "hmac wrong usage": () => hmac("SHA-256", ["encrypt"]),
  "hmac unknown usage": () => hmac("SHA-256", ["sing"]),
  "hmac empty": () => subtle.importKey("raw", bytes(), { name: "HMAC", hash: "SHA-1" }, true, ["sign"]),
  "hmac import jwk": async () => hex(await subtle.sign("HMAC", await subtle.importKey("jwk", { kty: "oct", k: "a2V5", alg: "HS256" }, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]), text("data"))),
  "hmac import jwk wrong alg": () => subtle.importKey("jwk", { kty: "oct", k: "a2V5", alg: "HS512" }, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
  "hmac import jwk wrong kty": () => subtle.importKey("jwk", { kty: "RSA", k: "a2V5" }, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
  "hmac import jwk ext": () => subtle.importKey("jwk", { kty: "oct", k: "a2V5", ext: false }, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]),
  "hmac import jwk without k": () => subtle.importKey("jwk", { kty: "oct" }, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]),
  "hmac import jwk of bytes": () => subtle.importKey("jwk", text("key"), { name: "HMAC", hash: "SHA-256" }, true, ["sign"]),
  "hmac import raw of jwk": () => subtle.importKey("raw", { kty: "oct", k: "a2V5" }, { name: "HMAC", hash: "SHA-256" }, true, ["sign"]),
  "hmac import der": () => subtle.importKey("der", text("key"), { name: "HMAC", hash: "SHA-256" }, true, ["sign"]),
  "hmac generate": generate({ name: "HMAC", hash: "SHA-256" }, true, ["sign"]),
  "hmac generate 512": generate({ name: "HMAC", hash: "SHA-512", length: 256 }, false, ["sign", "verify"]),
  "hmac generate length 0": generate({ name: "HMAC", hash: "SHA-512", length: 0 }, false, ["sign"]),
  "hmac generate no usages": generate({ name: "HMAC", hash: "SHA-512" }, false, []),

  // AES.
  ...Object.fromEntries(["AES-CBC", "AES-CTR", "AES-GCM", "AES-KW"].map((name) => [`${name} shape`, async () => shape(await aes(name, 256, name === "AES-KW" ? ["wrapKey", "unwrapKey"] : ["encrypt", "decrypt"]))])),
  ...Object.fromEntries([128, 192, 256].map((length) => [`AES-CBC ${length}`, async () => { const key = await aes("AES-CBC", length, ["encrypt", "decrypt"]); const sealed = await subtle.encrypt({ name: "AES-CBC", iv: count(16) }, key, text("hello")); return [hex(sealed), hex(await subtle.decrypt({ name: "AES-CBC", iv: count(16) }, key, sealed))]; }])),
  ...Object.fromEntries([128, 192, 256].map((length) => [`AES-CTR ${length}`, async () => hex(await subtle.encrypt({ name: "AES-CTR", counter: count(16), length: 64 }, await aes("AES-CTR", length, ["encrypt"]), text("hello")))])),
  ...Object.fromEntries([128, 192, 256].map((length) => [`AES-GCM ${length}`, async () => hex(await subtle.encrypt({ name: "AES-GCM", iv: count(12), additionalData: text("more") }, await aes("AES-GCM", length, ["encrypt"]), text("hello")))])),
  ...Object.fromEntries([32, 64, 96, 104, 112, 120, 128].map((tagLength) => [`AES-GCM tag ${tagLength}`, async () => { const key = await aes("AES-GCM", 256, ["encrypt", "decrypt"]); const sealed = await subtle.encrypt({ name: "AES-GCM", iv: count(12), tagLength }, key, text("hello")); return [sealed.byteLength, hex(await subtle.decrypt({ name: "AES-GCM", iv: count(12), tagLength }, key, sealed))]; }])),
  "AES-GCM tag 48": async () => subtle.encrypt({ name: "AES-GCM", iv: count(12), tagLength: 48 }, await aes("AES-GCM", 256, ["encrypt"]), text("hello")),
  "AES-GCM iv 16": async () => hex(await subtle.encrypt({ name: "AES-GCM", iv: count(16) }, await aes("AES-GCM", 256, ["encrypt"]), text("hello"))),
  "AES-GCM iv 0": async () => subtle.encrypt({ name: "AES-GCM", iv: bytes() }, await aes("AES-GCM", 256, ["encrypt"]), text("hello")),
  "AES-GCM without iv": async () => subtle.encrypt({ name: "AES-GCM" }, await aes("AES-GCM", 256, ["encrypt"]), text("hello")),
  "AES-GCM wrong": async () => subtle.decrypt({ name: "AES-GCM", iv: count(12) }, await aes("AES-GCM", 256, ["decrypt"]), count(40)),
  "AES-GCM short": async () => subtle.decrypt({ name: "AES-GCM", iv: count(12) }, await aes("AES-GCM", 256, ["decrypt"]), count(15)),
  "AES-CBC wrong": async () => subtle.decrypt({ name: "AES-CBC", iv: count(16) }, await aes("AES-CBC", 256, ["decrypt"]), count(32)),
  "AES-CBC odd": async () => subtle.decrypt({ name: "AES-CBC", iv: count(16) }, await aes("AES-CBC", 256, ["decrypt"]), count(15)),
  "AES-CBC iv 15": async () => subtle.encrypt({ name: "AES-CBC", iv: count(15) }, await aes("AES-CBC", 256, ["encrypt"]), count(15)),
  "AES-CBC without iv": async () => subtle.encrypt("AES-CBC", await aes("AES-CBC", 256, ["encrypt"]), count(15)),
  "AES-CTR counter 15": async () => subtle.encrypt({ name: "AES-CTR", counter: count(15), length: 64 }, await aes("AES-CTR", 256, ["encrypt"]), count(15)),
  "AES-CTR length 0": async () => subtle.encrypt({ name: "AES-CTR", counter: count(16), length: 0 }, await aes("AES-CTR", 256, ["encrypt"]), count(15)),
  "AES-CTR length 129": async () => subtle.encrypt({ name: "AES-CTR", counter: count(16), length: 129 }, await aes("AES-CTR", 256, ["encrypt"]), count(15)),
  "AES-CTR without length": async () => subtle.encrypt({ name: "AES-CTR", counter: count(16) }, await aes("AES-CTR", 256, ["encrypt"]), count(15)),
  "AES-CTR without counter": async () => subtle.encrypt({ name: "AES-CTR", length: 64 }, await aes("AES-CTR", 256, ["encrypt"]), count(15)),
  "AES-CTR wraps": async () => hex(await subtle.encrypt({ name: "AES-CTR", counter: new Uint8Array(16).fill(255), length: 8 }, await aes("AES-CTR", 128, ["encrypt"]), new Uint8Array(32))),
  "AES-CTR too much": async () => subtle.encrypt({ name: "AES-CTR", counter: count(16), length: 1 }, await aes("AES-CTR", 128, ["encrypt"]), new Uint8Array(48)),
  "AES jwk": async () => subtle.exportKey("jwk", await aes("AES-GCM", 192, ["encrypt"])),
  "AES-KW jwk": async () => subtle.exportKey("jwk", await aes("AES-KW", 128, ["wrapKey"])),
  "AES raw": async () => hex(await subtle.exportKey("raw", await aes("AES-GCM", 128, ["encrypt"]))),
  "AES pkcs8": async () => subtle.exportKey("pkcs8", await aes("AES-GCM", 128, ["encrypt"])),
  "AES 100": () => subtle.importKey("raw", count(13), "AES-GCM", true, ["encrypt"]),
  "AES wrong usage": () => aes("AES-GCM", 128, ["sign"]),
  "AES-KW wrong usage": () => aes("AES-KW", 128, ["encrypt"]),
  "AES generate": generate({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]),
  "AES generate 100": generate({ name: "AES-GCM", length: 100 }, true, ["encrypt"]),
  "AES generate without length": generate({ name: "AES-GCM" }, true, ["encrypt"]),
  "AES generate without usages": generate({ name: "AES-CBC", length: 128 }, true, []),
  "AES import jwk": async () => hex(await subtle.exportKey("raw", await subtle.importKey("jwk", { kty: "oct", k: "AAECAwQFBgcICQoLDA0ODw", alg: "A128GCM", key_ops: ["encrypt"] }, "AES-GCM", true, ["encrypt"]))),
  "AES import jwk alg": () => subtle.importKey("jwk", { kty: "oct", k: "AAECAwQFBgcICQoLDA0ODw", alg: "A256GCM" }, "AES-GCM", true, ["encrypt"]),
  "AES import jwk use": () => subtle.importKey("jwk", { kty: "oct", k: "AAECAwQFBgcICQoLDA0ODw", use: "sig" }, "AES-GCM", true, ["encrypt"]),
  "AES import jwk key_ops": () => subtle.importKey("jwk", { kty: "oct", k: "AAECAwQFBgcICQoLDA0ODw", key_ops: ["decrypt"] }, "AES-GCM", true, ["encrypt"]),
  "AES import jwk kty": () => subtle.importKey("jwk", { kty: "EC", k: "AAECAwQFBgcICQoLDA0ODw" }, "AES-GCM", true, ["encrypt"]),

  // What does not fit.
  "encrypt with another algorithm": async () => subtle.encrypt({ name: "AES-CBC", iv: count(16) }, await aes("AES-GCM", 128, ["encrypt"]), count(1)),
  "encrypt without the usage": async () => subtle.encrypt({ name: "AES-GCM", iv: count(16) }, await aes("AES-GCM", 128, ["decrypt"]), count(1)),
  "sign without the usage": async () => subtle.sign("HMAC", await hmac("SHA-1", ["verify"]), count(1)),
  "encrypt with HMAC": async () => subtle.encrypt("HMAC", await hmac("SHA-1"), count(1)),
  "encrypt with no key": () => subtle.encrypt({ name: "AES-GCM", iv: count(12) }, {}, count(1)),
  "encrypt text": async () => subtle.encrypt({ name: "AES-GCM", iv: count(12) }, await aes("AES-GCM", 128, ["encrypt"]), "text"),
  "sign by a number": async () => subtle.sign(1, await hmac("SHA-1"), count(1)),
  "export what may not be": async () => subtle.exportKey("raw", await subtle.importKey("raw", count(16), "AES-GCM", false, ["encrypt"])),
  "import unknown": () => subtle.importKey("raw", count(16), "AES-XYZ", false, ["encrypt"]),
  "generate unknown": () => subtle.generateKey("AES-XYZ", false, ["encrypt"]),
  "generate PBKDF2": () => subtle.generateKey("PBKDF2", false, ["deriveKey"]),
  "derive with unknown target": async () => subtle.deriveKey({ name: "HKDF", hash: "SHA-1", salt: count(1), info: count(1) }, await subtle.importKey("raw", count(8), "HKDF", false, ["deriveKey"]), { name: "RSA-PSS" }, false, ["sign"]),

  // Key derivation.
  "PBKDF2": async () => hex(await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 1000 }, await subtle.importKey("raw", text("password"), "PBKDF2", false, ["deriveBits"]), 256)),
  "PBKDF2 100001": async () => subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 100001 }, await subtle.importKey("raw", text("password"), "PBKDF2", false, ["deriveBits"]), 256),
  "PBKDF2 0": async () => subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 0 }, await subtle.importKey("raw", text("password"), "PBKDF2", false, ["deriveBits"]), 256),
  "PBKDF2 length 7": async () => subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 1 }, await subtle.importKey("raw", text("password"), "PBKDF2", false, ["deriveBits"]), 7),
  "PBKDF2 length null": async () => subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: text("salt"), iterations: 1 }, await subtle.importKey("raw", text("password"), "PBKDF2", false, ["deriveBits"]), null),
  "PBKDF2 without salt": async () => subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", iterations: 1 }, await subtle.importKey("raw", text("password"), "PBKDF2", false, ["deriveBits"]), 256),
  "PBKDF2 extractable": () => subtle.importKey("raw", text("password"), "PBKDF2", true, ["deriveBits"]),
  "PBKDF2 jwk": () => subtle.importKey("jwk", { kty: "oct", k: "AA" }, "PBKDF2", false, ["deriveBits"]),
  "PBKDF2 key": async () => shape(await subtle.deriveKey({ name: "PBKDF2", hash: "SHA-1", salt: text("salt"), iterations: 1 }, await subtle.importKey("raw", text("password"), "PBKDF2", false, ["deriveKey"]), { name: "AES-GCM", length: 256 }, true, ["encrypt"])),
  "PBKDF2 shape": async () => shape(await subtle.importKey("raw", text("password"), "PBKDF2", false, ["deriveKey", "deriveBits"])),
  "HKDF": async () => hex(await subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: text("salt"), info: text("info") }, await subtle.importKey("raw", text("password"), "HKDF", false, ["deriveBits"]), 384)),
  "HKDF length null": async () => subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: text("salt"), info: text("info") }, await subtle.importKey("raw", text("password"), "HKDF", false, ["deriveBits"]), null),
  "HKDF length 7": async () => subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: text("salt"), info: text("info") }, await subtle.importKey("raw", text("password"), "HKDF", false, ["deriveBits"]), 7),
  "HKDF too long": async () => subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: text("salt"), info: text("info") }, await subtle.importKey("raw", text("password"), "HKDF", false, ["deriveBits"]), 8 * 255 * 32 + 8),
  "HKDF without info": async () => subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: text("salt") }, await subtle.importKey("raw", text("password"), "HKDF", false, ["deriveBits"]), 256),
  "HKDF extractable": () => subtle.importKey("raw", text("password"), "HKDF", true, ["deriveBits"]),
  "HKDF to HMAC": async () => hex(await subtle.exportKey("raw", await subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: text("salt"), info: text("info") }, await subtle.importKey("raw", text("password"), "HKDF", false, ["deriveKey"]), { name: "HMAC", hash: "SHA-256" }, true, ["sign"]))),

  // ECDSA and ECDH.
  ...Object.fromEntries(["P-256", "P-384", "P-521"].map((namedCurve) => [`ECDSA ${namedCurve}`, async () => {
    const pair = await subtle.generateKey({ name: "ECDSA", namedCurve }, true, ["sign", "verify"]);
    const signature = await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, text("data"));
    const algorithm = { name: "ECDSA", hash: { name: "SHA-256" } };
    return [shape(pair), signature.byteLength, await subtle.verify(algorithm, pair.publicKey, signature, text("data")), await subtle.verify(algorithm, pair.publicKey, signature, text("date")), fields(await subtle.exportKey("jwk", pair.privateKey)), (await subtle.exportKey("raw", pair.publicKey)).byteLength, (await subtle.exportKey("spki", pair.publicKey)).byteLength, (await subtle.exportKey("pkcs8", pair.privateKey)).byteLength];
  }])),
  ...Object.fromEntries(["P-256", "P-384", "P-521"].map((namedCurve) => [`ECDH ${namedCurve}`, async () => {
    const [a, b] = await Promise.all([0, 1].map(() => subtle.generateKey({ name: "ECDH", namedCurve }, true, ["deriveBits", "deriveKey"])));
    const bits = await subtle.deriveBits({ name: "ECDH", public: b.publicKey }, a.privateKey, null);
    const others = await subtle.deriveBits({ name: "ECDH", public: a.publicKey }, b.privateKey, 128);
    return [shape(a), bits.byteLength, hex(bits).startsWith(hex(others)), others.byteLength];
  }])),
  "ECDSA import jwk": async () => subtle.exportKey("jwk", await subtle.importKey("jwk", P256, { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"])),
  "ECDSA import public": async () => hex(await subtle.exportKey("raw", await subtle.importKey("jwk", P256_PUBLIC, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]))),
  "ECDSA spki": async () => hex(await subtle.exportKey("spki", await subtle.importKey("jwk", P256_PUBLIC, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]))),
  "ECDSA pkcs8": async () => hex(await subtle.exportKey("pkcs8", await subtle.importKey("jwk", P256, { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]))),
  "ECDSA raw of private": async () => subtle.exportKey("raw", await subtle.importKey("jwk", P256, { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"])),
  "ECDSA spki of private": async () => subtle.exportKey("spki", await subtle.importKey("jwk", P256, { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"])),
  "ECDSA wrong curve": () => subtle.importKey("jwk", P256, { name: "ECDSA", namedCurve: "P-384" }, true, ["sign"]),
  "ECDSA unknown curve": () => subtle.generateKey({ name: "ECDSA", namedCurve: "K-256" }, true, ["sign"]),
  "ECDSA without curve": () => subtle.generateKey({ name: "ECDSA" }, true, ["sign"]),
  "ECDSA public with sign": () => subtle.importKey("jwk", P256_PUBLIC, { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]),
  "ECDSA private with verify": () => subtle.importKey("jwk", P256, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]),
  "ECDSA private without usages": () => subtle.importKey("jwk", P256, { name: "ECDSA", namedCurve: "P-256" }, true, []),
  "ECDSA generate verify only": () => subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]),
  "ECDSA sign without hash": async () => subtle.sign("ECDSA", await subtle.importKey("jwk", P256, { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]), text("a")),
  "ECDSA sign with public": async () => subtle.sign({ name: "ECDSA", hash: "SHA-256" }, await subtle.importKey("jwk", P256_PUBLIC, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]), text("a")),
  "ECDSA bad raw": () => subtle.importKey("raw", count(65), { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]),
  "ECDSA bad spki": () => subtle.importKey("spki", count(65), { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]),
  "ECDSA short signature": async () => subtle.verify({ name: "ECDSA", hash: "SHA-256" }, await subtle.importKey("jwk", P256_PUBLIC, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]), count(3), text("a")),
  "ECDH other curve": async () => subtle.deriveBits({ name: "ECDH", public: (await subtle.generateKey({ name: "ECDH", namedCurve: "P-384" }, true, ["deriveBits"])).publicKey }, await subtle.importKey("jwk", P256, { name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]), 256),
  "ECDH without public": async () => subtle.deriveBits({ name: "ECDH" }, await subtle.importKey("jwk", P256, { name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]), 256),
  "ECDH itself": async () => { const own = await subtle.importKey("jwk", P256, { name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]); return subtle.deriveBits({ name: "ECDH", public: own }, own, 256); },
  "ECDH too long": async () => subtle.deriveBits({ name: "ECDH", public: await subtle.importKey("jwk", P256_PUBLIC, { name: "ECDH", namedCurve: "P-256" }, true, []) }, await subtle.importKey("jwk", P256, { name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]), 264),
  "ECDH key": async () => shape(await subtle.deriveKey({ name: "ECDH", public: await subtle.importKey("jwk", P256_PUBLIC, { name: "ECDH", namedCurve: "P-256" }, true, []) }, await subtle.importKey("jwk", P256, { name: "ECDH", namedCurve: "P-256" }, true, ["deriveKey"]), { name: "AES-GCM", length: 128 }, true, ["encrypt"])),

  // Ed25519, NODE-ED25519 and X25519.
  "Ed25519": async () => hex(await subtle.sign("Ed25519", await subtle.importKey("jwk", ED, "Ed25519", false, ["sign"]), text(""))),
  "Ed25519 verify": async () => { const key = await subtle.importKey("raw", unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), "Ed25519", true, ["verify"]); const signature = unhex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"); return [shape(key), await subtle.verify("Ed25519", key, signature, text("")), await subtle.verify("Ed25519", key, signature, text("a"))]; },
  "Ed25519 short signature": async () => subtle.verify("Ed25519", await subtle.importKey("raw", count(32), "Ed25519", true, ["verify"]), count(3), text("a")),
  "Ed25519 jwk": async () => subtle.exportKey("jwk", await subtle.importKey("jwk", ED, "Ed25519", true, ["sign"])),
  "Ed25519 pkcs8": async () => hex(await subtle.exportKey("pkcs8", await subtle.importKey("jwk", ED, "Ed25519", true, ["sign"]))),
  "Ed25519 raw of private": async () => subtle.exportKey("raw", await subtle.importKey("jwk", ED, "Ed25519", true, ["sign"])),
  "Ed25519 generate": generate("Ed25519", true, ["sign", "verify"]),
  "Ed25519 generate by object": generate({ name: "ed25519" }, false, ["sign"]),
  "Ed25519 wrong crv": () => subtle.importKey("jwk", X, "Ed25519", true, ["sign"]),
  "NODE-ED25519 generate": generate({ name: "NODE-ED25519", namedCurve: "NODE-ED25519" }, true, ["sign", "verify"]),
  "NODE-ED25519 without curve": generate({ name: "NODE-ED25519" }, true, ["sign", "verify"]),
  "NODE-ED25519 sign": async () => hex(await subtle.sign({ name: "NODE-ED25519" }, await subtle.importKey("jwk", ED, { name: "NODE-ED25519", namedCurve: "NODE-ED25519" }, false, ["sign"]), text(""))),
  "NODE-ED25519 as Ed25519": async () => subtle.sign("Ed25519", await subtle.importKey("jwk", ED, { name: "NODE-ED25519", namedCurve: "NODE-ED25519" }, false, ["sign"]), text("")),
  "NODE-ED25519 raw": async () => { const key = await subtle.importKey("raw", unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), { name: "NODE-ED25519", namedCurve: "NODE-ED25519" }, true, ["verify"]); return [shape(key), await subtle.exportKey("jwk", key)]; },
  "X25519": async () => hex(await subtle.deriveBits({ name: "X25519", public: await subtle.importKey("raw", X_PEER, "X25519", true, []) }, await subtle.importKey("jwk", X, "X25519", false, ["deriveBits"]), 256)),
  "X25519 jwk": async () => subtle.exportKey("jwk", await subtle.importKey("jwk", X, "X25519", true, ["deriveBits"])),
  "X25519 generate": generate({ name: "X25519" }, true, ["deriveBits", "deriveKey"]),
  "X25519 zero": async () => subtle.deriveBits({ name: "X25519", public: await subtle.importKey("raw", new Uint8Array(32), "X25519", true, []) }, await subtle.importKey("jwk", X, "X25519", false, ["deriveBits"]), 256),
  "Ed448": () => subtle.generateKey("Ed448", true, ["sign"]),
  "ML-DSA": () => subtle.generateKey("ML-DSA-44", true, ["sign"]),
  "ChaCha20": () => subtle.generateKey("ChaCha20-Poly1305", true, ["encrypt"]),

  // RSA.
  "RSASSA": async () => { const pair = await rsaPair(); const signature = await subtle.sign("RSASSA-PKCS1-v1_5", pair.privateKey, text("data")); return [shape(pair), signature.byteLength, await subtle.verify("RSASSA-PKCS1-v1_5", pair.publicKey, signature, text("data")), await subtle.verify("RSASSA-PKCS1-v1_5", pair.publicKey, signature, text("date"))]; },
  "RSASSA jwk": async () => { const pair = await rsaPair(); return [fields(await subtle.exportKey("jwk", pair.privateKey)), fields(await subtle.exportKey("jwk", pair.publicKey))]; },
  "RSA-PSS": async () => {
    const spki = await subtle.exportKey("spki", (await rsaPair()).publicKey);
    const pkcs8 = await subtle.exportKey("pkcs8", (await rsaPair()).privateKey);
    const algorithm = { name: "RSA-PSS", hash: "SHA-384" };
    const [open, secret] = [await subtle.importKey("spki", spki, algorithm, true, ["verify"]), await subtle.importKey("pkcs8", pkcs8, algorithm, true, ["sign"])];
    const signature = await subtle.sign({ name: "RSA-PSS", saltLength: 32 }, secret, text("data"));
    return [shape(open), shape(secret), signature.byteLength, await subtle.verify({ name: "RSA-PSS", saltLength: 32 }, open, signature, text("data")), (await subtle.exportKey("jwk", open)).alg];
  },
  "RSA-PSS without salt length": async () => subtle.sign("RSA-PSS", await subtle.importKey("pkcs8", await subtle.exportKey("pkcs8", (await rsaPair()).privateKey), { name: "RSA-PSS", hash: "SHA-256" }, true, ["sign"]), text("data")),
  "RSA-OAEP": async () => {
    const algorithm = { name: "RSA-OAEP", hash: "SHA-256" };
    const open = await subtle.importKey("spki", await subtle.exportKey("spki", (await rsaPair()).publicKey), algorithm, true, ["encrypt", "wrapKey"]);
    const secret = await subtle.importKey("pkcs8", await subtle.exportKey("pkcs8", (await rsaPair()).privateKey), algorithm, true, ["decrypt", "unwrapKey"]);
    const sealed = await subtle.encrypt({ name: "RSA-OAEP", label: text("l") }, open, text("data"));
    const wrapped = await subtle.wrapKey("raw", await aes("AES-GCM", 128, ["encrypt"]), open, "RSA-OAEP");
    const unwrapped = await subtle.unwrapKey("raw", wrapped, secret, "RSA-OAEP", "AES-GCM", true, ["encrypt"]);
    return [shape(open), sealed.byteLength, hex(await subtle.decrypt({ name: "RSA-OAEP", label: text("l") }, secret, sealed)), hex(await subtle.exportKey("raw", unwrapped)), (await subtle.exportKey("jwk", open)).alg];
  },
  "RSA-OAEP too long": async () => subtle.encrypt("RSA-OAEP", await subtle.importKey("spki", await subtle.exportKey("spki", (await rsaPair()).publicKey), { name: "RSA-OAEP", hash: "SHA-256" }, true, ["encrypt"]), count(191)),
  "RSA-OAEP wrong": async () => subtle.decrypt("RSA-OAEP", await subtle.importKey("pkcs8", await subtle.exportKey("pkcs8", (await rsaPair()).privateKey), { name: "RSA-OAEP", hash: "SHA-256" }, true, ["decrypt"]), count(256)),
  "RSA exponent 1": () => subtle.generateKey({ name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048, publicExponent: bytes(1) }, true, ["sign"]),
  "RSA exponent 4": () => subtle.generateKey({ name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048, publicExponent: bytes(4) }, true, ["sign"]),
  "RSA modulus 100": () => subtle.generateKey({ name: "RSA-PSS", hash: "SHA-256", modulusLength: 100, publicExponent: bytes(1, 0, 1) }, true, ["sign"]),
  "RSA modulus 20000": () => subtle.generateKey({ name: "RSA-PSS", hash: "SHA-256", modulusLength: 20000, publicExponent: bytes(1, 0, 1) }, true, ["sign"]),
  "RSA without modulus": () => subtle.generateKey({ name: "RSA-PSS", hash: "SHA-256", publicExponent: bytes(1, 0, 1) }, true, ["sign"]),
  "RSA without hash": () => subtle.generateKey({ name: "RSA-PSS", modulusLength: 2048, publicExponent: bytes(1, 0, 1) }, true, ["sign"]),
  "RSA without exponent": () => subtle.generateKey({ name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048 }, true, ["sign"]),
  "RSA wrong usage": () => subtle.generateKey({ name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048, publicExponent: bytes(1, 0, 1) }, true, ["encrypt"]),
  "RSA raw": () => subtle.importKey("raw", count(10), { name: "RSA-PSS", hash: "SHA-256" }, true, ["verify"]),
  "RSA bad spki": () => subtle.importKey("spki", count(10), { name: "RSA-PSS", hash: "SHA-256" }, true, ["verify"]),
  "RSA bad jwk": () => subtle.importKey("jwk", { kty: "RSA", n: "AQAB" }, { name: "RSA-PSS", hash: "SHA-256" }, true, ["verify"]),
  "RSA jwk of EC": () => subtle.importKey("jwk", P256_PUBLIC, { name: "RSA-PSS", hash: "SHA-256" }, true, ["verify"]),
  "RSA jwk alg": async () => subtle.importKey("jwk", { ...await subtle.exportKey("jwk", (await rsaPair()).publicKey), alg: "RS512" }, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, ["verify"]),

  // Wrapping.
  "AES-KW": async () => { const key = await aes("AES-KW", 128, ["wrapKey", "unwrapKey"]); const wrapped = await subtle.wrapKey("raw", await aes("AES-CBC", 256, ["encrypt"]), key, "AES-KW"); const back = await subtle.unwrapKey("raw", wrapped, key, { name: "AES-KW" }, "AES-CBC", true, ["decrypt"]); return [hex(wrapped), shape(back), hex(await subtle.exportKey("raw", back))]; },
  "AES-KW wrong": async () => subtle.unwrapKey("raw", count(24), await aes("AES-KW", 128, ["unwrapKey"]), "AES-KW", "AES-CBC", true, ["decrypt"]),
  "AES-KW odd": async () => subtle.unwrapKey("raw", count(25), await aes("AES-KW", 128, ["unwrapKey"]), "AES-KW", "AES-CBC", true, ["decrypt"]),
  "AES-KW short": async () => subtle.unwrapKey("raw", count(16), await aes("AES-KW", 128, ["unwrapKey"]), "AES-KW", "AES-CBC", true, ["decrypt"]),
  "AES-KW of 3 bytes": async () => subtle.wrapKey("raw", await hmac("SHA-1"), await aes("AES-KW", 128, ["wrapKey"]), "AES-KW"),
  "wrap by GCM as jwk": async () => { const key = await aes("AES-GCM", 128, ["wrapKey", "unwrapKey"]); const algorithm = { name: "AES-GCM", iv: count(12) }; const back = await subtle.unwrapKey("jwk", await subtle.wrapKey("jwk", await hmac("SHA-1"), key, algorithm), key, algorithm, { name: "HMAC", hash: "SHA-1" }, true, ["sign"]); return shape(back); },
  "wrap without usage": async () => subtle.wrapKey("raw", await hmac("SHA-1"), await aes("AES-KW", 128, ["unwrapKey"]), "AES-KW"),
  "wrap what may not leave": async () => subtle.wrapKey("raw", await subtle.importKey("raw", count(16), "AES-GCM", false, ["encrypt"]), await aes("AES-KW", 128, ["wrapKey"]), "AES-KW"),
  "clone a key": async () => structuredClone(await aes("AES-GCM", 128, ["encrypt"])),
};

export default {
  fetch: (_request: Request, env: unknown) => observe(observations, env),
};

// Keys of `crypto.subtle` as Workers have them. The key itself is the engine's; what may be done with it, and how it is described, is
// kept here, since names, orders and texts are the vendor's: https://developers.cloudflare.com/workers/runtime-apis/web-crypto/
(runtime) => {
  const { defineProperty, freeze } = Object;
  const { DOMException } = runtime.web.exception;
  const { workers } = runtime.parts;

  const fail = (name, message) => new DOMException(message, name);

  /** In the order in which a key lists its usages. */
  const USAGES = ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];
  const SEAL = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
  const DERIVE = ["deriveKey", "deriveBits"];

  /** What a key of each algorithm can be used for, by its type. */
  const ALGORITHMS = [
    { name: "AES-CTR", family: "AES", secret: SEAL, jwk: "CTR" },
    { name: "AES-CBC", family: "AES", secret: SEAL, jwk: "CBC" },
    { name: "AES-GCM", family: "AES", secret: SEAL, jwk: "GCM" },
    { name: "AES-KW", family: "AES", secret: ["wrapKey", "unwrapKey"], jwk: "KW" },
    { name: "HMAC", family: "HMAC", secret: ["sign", "verify"] },
    { name: "PBKDF2", family: "KDF", secret: DERIVE },
    { name: "HKDF", family: "KDF", secret: DERIVE },
    { name: "RSASSA-PKCS1-v1_5", family: "RSA", private: ["sign"], public: ["verify"], jwk: "RS" },
    { name: "RSA-PSS", family: "RSA", private: ["sign"], public: ["verify"], jwk: "PS" },
    { name: "RSA-OAEP", family: "RSA", private: ["decrypt", "unwrapKey"], public: ["encrypt", "wrapKey"], jwk: "RSA-OAEP-" },
    { name: "ECDSA", family: "EC", private: ["sign"], public: ["verify"] },
    { name: "ECDH", family: "EC", private: DERIVE, public: [] },
    { name: "Ed25519", family: "OKP", curve: "Ed25519", private: ["sign"], public: ["verify"], jwk: "EdDSA" },
    { name: "NODE-ED25519", family: "OKP", curve: "Ed25519", private: ["sign"], public: ["verify"], namedCurve: true },
    { name: "X25519", family: "OKP", curve: "X25519", private: DERIVE, public: [] },
  ];
  const { Symbol, TypeError } = globalThis;
  const { isArray } = globalThis.Array;
  const {
    ArrayPrototypeIncludes: includes, ArrayPrototypePush: push, StringPrototypeToLowerCase: toLowerCase, StringPrototypeToUpperCase: toUpperCase,
  } = runtime.primordials;
  const byName = new runtime.safe.Map(ALGORITHMS.map((algorithm) => [algorithm.name.toLowerCase(), algorithm]));

  const DIGESTS = new runtime.safe.Map([
    ["MD5", 64], ["SHA-1", 64], ["SHA-256", 64], ["SHA-384", 128], ["SHA-512", 128],
  ]);

  /** The digest's name as it is written, whatever case it was given in. */
  function digestName(given) {
    const name = toUpperCase(`${typeof given === "object" && given !== null ? given.name : given}`);
    if (DIGESTS.has(name)) return name;
    throw fail("NotSupportedError", "Unrecognized or unimplemented digest algorithm requested.");
  }

  function required(algorithm, field, where = "algorithm") {
    const value = algorithm[field];
    if (value === undefined) throw new TypeError(`Missing field "${field}" in "${where}".`);
    return value;
  }

  const hashOf = (algorithm, where) => digestName(required(algorithm, "hash", where));

  const MAKING = Symbol("making");
  const MEMBERS = ["type", "extractable", "algorithm", "usages"];

  class CryptoKey {
    #native;
    #info;

    constructor(making, native, info) {
      if (making !== MAKING) throw new TypeError("Illegal constructor");
      this.#native = native;
      this.#info = info;
      for (let at = 0; at < MEMBERS.length; at++) {
        defineProperty(this, MEMBERS[at], { __proto__: null, value: info[MEMBERS[at]], enumerable: true, configurable: true });
      }
    }

    static of(native, info) {
      const usages = [];
      for (let at = 0; at < USAGES.length; at++) if (includes(info.usages, USAGES[at])) push(usages, USAGES[at]);
      return new CryptoKey(MAKING, native, { ...info, usages });
    }

    static is(value) {
      return typeof value === "object" && value !== null && #native in value;
    }

    /** What it is, whatever was done to its properties; with the engine's key as `native`. */
    static info(key) {
      return { ...key.#info, native: key.#native };
    }
  }

  const { of, is, info } = CryptoKey;
  for (const name of ["of", "is", "info"]) delete CryptoKey[name];
  defineProperty(CryptoKey, "length", { value: 0 });

  /** Refuses usages that a key of this type cannot have. `what`: `import secret`, `generate`. */
  function checkUsages(what, { name }, usages, allowed) {
    for (let at = 0; at < usages.length; at++) {
      const usage = usages[at];
      if (!includes(allowed, usage)) throw fail("SyntaxError", `Attempt to ${what} ${name} key with invalid usage "${usage}".`);
    }
  }

  function checkSome(type, usages) {
    if (type !== "public" && usages.length === 0) {
      throw fail("SyntaxError", "Secret/private CryptoKeys must have at least one usage.");
    }
  }

  const END = { __proto__: null, value: undefined, done: true };

  /** The engine goes through lists of usages as code would: each list among `args` gets an iterator of its own, which code has not changed. */
  function iterable(args) {
    for (let at = 0; at < args.length; at++) {
      const list = args[at];
      if (!isArray(list)) continue;
      const iterator = () => {
        let next = 0;
        return { __proto__: null, next: () => (next < list.length ? { __proto__: null, value: list[next++], done: false } : END) };
      };
      defineProperty(list, Symbol.iterator, { __proto__: null, value: iterator, configurable: true });
    }
    return args;
  }

  workers.keys = freeze({
    CryptoKey, DIGESTS, of, is, info, fail, required, digestName, hashOf, checkUsages, checkSome, iterable,
    find: (name) => byName.get(toLowerCase(`${name}`)),
  });
};

// `crypto` of Workers: what is done with keys, random values, and the two classes themselves.
(runtime) => {
  const { apply } = Reflect;
  const { assign, defineProperty } = Object;
  const { Array, ArrayBuffer, Boolean, Error, JSON, Math, SharedArrayBuffer, String, Symbol, TextDecoder, TextEncoder, TypeError, Uint8Array } = globalThis;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const { ceil, floor, max, min } = Math;
  const {
    ArrayPrototypeIncludes: includes, ArrayPrototypePush: push, RegExpPrototypeExec: exec, StringPrototypeToLowerCase: toLowerCase,
    StringPrototypeToUpperCase: toUpperCase,
  } = runtime.primordials;
  const { workers } = runtime.parts;
  const { CryptoKey, is, info, fail, required, hashOf, digestName, iterable, DIGESTS } = workers.keys;
  const { importKey, exportKey, generateKey, bytesOf } = workers.keyring;
  const { SubtleCrypto: Native, Crypto: NativeCrypto } = runtime.web.crypto;
  const methods = {};
  for (const name of ["encrypt", "decrypt", "deriveBits", "wrapKey", "unwrapKey", "importKey", "exportKey"]) {
    methods[name] = runtime.withOwnCall(runtime.withRoom(Native.prototype[name]));
  }
  const { getRandomValues, randomUUID } = NativeCrypto.prototype;
  const engine = () => runtime.web.crypto.crypto;
  const native = (method, ...args) => apply(methods[method], engine().subtle, iterable(args));

  const isBuffer = (value) => value instanceof ArrayBuffer || isView(value) || value instanceof SharedArrayBuffer;

  /** Checks of arguments, with the texts that the vendor's binding layer has for all of its classes. */
  const parameters = (method) => ({
    refuse: (index, type) => new TypeError(`Failed to execute '${method}' on 'SubtleCrypto': parameter ${index} is not of type '${type}'.`),
    algorithm(value, index, type) {
      if (value === undefined) throw this.refuse(index, `string or ${type}`);
      if (value === null) {
        const mangled = `N7workerd3api12SubtleCrypto${type.length}${type}E`;
        throw new TypeError(`Cannot initialize ${mangled} with required members from an undefined or null value.`);
      }
      if (typeof value !== "object" && typeof value !== "function") return { name: String(value) };
      // Read once each: what is read may be code.
      const read = assign({ __proto__: null }, value);
      read.name = String("name" in read ? read.name : value.name);
      return read;
    },
    key(value, index) {
      if (!is(value)) throw this.refuse(index, "CryptoKey");
      return info(value);
    },
    bytes(value, index) {
      if (!isBuffer(value)) throw this.refuse(index, "JsBufferSource");
      // One that is gone by now is empty.
      return (isView(value) ? value.buffer : value).detached ? new Uint8Array(0) : bytesOf(value);
    },
    usages(value, index) {
      if (!isArray(value)) throw this.refuse(index, "Array");
      const usages = [];
      for (let at = 0; at < value.length; at++) push(usages, String(value[at]));
      return usages;
    },
  });

  function allow(algorithm, { found, usages }, usage) {
    if (toLowerCase(algorithm.name) !== toLowerCase(found.name)) {
      throw fail("InvalidAccessError", `Requested algorithm "${algorithm.name}" does not match this CryptoKey's algorithm "${found.name}".`);
    }
    if (!includes(usages, usage)) {
      throw fail("InvalidAccessError", `Requested key usage "${usage}" does not match any usage listed in this CryptoKey.`);
    }
  }

  function digestOf(name, ...parts) {
    const hash = runtime.hash.create(name);
    for (let at = 0; at < parts.length; at++) runtime.hash.update(hash, parts[at]);
    return runtime.hash.finish(hash);
  }

  // https://www.rfc-editor.org/rfc/rfc2104
  function hmacMd5(raw, data) {
    const block = new Uint8Array(DIGESTS.get("MD5"));
    block.set(raw.length > block.length ? digestOf("MD5", raw) : raw);
    const inner = digestOf("MD5", block.map((byte) => byte ^ 0x36), data);
    return digestOf("MD5", block.map((byte) => byte ^ 0x5c), inner).buffer;
  }

  /** Whether the key's algorithm can seal at all, and with these parameters: what is given to the engine. */
  const sealing = {
    "AES-CBC"(algorithm) {
      const iv = bytesOf(required(algorithm, "iv"));
      if (iv.length !== 16) throw fail("OperationError", `AES-CBC IV must be 16 bytes long (provided ${iv.length} bytes).`);
      return { name: "AES-CBC", iv };
    },
    "AES-CTR"(algorithm, data) {
      const missing = (name) => new TypeError(`Missing "${name}" member in "algorithm".`);
      if (algorithm.counter === undefined) throw missing("counter");
      const counter = bytesOf(algorithm.counter);
      if (counter.length !== 16) throw fail("OperationError", `Counter must have length of 16 bytes (provided ${counter.length}).`);
      if (algorithm.length === undefined) throw missing("length");
      const length = algorithm.length | 0;
      if (length <= 0 || length > 128) throw fail("OperationError", `Invalid counter of ${length} bits length provided.`);
      if (ceil(data.length / 16) > 2 ** length) throw fail("OperationError", "Counter block values will repeat.");
      return { name: "AES-CTR", counter, length };
    },
    "AES-GCM"(algorithm, data, opening) {
      const iv = bytesOf(required(algorithm, "iv"));
      if (iv.length === 0) throw fail("OperationError", "AES-GCM IV must not be empty.");
      const tagLength = algorithm.tagLength === undefined ? 128 : algorithm.tagLength | 0;
      if (!includes([32, 64, 96, 104, 112, 120, 128], tagLength)) throw fail("OperationError", `Invalid AES-GCM tag length ${tagLength}.`);
      if (opening && data.length < tagLength / 8) {
        throw fail(
          "OperationError",
          `Ciphertext length of ${data.length * 8} bits must be greater than or equal to the size of the AES-GCM tag length of ${tagLength} bits.`,
        );
      }
      const additionalData = algorithm.additionalData === undefined ? undefined : bytesOf(algorithm.additionalData);
      if (iv.length !== 12 && iv.length !== 16) throw new Error(`AES-GCM with an IV of ${iv.length} bytes is not emulated; 12 and 16 are`);
      return { name: "AES-GCM", iv, tagLength, ...(additionalData === undefined ? {} : { additionalData }) };
    },
    "RSA-OAEP": (algorithm) => ({ name: "RSA-OAEP", ...(algorithm.label === undefined ? {} : { label: bytesOf(algorithm.label) }) }),
  };

  function unsealed({ name, tagLength }, data) {
    if (name === "RSA-OAEP") return fail("OperationError", "RSA-OAEP failed encrypt/decrypt.");
    const input = name === "AES-GCM" ? data.length - tagLength / 8 : data.length;
    // The last block holds padding, and is not among what is expected.
    const expected = name === "AES-CBC" ? max(0, floor(input / 16) * 16 - 16) : input;
    return fail(
      "OperationError",
      "Decryption failed. This could be due to a ciphertext authentication failure, bad padding, incorrect CryptoKey, or another " +
        `algorithm-specific reason. Input length was ${input}, output length expected to be ${expected} for ${name}`,
    );
  }

  async function seal(method, algorithm, key, data) {
    const parameters = sealing[key.found.name];
    if (parameters === undefined) {
      throw fail("NotSupportedError", `The ${method} operation is not implemented for "${key.found.name}".`);
    }
    const own = parameters(algorithm, data, method === "decrypt");
    try {
      if (method === "decrypt" && own.tagLength < 128) return await openWithShortTag(own, key, data);
      return own.name === "AES-CTR" ? await count(own, key, data) : await native(method, own, key.native, data);
    } catch (error) {
      throw error === NOT_EMULATED ? new Error("AES-GCM with an IV of 16 bytes and a short tag is not emulated") : unsealed(own, data);
    }
  }

  // The engine knows counters of few lengths: one that does not run over may as well be the whole block.
  const counted = (counter, key, data) => native("encrypt", { name: "AES-CTR", counter, length: 128 }, key.native, data);

  /** AES-CTR whose counter may run over: the engine refuses that, so what comes after it is done by itself, from zero. */
  async function count({ counter, length }, key, data) {
    const low = counterValue(counter, length);
    const left = (1n << BigInt(length)) - low;
    if (BigInt(ceil(data.length / 16)) < left) return await counted(counter, key, data);
    const at = Number(left) * 16;
    const last = withoutLow(counter, length).map((byte, index) => byte | lowBits(length, index));
    const whole = new Uint8Array(data.length);
    const put = async (from, to, part) => {
      if (to > from) whole.set(new Uint8Array(await part(data.subarray(from, to))), from);
    };
    await put(0, at - 16, (part) => counted(counter, key, part));
    await put(at - 16, at, (part) => oneBlock(last, key, part));
    await put(at, data.length, (part) => counted(withoutLow(counter, length), key, part));
    return whole.buffer;
  }

  /** One block under one counter: what AES-CBC makes of a block of zeros after it. */
  async function oneBlock(counter, key, data) {
    const asChain = await native("importKey", "raw", key.raw, "AES-CBC", false, ["encrypt"]);
    const stream = new Uint8Array(await native("encrypt", { name: "AES-CBC", iv: counter }, asChain, new Uint8Array(16)));
    return data.map((byte, index) => byte ^ stream[index]);
  }

  /** Which bits of a counter's byte count. */
  const lowBits = (length, index) => 0xff >> (8 - min(8, max(0, length - 8 * (15 - index))));

  const counterValue = (counter, length) => BigInt.asUintN(length, counter.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n));

  const withoutLow = (counter, length) => counter.map((byte, index) => byte & ~lowBits(length, index));

  /**
   * The engine opens what has a whole tag. AES-GCM is AES-CTR from a known counter on, so it is opened as that, sealed again, and the
   * part of the tag that there is compared. (NIST SP 800-38D, 7.2)
   */
  async function openWithShortTag({ iv, tagLength, additionalData }, key, data) {
    if (iv.length !== 12) throw NOT_EMULATED;
    const at = data.length - tagLength / 8;
    const counter = new Uint8Array(16);
    counter.set(iv);
    counter[15] = 2;
    const asCounter = await native("importKey", "raw", key.raw, "AES-CTR", false, ["encrypt"]);
    const plain = await native("encrypt", { name: "AES-CTR", counter, length: 32 }, asCounter, data.subarray(0, at));
    const again = { name: "AES-GCM", iv, ...(additionalData === undefined ? {} : { additionalData }) };
    const sealed = new Uint8Array(await native("encrypt", again, key.native, plain));
    if (!runtime.equalInConstantTime(sealed.subarray(0, data.length), data)) throw new TypeError("another tag");
    return plain;
  }

  const NOT_EMULATED = Symbol("not emulated");

  function signing(algorithm, { found, algorithm: { hash } }) {
    if (found.name === "ECDSA") {
      if (algorithm.hash === undefined) {
        throw new TypeError(
          'Missing "hash" in AlgorithmIdentifier. (ECDSA requires that the hash algorithm be specified at call time rather than on the key. ' +
            "This differs from other WebCrypto algorithms for historical reasons.)",
        );
      }
      return { name: "ECDSA", hash: digestName(algorithm.hash) };
    }
    if (found.name === "RSA-PSS") {
      if (algorithm.saltLength === undefined) {
        throw fail("DataError", "Failed to provide salt for RSA-PSS key operation which requires a salt");
      }
      return { name: "RSA-PSS", saltLength: algorithm.saltLength };
    }
    return { name: found.curve ?? found.name, hash };
  }

  const ED_SIGNATURE = 64;

  /** What production allows, and workerd by itself does not count: https://github.com/cloudflare/workerd/issues/1346 */
  const MOST_ITERATIONS = 100_000;
  let toldOfIterations = false;

  function tooManyIterations(iterations) {
    const { profile } = workers.head;
    if (profile === "production") {
      throw fail("NotSupportedError", `Pbkdf2 failed: iteration counts above ${MOST_ITERATIONS} are not supported (requested ${iterations}).`);
    }
    if (profile !== "relaxed" || toldOfIterations) return;
    toldOfIterations = true;
    runtime.log(2, "passed the limit of 100,000 iterations of PBKDF2: production refuses what is beyond. " +
      "https://github.com/cloudflare/workerd/issues/1346 says so; `--profile production` refuses it here too");
  }

  const deriving = {
    PBKDF2(algorithm, length) {
      const own = { name: "PBKDF2", hash: hashOf(algorithm), iterations: required(algorithm, "iterations") | 0, salt: bytesOf(required(algorithm, "salt")) };
      checkLength("PBKDF2", length);
      if (own.iterations <= 0) throw fail("OperationError", `PBKDF2 requires a positive iteration count (requested ${own.iterations}).`);
      if (own.iterations > MOST_ITERATIONS) tooManyIterations(own.iterations);
      return own;
    },
    HKDF(algorithm, length) {
      const own = { name: "HKDF", hash: hashOf(algorithm), salt: bytesOf(required(algorithm, "salt")), info: bytesOf(required(algorithm, "info")) };
      checkLength("HKDF", length);
      return own;
    },
    ECDH: (algorithm, length, key) => agreement(algorithm, key),
    X25519: (algorithm, length, key) => agreement(algorithm, key),
  };

  function checkLength(name, length) {
    if (length === undefined) throw fail("OperationError", `${name} cannot derive a key with null length.`);
    if (length % 8 !== 0) {
      throw fail("OperationError", `${name} requires a derived key length that is a multiple of eight (requested ${length}).`);
    }
  }

  function agreement(algorithm, key) {
    const peer = algorithm.public;
    if (!is(peer)) throw new TypeError('Missing field "public" in "derivedKeyParams".');
    const own = info(peer);
    if (own.type !== "public") throw fail("InvalidAccessError", `The provided key has type "${own.type}", not "public"`);
    if (own.found !== key.found) {
      throw fail("InvalidAccessError", `Base ${key.found.name} private key cannot be used to derive a key from a peer ${own.found.name} public key`);
    }
    const mine = key.algorithm.namedCurve, theirs = own.algorithm.namedCurve;
    if (mine !== theirs) {
      throw fail("InvalidAccessError", `Private key for derivation is using curve "${mine}" while public key is using "${theirs}".`);
    }
    return { name: key.found.name, public: own.native };
  }

  async function derive(algorithm, key, length) {
    const own = deriving[key.found.name](algorithm, length, key);
    let whole;
    try {
      // At once, so that what it costs is the code's, and ends with it. Of no length it is an error of the engine's.
      if (own.name === "PBKDF2" && length > 0) return runtime.pbkdf2(own.hash, own.iterations, key.raw, own.salt, length / 8);
      whole = await native("deriveBits", own, key.native, own.public === undefined ? length : null);
    } catch {
      if (own.public === undefined) throw fail("OperationError", `${own.name} deriveBits failed.`);
      throw fail("OperationError", "Failed to derive EDDH key: public key routines INVALID_PEER_KEY.");
    }
    return own.public === undefined || length === undefined ? whole : shorten(whole, length);
  }

  /** The first bits of a secret that two sides agree on; those beyond are zero. */
  function shorten(whole, length) {
    const bits = whole.byteLength * 8;
    if (length > bits) throw fail("OperationError", `Derived key length (${length} bits) is too long (should be at most ${bits} bits).`);
    const part = new Uint8Array(whole.slice(0, ceil(length / 8)));
    if (length % 8 !== 0) part[part.length - 1] &= 0xff << (8 - (length % 8));
    return part.buffer;
  }

  /** How many bits a key of the algorithm is made of; none where any number will do. */
  function lengthOf(algorithm) {
    const name = toUpperCase(algorithm.name);
    if (includes(["AES-CTR", "AES-CBC", "AES-GCM", "AES-KW"], name)) {
      const length = required(algorithm, "length", "derivedKeyParams") | 0;
      if (includes([128, 192, 256], length)) return length;
      throw fail("OperationError", `Derived AES key must be 128, 192, or 256 bits in length but provided ${length}.`);
    }
    if (name === "HMAC") {
      if (algorithm.length === undefined) return DIGESTS.get(hashOf(algorithm, "derivedKeyParams")) * 8;
      if (algorithm.length > 0) return algorithm.length | 0;
      throw new TypeError("HMAC key length must be a non-zero unsigned long integer.");
    }
    if (name === "HKDF" || name === "PBKDF2") return undefined;
    throw fail("NotSupportedError", `Unrecognized derived key type "${algorithm.name}" requested.`);
  }

  // The engine wraps keys, not bytes: bytes travel as a key that may be any number of them.
  const CARRIER = { name: "HMAC", hash: "SHA-1" };

  async function wrapBytes(bytes, key) {
    if (bytes.length % 8 !== 0) {
      throw fail(
        "OperationError",
        `Unwrapped key bit length must be a multiple of 64 bits but unwrapped key has a length of ${bytes.length * 8} bits.`,
      );
    }
    if (bytes.length < 16) {
      const text = `Unwrapped key has length ${bytes.length} bytes but it should be greater than or equal to 16 and less than or equal to `;
      throw fail("OperationError", `${text}18446744073709551607`);
    }
    const carrier = await native("importKey", "raw", bytes, CARRIER, true, ["sign"]);
    return await native("wrapKey", "raw", carrier, key.native, "AES-KW");
  }

  async function unwrapBytes(bytes, key) {
    const bits = bytes.length * 8;
    if (bits % 64 !== 0) throw fail("OperationError", `Provided a wrapped key to unwrap that is ${bits} bits which isn't a multiple of 64 bits.`);
    if (bits < 192) {
      throw fail("OperationError", `Provided a wrapped key to unwrap this is ${bits} bits that is less than the minimal length of 192 bits.`);
    }
    try {
      const carrier = await native("unwrapKey", "raw", bytes, key.native, "AES-KW", CARRIER, true, ["sign"]);
      return await native("exportKey", "raw", carrier);
    } catch {
      throw fail("OperationError", "AES-KW key unwrapping failed.");
    }
  }

  const MAKING = Symbol("making");

  class SubtleCrypto {
    constructor(making) {
      if (making !== MAKING) throw new TypeError("Illegal constructor");
    }

    async encrypt(algorithm, key, data) {
      const check = parameters("encrypt");
      const own = check.algorithm(algorithm, 1, "EncryptAlgorithm"), with_ = check.key(key, 2), bytes = check.bytes(data, 3);
      allow(own, with_, "encrypt");
      return await seal("encrypt", own, with_, bytes);
    }

    async decrypt(algorithm, key, data) {
      const check = parameters("decrypt");
      const own = check.algorithm(algorithm, 1, "EncryptAlgorithm"), with_ = check.key(key, 2), bytes = check.bytes(data, 3);
      allow(own, with_, "decrypt");
      return await seal("decrypt", own, with_, bytes);
    }

    async sign(algorithm, key, data) {
      const check = parameters("sign");
      const own = check.algorithm(algorithm, 1, "SignAlgorithm"), with_ = check.key(key, 2), bytes = check.bytes(data, 3);
      allow(own, with_, "sign");
      return with_.native === undefined ? hmacMd5(with_.raw, bytes) : await workers.signing.sign(signing(own, with_), with_, bytes);
    }

    async verify(algorithm, key, signature, data) {
      const check = parameters("verify");
      const own = check.algorithm(algorithm, 1, "SignAlgorithm"), with_ = check.key(key, 2);
      const given = check.bytes(signature, 3), bytes = check.bytes(data, 4);
      allow(own, with_, "verify");
      if (with_.native === undefined) {
        const made = new Uint8Array(hmacMd5(with_.raw, bytes));
        return runtime.equalInConstantTime(made, given);
      }
      if (with_.found.family === "OKP" && given.length !== ED_SIGNATURE) {
        throw fail("OperationError", `Invalid ${with_.found.name} signature length ${given.length}`);
      }
      return await workers.signing.verify(signing(own, with_), with_, given, bytes);
    }

    async digest(algorithm, data) {
      const check = parameters("digest");
      const own = check.algorithm(algorithm, 1, "HashAlgorithm"), bytes = check.bytes(data, 2);
      const name = digestName(own);
      return name === "MD5" ? digestOf(name, bytes).buffer : await workers.signing.digest(name, bytes);
    }

    async generateKey(algorithm, extractable, usages) {
      const check = parameters("generateKey");
      return await generateKey(check.algorithm(algorithm, 1, "GenerateKeyAlgorithm"), Boolean(extractable), check.usages(usages, 3));
    }

    async deriveKey(algorithm, baseKey, derived, extractable, usages) {
      const check = parameters("deriveKey");
      const own = check.algorithm(algorithm, 1, "DeriveKeyAlgorithm"), from = check.key(baseKey, 2), target = check.algorithm(derived, 3, "ImportKeyAlgorithm");
      const wanted = check.usages(usages, 5);
      allow(own, from, "deriveKey");
      const bits = await derive(own, from, lengthOf(target));
      return await importKey("raw", bits, target, Boolean(extractable), wanted);
    }

    async deriveBits(algorithm, baseKey, length = undefined) {
      const check = parameters("deriveBits");
      const own = check.algorithm(algorithm, 1, "DeriveKeyAlgorithm"), from = check.key(baseKey, 2);
      const bits = length === undefined || length === null ? undefined : length | 0;
      if (bits < 0) throw new TypeError("deriveBits length must be an unsigned long integer.");
      allow(own, from, "deriveBits");
      return await derive(own, from, bits);
    }

    async importKey(format, data, algorithm, extractable, usages) {
      const check = parameters("importKey");
      return await importKey(String(format), data, check.algorithm(algorithm, 3, "ImportKeyAlgorithm"), Boolean(extractable), check.usages(usages, 5));
    }

    async exportKey(format, key) {
      parameters("exportKey").key(key, 2);
      return await exportKey(String(format), key);
    }

    async wrapKey(format, key, wrappingKey, algorithm) {
      const check = parameters("wrapKey");
      check.key(key, 2);
      const with_ = check.key(wrappingKey, 3), own = check.algorithm(algorithm, 4, "EncryptAlgorithm");
      allow(own, with_, "wrapKey");
      const exported = await exportKey(String(format), key);
      const bytes = exported instanceof ArrayBuffer ? new Uint8Array(exported) : new TextEncoder().encode(JSON.stringify(exported));
      return with_.found.name === "AES-KW" ? await wrapBytes(bytes, with_) : await seal("encrypt", own, with_, bytes);
    }

    async unwrapKey(format, wrapped, unwrappingKey, algorithm, unwrapped, extractable, usages) {
      const check = parameters("unwrapKey");
      const bytes = check.bytes(wrapped, 2), with_ = check.key(unwrappingKey, 3);
      const own = check.algorithm(algorithm, 4, "EncryptAlgorithm"), target = check.algorithm(unwrapped, 5, "ImportKeyAlgorithm");
      const wanted = check.usages(usages, 7);
      allow(own, with_, "unwrapKey");
      const plain = await (with_.found.name === "AES-KW" ? unwrapBytes(bytes, with_) : seal("decrypt", own, with_, bytes));
      return await importKey(String(format), format === "jwk" ? parseJwk(plain) : plain, target, Boolean(extractable), wanted);
    }

    timingSafeEqual(a, b) {
      const check = parameters("timingSafeEqual");
      const left = check.bytes(a, 1), right = check.bytes(b, 2);
      if (left.length !== right.length) throw new TypeError("Input buffers must have the same byte length.");
      return runtime.equalInConstantTime(left, right);
    }
  }

  function parseJwk(bytes) {
    const jwk = JSON.parse(new TextDecoder().decode(bytes));
    if (jwk?.kty === undefined) throw fail("DataError", 'Missing "kty" field or corrupt JSON unwrapping key?');
    return jwk;
  }

  const subtle = new SubtleCrypto(MAKING);

  /** https://www.w3.org/TR/WebCryptoAPI/#Crypto-method-getRandomValues */
  const RANDOM_BYTES = 65536;

  class Crypto {
    constructor(making) {
      if (making !== MAKING) throw new TypeError("Illegal constructor");
    }

    get subtle() {
      return subtle;
    }

    getRandomValues(array) {
      if (!isView(array)) {
        throw new TypeError("Failed to execute 'getRandomValues' on 'Crypto': parameter 1 is not of type 'JsArrayBufferView'.");
      }
      if (exec(/^(Big)?(Ui|I)nt(8|16|32|64)(Clamped)?Array$/, `${array[Symbol.toStringTag]}`) === null) {
        throw fail("TypeMismatchError", "ArrayBufferView argument to getRandomValues() must be an integer-typed view.");
      }
      if (array.byteLength > RANDOM_BYTES) {
        throw fail("QuotaExceededError", `getRandomValues() only accepts buffers of size <= 64K but provided ${array.byteLength} bytes.`);
      }
      return apply(getRandomValues, engine(), [array]);
    }

    randomUUID() {
      return apply(randomUUID, engine(), []);
    }

    get DigestStream() {
      return workers.DigestStream;
    }
  }

  // A data property, as the vendor has it; the class itself is made by a script that runs later.
  workers.boot(() => defineProperty(Crypto.prototype, "DigestStream", { value: workers.words.callable(workers.DigestStream), writable: true, enumerable: true, configurable: true }));

  workers.interfaces({ Crypto, SubtleCrypto, CryptoKey });
  workers.own("crypto", new Crypto(MAKING));
};

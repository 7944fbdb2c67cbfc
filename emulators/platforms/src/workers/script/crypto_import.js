// How keys of `crypto.subtle` come into being: imported, exported, generated.
(runtime) => {
  const { freeze, prototype: { hasOwnProperty } } = Object;
  const { apply } = Reflect;
  const { ArrayBuffer, Math, String, TypeError, Uint8Array, atob } = globalThis;
  const { isView } = ArrayBuffer;
  const {
    ArrayPrototypeIncludes: includes, ArrayPrototypePush: push, StringPrototypeCharCodeAt: charCodeAt, StringPrototypeReplaceAll: replaceAll,
    StringPrototypeSlice: sliceText,
  } = runtime.primordials;
  const { workers } = runtime.parts;
  const { of, info, fail, required, find, hashOf, digestName, checkUsages, checkSome, iterable, DIGESTS } = workers.keys;
  const { SubtleCrypto } = runtime.web.crypto;
  const methods = {};
  for (const name of ["importKey", "exportKey", "generateKey", "sign", "verify"]) methods[name] = runtime.withOwnCall(runtime.withRoom(SubtleCrypto.prototype[name]));

  /** The engine's own. Errors of its own are told by `otherwise`, where there is a text for all of them. */
  async function native(method, args, otherwise) {
    try {
      return await apply(methods[method], runtime.web.crypto.crypto.subtle, iterable(args));
    } catch (error) {
      throw otherwise === undefined ? error : otherwise(error);
    }
  }

  const CURVES = ["P-256", "P-384", "P-521"];

  function curveOf(algorithm) {
    const curve = String(required(algorithm, "namedCurve"));
    if (!includes(CURVES, curve)) throw fail("NotSupportedError", `Unrecognized or unimplemented EC curve "${curve}" requested.`);
    return curve;
  }

  const buffer = (data) => data instanceof ArrayBuffer || isView(data);

  function checkFormat(format, data, { name }, extractable) {
    if (format === "raw" || format === "pkcs8" || format === "spki") {
      if (buffer(data)) return;
      throw new TypeError('Import data provided for "raw", "pkcs8", or "spki" import formats must be a buffer source.');
    }
    if (format !== "jwk") throw fail("NotSupportedError", `Unrecognized key import format "${format}".`);
    if (typeof data !== "object" || data === null || buffer(data)) {
      throw new TypeError('Import data provided for "jwk" import format must be a JsonWebKey.');
    }
    if (data.ext === false && extractable) {
      throw fail("DataError", `JWK ext field for "${name}" is set to false but extractable is true`);
    }
  }

  /** A copy. */
  const bytesOf = (data) => new Uint8Array(isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data));

  function base64Url(text, message) {
    try {
      if (typeof text !== "string") throw new TypeError(message);
      const binary = atob(replaceAll(replaceAll(text, "-", "+"), "_", "/"));
      const bytes = new Uint8Array(binary.length);
      for (let at = 0; at < binary.length; at++) bytes[at] = charCodeAt(binary, at);
      return bytes;
    } catch {
      throw fail("DataError", message);
    }
  }

  const importers = {
    async AES(found, format, data, algorithm, extractable, usages) {
      checkUsages("import secret", found, usages, found.secret);
      let raw;
      if (format === "raw") {
        raw = bytesOf(data);
        checkAesLength(raw);
      } else if (format === "jwk") {
        raw = aesOfJwk(found, data, usages);
      } else {
        throw fail("NotSupportedError", `Unrecognized key import format "${format}".`);
      }
      const key = await native("importKey", ["raw", raw, found.name, true, found.secret]);
      return of(key, { found, type: "secret", extractable, usages, raw, algorithm: { name: found.name, length: raw.length * 8 } });
    },

    async HMAC(found, format, data, algorithm, extractable, usages) {
      checkUsages("import secret", found, usages, found.secret);
      const hash = hashOf(algorithm);
      let raw;
      if (format === "raw") raw = bytesOf(data);
      else if (format === "jwk") raw = hmacOfJwk(data, hash);
      else throw fail("NotSupportedError", `Unrecognized key import format "${format}".`);
      const bits = raw.length * 8;
      const length = algorithm.length === undefined ? bits : algorithm.length >>> 0;
      if (length === 0 || length > bits || length <= bits - 8) {
        throw fail(
          "DataError",
          `Imported HMAC key length (${length}) must be a non-zero value up to 7 bits less than, and no greater than, the bit length of the raw key data (${bits}).`,
        );
      }
      // The bits beyond the length are none of the key's.
      if (length % 8 !== 0) raw[raw.length - 1] &= 0xff << (8 - (length % 8));
      return await makeHmac(found, raw, hash, length, extractable, usages);
    },

    async KDF(found, format, data, algorithm, extractable, usages) {
      checkUsages("import secret", found, usages, found.secret);
      if (extractable) throw fail("SyntaxError", `${found.name} key cannot be extractable.`);
      if (format !== "raw") throw fail("NotSupportedError", `${found.name} key must be imported in "raw" format (requested "${format}").`);
      const raw = bytesOf(data);
      const key = await native("importKey", ["raw", raw, found.name, false, found.secret]);
      return of(key, { found, type: "secret", extractable, usages, algorithm: { name: found.name }, raw });
    },

    async EC(found, format, data, algorithm, extractable, usages) {
      const namedCurve = curveOf(algorithm);
      const type = typeOf(format, data);
      checkUsages(`import ${type}`, found, usages, found[type]);
      if (format === "jwk" && data.kty !== "EC") {
        throw fail("DataError", `Elliptic curve "jwk" key import requires a JSON Web Key with Key Type parameter "kty" ("${data.kty}") equal to "EC".`);
      }
      if (format === "jwk" && data.crv !== namedCurve) throw badEc(format);
      const key = await native("importKey", [format, plain(format, data), { name: found.name, namedCurve }, true, found[type]], () => badEc(format));
      if (format === "jwk" && type === "private") await checkPair(data, namedCurve);
      return of(key, { found, type, extractable: type === "public" || extractable, usages, algorithm: { name: found.name, namedCurve } });
    },

    async OKP(found, format, data, algorithm, extractable, usages) {
      const described = describeOkp(found, algorithm);
      const type = typeOf(format, data);
      checkUsages(`import ${type}`, found, usages, found[type]);
      if (format === "jwk" && data.crv !== found.curve) {
        throw fail("NotSupportedError", `Only ${found.curve} is supported but "${data.crv}" was requested.`);
      }
      const key = await native("importKey", [format, plain(format, data), found.curve, true, found[type]], () => badDer(format));
      return of(key, { found, type, extractable: type === "public" || extractable, usages, algorithm: described });
    },

    async RSA(found, format, data, algorithm, extractable, usages) {
      const hash = hashOf(algorithm);
      if (format === "raw") throw fail("NotSupportedError", `Unrecognized key import format "${format}".`);
      const type = typeOf(format, data);
      checkUsages(`import ${type}`, found, usages, found[type]);
      if (format === "jwk") checkRsaJwk(found, data, hash);
      const key = await native("importKey", [format, plain(format, data), { name: found.name, hash }, true, found[type]], () => badDer(format));
      return of(key, { found, type, extractable, usages, algorithm: describeRsa(found, key, hash) });
    },
  };

  function checkAesLength(raw) {
    if (raw.length === 16 || raw.length === 24 || raw.length === 32) return;
    throw fail("DataError", `Imported AES key length must be 128, 192, or 256 bits but provided ${raw.length * 8}.`);
  }

  function aesOfJwk(found, jwk, usages) {
    if (jwk.kty !== "oct") {
      throw fail("DataError", `Symmetric "jwk" key import requires a JSON Web Key with Key Type parameter "kty" equal to "oct" (encountered "${jwk.kty}").`);
    }
    const raw = base64Url(jwk.k, 'Symmetric "jwk" key import requires a base64Url encoding of the key.');
    checkAesLength(raw);
    const alg = `A${raw.length * 8}${found.jwk}`;
    if (jwk.alg !== undefined && jwk.alg !== alg) {
      throw fail("DataError", `Symmetric "jwk" key contains invalid "alg" value "${jwk.alg}", expected "${alg}".`);
    }
    if (usages.length > 0 && jwk.use !== undefined && jwk.use !== "enc") {
      throw fail("DataError", `Symmetric "jwk" key must have a "use" of "enc", not "${jwk.use}".`);
    }
    for (let at = 0; jwk.key_ops !== undefined && at < usages.length; at++) {
      const usage = usages[at];
      if (!includes(jwk.key_ops, usage)) throw fail("DataError", `"jwk" key missing usage "${usage}", in "key_ops".`);
    }
    return raw;
  }

  const hmacAlg = (hash) => `HS${sliceText(hash, 4)}`;

  function hmacOfJwk(jwk, hash) {
    if (jwk.kty !== "oct") {
      throw fail("DataError", `HMAC "jwk" key import requires a JSON Web Key with Key Type parameter ("kty") equal to "oct" (encountered "${jwk.kty}").`);
    }
    const raw = base64Url(jwk.k, 'HMAC "jwk" key import requires a base64Url encoding of the key');
    if (jwk.alg !== undefined && jwk.alg !== hmacAlg(hash)) {
      throw fail(
        "DataError",
        `HMAC "jwk" key import specifies "alg" that is incompatible with the hash name (encountered "${jwk.alg}", expected "${hmacAlg(hash)}").`,
      );
    }
    return raw;
  }

  async function makeHmac(found, raw, hash, length, extractable, usages) {
    // The engine has no HMAC with MD5: `crypto.js` has its own.
    const key = hash === "MD5" ? undefined : await native("importKey", ["raw", raw, { name: "HMAC", hash }, true, found.secret]);
    return of(key, { found, type: "secret", extractable, usages, raw, algorithm: { name: "HMAC", hash: { name: hash }, length } });
  }

  const typeOf = (format, data) => format === "pkcs8" || (format === "jwk" && data.d !== undefined) ? "private" : "public";

  /** The parts of a JWK that are the key; its other members are checked here, not by the engine. */
  function plain(format, data) {
    if (format !== "jwk") return bytesOf(data);
    const { alg: _alg, use: _use, key_ops: _ops, ext: _ext, ...key } = data;
    return key;
  }

  function badDer(format) {
    if (format === "spki") return fail("DataError", "Invalid SPKI input.");
    if (format === "pkcs8") return fail("DataError", "Invalid PKCS8 input.");
    return fail("DataError", "Invalid key data.");
  }

  function badEc(format) {
    if (format === "raw") return fail("DataError", "Failed to import raw EC key data: Invalid point encoding..");
    if (format === "jwk") return fail("OperationError", 'Invalid EC key; public key coordinates "x" and "y" are invalid: Point is not on curve..');
    return badDer(format);
  }

  /** The engine takes any private number with any point: here the one must sign what the other verifies. */
  async function checkPair({ kty, crv, x, y, d }, namedCurve) {
    const algorithm = { name: "ECDSA", namedCurve, hash: "SHA-256" };
    const nothing = new Uint8Array();
    const refuse = () => fail("DataError", "Invalid key data.");
    const secret = await native("importKey", ["jwk", { kty, crv, x, y, d }, algorithm, false, ["sign"]], refuse);
    const open = await native("importKey", ["jwk", { kty, crv, x, y }, algorithm, false, ["verify"]], refuse);
    const signature = await native("sign", [algorithm, secret, nothing], refuse);
    if (!await native("verify", [algorithm, open, signature, nothing], refuse)) throw refuse();
  }

  /** What a JWK calls an RSA algorithm with a digest. */
  function rsaAlg(found, hash) {
    if (found.name === "RSA-OAEP" && hash === "SHA-1") return "RSA-OAEP";
    return found.jwk + sliceText(hash, 4);
  }

  const RSA_DIGESTS = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];

  function checkRsaJwk(found, jwk, hash) {
    if (jwk.kty !== "RSA") {
      throw fail("DataError", `RSASSA-PKCS1-v1_5 "jwk" key import requires a JSON Web Key with Key Type parameter "kty" ("${jwk.kty}") equal to "RSA".`);
    }
    if (jwk.alg !== undefined) {
      const given = String(jwk.alg);
      let known = false;
      for (let at = 0; at < RSA_DIGESTS.length; at++) known ||= rsaAlg(found, RSA_DIGESTS[at]) === given;
      if (!known) {
        throw fail("NotSupportedError", `Unrecognized or unimplemented algorithm "${jwk.alg}" listed in JSON Web Key Algorithm parameter.`);
      }
      if (jwk.alg !== rsaAlg(found, hash)) {
        throw fail("DataError", `JSON Web Key Algorithm parameter "alg" ("${jwk.alg}") does not match requested hash algorithm "${jwk.alg}".`);
      }
    }
    const missing = (what) => fail("DataError", `Invalid RSA key in JSON Web Key; missing or invalid ${what}.`);
    if (jwk.n === undefined) throw missing('Modulus parameter ("n")');
    if (jwk.e === undefined) throw missing('Exponent parameter ("e")');
  }

  function describeRsa(found, key, hash) {
    const { modulusLength, publicExponent } = key.algorithm;
    return { name: found.name, modulusLength, publicExponent: new Uint8Array(publicExponent), hash: { name: hash } };
  }

  function describeOkp(found, algorithm) {
    return found.namedCurve ? { name: found.name, namedCurve: String(required(algorithm, "namedCurve")) } : { name: found.name };
  }

  async function importKey(format, data, algorithm, extractable, usages) {
    checkFormat(format, data, algorithm, extractable);
    const found = find(algorithm.name);
    if (found === undefined) throw fail("NotSupportedError", `Unrecognized key import algorithm "${algorithm.name}" requested.`);
    const key = await importers[found.family](found, format, data, algorithm, extractable, usages);
    checkSome(info(key).type, usages);
    return key;
  }

  const generators = {
    async AES(found, algorithm, extractable, usages) {
      const length = required(algorithm, "length") | 0;
      if (!includes([128, 192, 256], length)) {
        throw fail("OperationError", `Generated AES key length must be 128, 192, or 256 bits but requested ${length}.`);
      }
      checkUsages("generate", found, usages, found.secret);
      return await secret(found, length / 8, (raw) => importers.AES(found, "raw", raw, algorithm, extractable, usages));
    },

    async HMAC(found, algorithm, extractable, usages) {
      checkUsages("generate", found, usages, found.secret);
      const hash = hashOf(algorithm);
      const length = algorithm.length === undefined ? DIGESTS.get(hash) * 8 : algorithm.length | 0;
      if (length <= 0) throw fail("OperationError", `HMAC key length must be a non-zero unsigned long integer (requested ${length}).`);
      return await secret(found, Math.ceil(length / 8), (raw) => makeHmac(found, raw, hash, length, extractable, usages));
    },

    EC(found, algorithm, extractable, usages) {
      const namedCurve = curveOf(algorithm);
      return pair(found, { name: found.name, namedCurve }, extractable, usages, () => ({ name: found.name, namedCurve }));
    },

    OKP(found, algorithm, extractable, usages) {
      const described = describeOkp(found, algorithm);
      return pair(found, { name: found.curve }, extractable, usages, () => described);
    },

    RSA(found, algorithm, extractable, usages) {
      const publicExponent = required(algorithm, "publicExponent");
      const hash = hashOf(algorithm);
      const modulusLength = required(algorithm, "modulusLength") | 0;
      checkRsa(modulusLength, publicExponent);
      return pair(found, { name: found.name, hash, modulusLength, publicExponent }, extractable, usages, (key) => describeRsa(found, key, hash));
    },
  };

  function checkRsa(modulusLength, publicExponent) {
    if (modulusLength % 8 !== 0 || modulusLength < 256 || modulusLength > 16384) {
      throw fail("OperationError", `The modulus length must be a multiple of 8 and between 256 and 16k, but ${modulusLength} was requested.`);
    }
    let exponent = 0;
    for (let at = 0; at < publicExponent.length; at++) exponent = exponent * 256 + publicExponent[at];
    if (exponent !== 3 && exponent !== 65537) {
      const got = exponent > 0xffffffff ? "a number larger than 2^32" : exponent;
      throw fail("OperationError", `The "publicExponent" must be either 3 or 65537, but got ${got}.`);
    }
  }

  async function secret(found, length, make) {
    const raw = new Uint8Array(length);
    // What `getRandomValues` fills at once ends at 65,536 bytes.
    for (let at = 0; at < length; at += 65536) runtime.web.crypto.crypto.getRandomValues(raw.subarray(at, at + 65536));
    return await make(raw);
  }

  /** What the keys of a pair can be used for. */
  function usagesOf(found) {
    const both = [];
    for (let at = 0; at < found.private.length; at++) push(both, found.private[at]);
    for (let at = 0; at < found.public.length; at++) push(both, found.public[at]);
    return both;
  }

  async function pair(found, algorithm, extractable, usages, describe) {
    const both = usagesOf(found);
    checkUsages("generate", found, usages, both);
    const side = (type) => {
      const own = [];
      for (let at = 0; at < usages.length; at++) if (includes(found[type], usages[at])) push(own, usages[at]);
      return own;
    };
    if (side("private").length === 0) throw fail("SyntaxError", "Attempt to generate asymmetric keys with no valid private key usages.");
    const made = await native("generateKey", [algorithm, true, both]);
    const key = (type, extractable) => {
      const own = made[`${type}Key`];
      return of(own, { found, type, extractable, usages: side(type), algorithm: describe(own) });
    };
    return { publicKey: key("public", true), privateKey: key("private", extractable) };
  }

  async function generateKey(algorithm, extractable, usages) {
    const found = find(algorithm.name);
    const generate = found && generators[found.family];
    if (!generate) throw fail("NotSupportedError", `Unrecognized key generation algorithm "${algorithm.name}" requested.`);
    const key = await generate(found, algorithm, extractable, usages);
    if (!apply(hasOwnProperty, key, ["privateKey"])) checkSome("secret", usages);
    return key;
  }

  /** The members of a JWK in the order of the vendor's, all of them there. */
  const JWK = ["kty", "use", "key_ops", "alg", "ext", "crv", "x", "y", "d", "n", "e", "p", "q", "dp", "dq", "qi", "oth", "k"];

  function jwkOf(own, { found, usages, algorithm, extractable }) {
    const { name: hash } = algorithm.hash ?? {};
    const algs = { AES: () => `A${algorithm.length}${found.jwk}`, HMAC: () => hmacAlg(hash), RSA: () => rsaAlg(found, hash) };
    const alg = found.family in algs ? algs[found.family]() : found.jwk;
    const operations = [];
    for (let at = 0; at < usages.length; at++) push(operations, usages[at]);
    const whole = { __proto__: null, ...own, alg, key_ops: operations, ext: extractable, use: undefined };
    const jwk = {};
    for (let at = 0; at < JWK.length; at++) jwk[JWK[at]] = whole[JWK[at]];
    return jwk;
  }

  async function exportKey(format, key) {
    const own = info(key);
    const { found, type, extractable, raw } = own;
    if (!extractable) throw fail("InvalidAccessError", `Attempt to export non-extractable ${found.name} key.`);
    if (raw !== undefined) return exportSecret(format, own);
    checkExport(format, own);
    if (format === "jwk") return jwkOf(await native("exportKey", ["jwk", own.native]), own);
    return await native("exportKey", [format, own.native]);
  }

  function exportSecret(format, own) {
    const { found, raw } = own;
    if (format === "raw") return raw.slice().buffer;
    if (format === "jwk") return jwkOf({ kty: "oct", k: raw.toBase64({ alphabet: "base64url", omitPadding: true }) }, own);
    if (found.family === "HMAC") throw fail("NotSupportedError", `Unimplemented key export format "${format}".`);
    throw fail("NotSupportedError", `${found.name} key only supports exporting "raw" & "jwk", not "${format}".`);
  }

  function checkExport(format, { found, type }) {
    if (format === "pkcs8" && type !== "private") {
      throw fail("InvalidAccessError", `Asymmetric pkcs8 export requires private key (not "${type}").`);
    }
    if (format === "spki" && type !== "public") throw fail("InvalidAccessError", `Asymmetric spki export requires public key (not "${type}").`);
    if (format === "raw" && found.family !== "RSA" && type !== "public") {
      const what = found.family === "EC" ? "elliptic curve" : found.name;
      throw fail("InvalidAccessError", `Raw export of ${what} keys is only allowed for public keys.`);
    }
    const known = includes(["jwk", "pkcs8", "spki"], format) || (format === "raw" && found.family !== "RSA");
    if (!known) throw fail("InvalidAccessError", `Cannot export "${found.name}" in "${format}" format.`);
  }

  workers.keyring = freeze({ importKey, exportKey, generateKey, bytesOf, digestName });
};

// Signatures and digests of `crypto.subtle`. What most tokens use is done on the isolate's own thread, with keys that are taken apart once;
// the engine does the rest: other digests with a curve, short RSA keys, other lengths of salt, large data.
(runtime) => {
  const { freeze } = Object;
  const { apply } = Reflect;
  const { workers } = runtime.parts;
  const { SubtleCrypto } = runtime.web.crypto;
  const [sign, verify, exportKey, digest] = ["sign", "verify", "exportKey", "digest"].map((name) => runtime.withOwnCall(SubtleCrypto.prototype[name]));
  const { open, sign: signHere, verify: verifyHere, digest: digestHere } = runtime.signing;
  const native = (method, ...args) => apply(method, runtime.web.crypto.crypto.subtle, args);
  const { get, set } = WeakMap.prototype;

  /** Beyond this, in bytes, the thread has better things to do. */
  const SMALL = 128 * 1024;
  const DIGEST_BYTES = { "SHA-1": 20, "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 };
  const RSA_BITS = { least: 2048, most: 8192 };

  /** What the key and the parameters of an operation come to, as `open` calls it; none where the engine has to do. */
  function kindOf(parameters, { found, algorithm }) {
    const { hash } = parameters;
    const digestName = typeof hash === "object" ? hash.name : hash;
    if (found.name === "HMAC") return `HMAC ${digestName}`;
    if (found.name === "ECDSA") return `ECDSA ${algorithm.namedCurve} ${digestName}`;
    if (found.family !== "RSA") return undefined;
    const { modulusLength, hash: { name } } = algorithm;
    if (modulusLength < RSA_BITS.least || modulusLength > RSA_BITS.most) return undefined;
    if (found.name === "RSA-PSS" && parameters.saltLength !== DIGEST_BYTES[name]) return undefined;
    return `${found.name} ${name}`;
  }

  /** Keys that were opened, or could not be (`null`), with the kind that they were opened for, by the engine's key. */
  const opened = new WeakMap();

  /** The key for use here, at once where it was used before. */
  function keyFor(parameters, key, data) {
    const kind = data.length > SMALL ? undefined : kindOf(parameters, key);
    if (kind === undefined) return null;
    const known = apply(get, opened, [key.native]);
    return known?.kind === kind ? known.key : openKey(kind, key);
  }

  async function openKey(kind, { native: key, type, raw }) {
    const bytes = raw ?? new Uint8Array(await native(exportKey, type === "private" ? "pkcs8" : "spki", key));
    let own = null;
    try {
      own = open(kind, type === "private", bytes);
    } catch {
      // No algorithm or no key of those that can be had here.
    }
    apply(set, opened, [key, { kind, key: own }]);
    return own;
  }

  workers.signing = freeze({
    /** A signature of `data`; `parameters` as the engine takes them. */
    async sign(parameters, key, data) {
      const own = await keyFor(parameters, key, data);
      return own === null ? await native(sign, parameters, key.native, data) : signHere(own, data);
    },
    async verify(parameters, key, signature, data) {
      const own = await keyFor(parameters, key, data);
      return own === null ? await native(verify, parameters, key.native, signature, data) : verifyHere(own, signature, data);
    },
    digest: (name, data) => data.length > SMALL ? native(digest, name, data) : digestHere(name, data),
  });
};

// Work for the engine alone. Each gives a short text, so that the way of the answer does not count. What each needs is made when it is first
// asked for: the start and the saves of this app are to be those of a server, not of an engine.
import fib from "./fib.wasm";

const RECORD = { name: "a record of some 128 bytes", tags: ["one", "two", "three"], nested: { price: 12.5, stock: null, sold: true } };
let text: string | undefined;

/** One megabyte, parsed and written again. */
export function json(): string {
  text ??= JSON.stringify(Array.from({ length: 8200 }, (_, id) => ({ id, ...RECORD })));
  return String(JSON.stringify(JSON.parse(text)).length);
}

const MESSAGE = new TextEncoder().encode("a message of a few words, as a token has them");
const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
let keys: CryptoKeyPair | undefined;

/** One signature, made and verified. Workers may not make keys before the first request. */
export async function cryptography(): Promise<string> {
  keys ??= (await crypto.subtle.generateKey(ECDSA, false, ["sign", "verify"])) as CryptoKeyPair;
  const signature = await crypto.subtle.sign(ECDSA, keys.privateKey, MESSAGE);
  return String(await crypto.subtle.verify(ECDSA, keys.publicKey, signature, MESSAGE));
}

const CHUNK = new Uint8Array(4096).fill(120);
const CHUNKS = 25; // 102,400 bytes

/** 100 KB in chunks of 4 KB, through one transform that changes each byte and one that passes each chunk on. */
export function transforms(): ReadableStream {
  let left = CHUNKS;
  const source = new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(CHUNK);
      else controller.close();
    },
  });
  const change = new TransformStream({ transform: (chunk, controller) => controller.enqueue(chunk.map((byte: number) => byte ^ 1)) });
  return source.pipeThrough(change).pipeThrough(new TransformStream());
}

let instance: WebAssembly.Instance | undefined;

/** Some 75,000 calls of one function. */
export function wasm(): string {
  instance ??= new WebAssembly.Instance(fib);
  return String((instance.exports.fib as (n: number) => number)(23));
}

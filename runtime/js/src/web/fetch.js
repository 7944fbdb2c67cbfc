// `fetch` to the outside. The host opens the connections; here a request becomes a call and its answer a `Response`.
import { core, primordials } from "ext:core/mod.js";
import { breakOff } from "ext:greenroom/body.js";
import { cancel, start } from "ext:greenroom/calls.js";
import { request as requests, response as responses, streams } from "ext:greenroom/globals.js";

const { InnerBody } = core.loadExtScript("ext:deno_fetch/22_body.js");
const { parseMimeType, serializeMimeType } = core.loadExtScript("ext:deno_web/01_mimesniff.js");
const { forgivingBase64Decode } = core.loadExtScript("ext:deno_web/00_infra.js");
const { Promise, PromisePrototypeThen, SafeSet, Uint8Array } = primordials;
const { Request, toInnerRequest } = requests;
const { fromInnerResponse, newInnerResponse } = responses;

/** The name under which the host answers for the outside; no binding can have it. */
const OUTSIDE = "";

/** https://fetch.spec.whatwg.org/#null-body-status */
const NULL_BODY = new SafeSet([101, 103, 204, 205, 304]);

export function makeFetch(invocationId, lengthOf) {
  return async function fetch(input, init = undefined) {
    const request = new Request(input, init);
    const { signal } = request;
    const inner = toInnerRequest(request);
    if (inner.currentUrl().startsWith("data:")) return dataResponse(inner.currentUrl());
    const head = { url: inner.currentUrl(), method: inner.method, headers: inner.headerList, redirect: inner.redirectMode };
    const { value, body } = await send(invocationId(), OUTSIDE, head, request, lengthOf);
    return toResponse(value, body, signal);
  };
}

/**
 * Sends a request's body with `args` to `binding`, and gives it up when the request is aborted. Resolves to `{ value, body }`.
 * `lengthOf` tells how long a stream will be, if that is known.
 */
export async function send(invocation, binding, args, request, lengthOf = () => undefined) {
  const { signal } = request;
  signal.throwIfAborted();
  const body = bodyOf(toInnerRequest(request));
  const length = body instanceof streams.ReadableStream ? lengthOf(body) : undefined;
  if (length !== undefined) {
    args.headers = [...args.headers.filter(([name]) => name.toLowerCase() !== "content-length"), ["content-length", `${length}`]];
  }
  return await abortable(start(invocation, binding, "fetch", args, body), signal);
}

/** https://fetch.spec.whatwg.org/#data-url-processor */
function dataResponse(url) {
  const text = url.slice("data:".length).split("#", 1)[0];
  const comma = text.indexOf(",");
  if (comma < 0) throw new TypeError("Invalid data: URL");
  const meta = text.slice(0, comma);
  const base64 = /;\s*base64\s*$/i.test(meta);
  const named = (base64 ? meta.replace(/;\s*base64\s*$/i, "") : meta).trim();
  const type = parseMimeType(named.startsWith(";") ? `text/plain${named}` : named) ?? parseMimeType("text/plain;charset=US-ASCII");
  const bytes = percentDecoded(text.slice(comma + 1));
  const inner = newInnerResponse(200, "OK");
  inner.urlList = [url];
  inner.headerList = [["content-type", serializeMimeType(type)]];
  inner.body = new InnerBody({ body: base64 ? forgivingBase64Decode(core.decode(bytes)) : bytes, consumed: false });
  return fromInnerResponse(inner, "immutable");
}

function percentDecoded(text) {
  const bytes = core.encode(text);
  let length = 0;
  for (let at = 0; at < bytes.byteLength; at++, length++) {
    const escape = bytes[at] === 0x25 ? /^[0-9a-f]{2}/i.exec(core.decode(bytes.subarray(at + 1, at + 3))) : null;
    bytes[length] = escape === null ? bytes[at] : parseInt(escape[0], 16);
    if (escape !== null) at += 2;
  }
  return bytes.slice(0, length);
}

function bodyOf(inner) {
  if (inner.body === null) return undefined;
  const body = inner.body.streamOrStatic;
  return body instanceof streams.ReadableStream ? body : body.body;
}

function abortable({ id, answer }, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel(id);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    PromisePrototypeThen(
      answer,
      (result) => {
        signal.removeEventListener("abort", abort);
        resolve(result);
      },
      (error) => {
        signal.removeEventListener("abort", abort);
        reject(error);
      },
    );
  });
}

/** A response of `{ status, statusText, headers, urls }`. */
export function toResponse(value, body, signal) {
  const inner = newInnerResponse(value.status, value.statusText);
  // Requests of Workers have no mode, and so answers have no type.
  inner.type = "default";
  inner.urlList = value.urls;
  inner.headerList = value.headers;
  if (body !== null && !NULL_BODY.has(value.status)) {
    if (body instanceof streams.ReadableStream) {
      signal.addEventListener("abort", () => breakOff(body, signal.reason), { once: true });
      inner.body = new InnerBody(body);
    } else {
      inner.body = new InnerBody({ body: new Uint8Array(body), consumed: false });
    }
  }
  return fromInnerResponse(inner, "immutable");
}

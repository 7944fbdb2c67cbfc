// `fetch` to the outside. The host opens the connections; here a request becomes a call and its answer a `Response`.
import { core, primordials } from "ext:core/mod.js";
import { breakOff, setLength } from "ext:greenroom/body.js";
import { AS_BUFFER, cancel, start } from "ext:greenroom/calls.js";
import { request as requests, response as responses, streams } from "ext:greenroom/globals.js";

const { InnerBody } = core.loadExtScript("ext:deno_fetch/22_body.js");
const { parseMimeType, serializeMimeType } = core.loadExtScript("ext:deno_web/01_mimesniff.js");
const { forgivingBase64Decode } = core.loadExtScript("ext:deno_web/00_infra.js");
const {
  ArrayPrototypeIncludes, Promise, PromisePrototypeThen, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeStartsWith,
  StringPrototypeToLowerCase, StringPrototypeTrim, TypeError, TypedArrayPrototypeSlice, TypedArrayPrototypeSubarray, Uint8Array,
} = primordials;
const { op_body_end, op_log } = core.ops;
const { toInnerRequest } = requests;
const { fromInnerResponse, newInnerResponse } = responses;

/** The name under which the host answers for the outside; no binding can have it. */
const OUTSIDE = "";

/** https://fetch.spec.whatwg.org/#null-body-status */
const NULL_BODY = [101, 103, 204, 205, 304];

const WARNING = 2;

/** Sends a request to the outside, whose body is taken; `signal` is what gives it up, if anything may. */
export async function fetchOutside(invocation, request, lengthOf, signal) {
  const inner = toInnerRequest(request);
  const url = inner.currentUrl();
  if (StringPrototypeStartsWith(url, "data:")) return dataResponse(url);
  const args = { url, method: inner.method, headers: inner.headerList, redirect: inner.redirectMode, length: bodyLength(inner, lengthOf) };
  const { value, body } = await send(invocation, OUTSIDE, args, inner, signal);
  return toResponse(value, body, signal);
}

/** Sends a request's body with `args` to `binding`, and gives it up when `signal` says so. Resolves to `{ value, body }`. */
export async function send(invocation, binding, args, inner, signal = undefined) {
  signal?.throwIfAborted();
  const call = start(invocation, binding, "fetch", args, bodyOf(inner), AS_BUFFER, endsThere);
  return await (signal === undefined ? call.answer : abortable(call, signal));
}

/** As in Workers, a body that fails ends where it failed: https://github.com/cloudflare/workerd/blob/main/src/workerd/api/http.c++ */
function endsThere(id, why) {
  op_log(0, WARNING, `fetch: the body of a request failed and was sent as far as it came: ${why}`);
  op_body_end(id);
}

/** How many bytes the body of a request has; undefined where it has none, or where nobody knows. `lengthOf` knows some streams. */
export function bodyLength(inner, lengthOf) {
  const body = bodyOf(inner);
  if (body === undefined) return undefined;
  if (body instanceof streams.ReadableStream) return lengthOf(body);
  return typeof body === "string" ? core.byteLength(body) : body.byteLength;
}

/** https://fetch.spec.whatwg.org/#data-url-processor */
function dataResponse(url) {
  const hash = StringPrototypeIndexOf(url, "#");
  const text = StringPrototypeSlice(url, "data:".length, hash < 0 ? undefined : hash);
  const comma = StringPrototypeIndexOf(text, ",");
  if (comma < 0) throw new TypeError("Invalid data: URL");
  const meta = StringPrototypeSlice(text, 0, comma);
  const base64 = RegExpPrototypeExec(/;\s*base64\s*$/i, meta);
  const named = StringPrototypeTrim(base64 === null ? meta : StringPrototypeSlice(meta, 0, base64.index));
  const type = parseMimeType(StringPrototypeStartsWith(named, ";") ? `text/plain${named}` : named) ?? parseMimeType("text/plain;charset=US-ASCII");
  const bytes = percentDecoded(StringPrototypeSlice(text, comma + 1));
  const inner = newInnerResponse(200, "OK");
  inner.urlList = [url];
  inner.headerList = [["content-type", serializeMimeType(type)]];
  inner.body = new InnerBody({ body: base64 === null ? bytes : forgivingBase64Decode(core.decode(bytes)), consumed: false });
  return fromInnerResponse(inner, "immutable");
}

function percentDecoded(text) {
  const bytes = core.encode(text);
  let length = 0;
  for (let at = 0; at < bytes.byteLength; at++, length++) {
    const escape = bytes[at] === 0x25 ? RegExpPrototypeExec(/^[0-9a-f]{2}/i, core.decode(TypedArrayPrototypeSubarray(bytes, at + 1, at + 3))) : null;
    bytes[length] = escape === null ? bytes[at] : parseInt(escape[0], 16);
    if (escape !== null) at += 2;
  }
  return TypedArrayPrototypeSlice(bytes, 0, length);
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

/** The length that headers give, unless what is read of the body is something else than what it came as. */
export function statedLength(headers) {
  let length;
  for (let i = 0; i < headers.length; i++) {
    const name = StringPrototypeToLowerCase(headers[i][0]);
    if (name === "content-encoding" || name === "transfer-encoding") return undefined;
    if (name === "content-length") length = +headers[i][1];
  }
  return length >= 0 ? length : undefined;
}

/** A response of `{ status, statusText, headers, urls }`; `signal` breaks its body off, if anything may. */
export function toResponse(value, body, signal = undefined) {
  const inner = newInnerResponse(value.status, value.statusText);
  // Requests of Workers have no mode, and so answers have no type.
  inner.type = "default";
  inner.urlList = value.urls;
  inner.headerList = value.headers;
  if (body !== null && !ArrayPrototypeIncludes(NULL_BODY, value.status)) {
    if (body instanceof streams.ReadableStream) {
      signal?.addEventListener("abort", () => breakOff(body, signal.reason), { once: true });
      setLength(body, () => statedLength(value.headers));
      inner.body = new InnerBody(body);
    } else {
      inner.body = new InnerBody({ body: new Uint8Array(body), consumed: false });
    }
  }
  return fromInnerResponse(inner, "immutable");
}

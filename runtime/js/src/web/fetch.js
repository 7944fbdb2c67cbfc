// `fetch` to the outside. The host opens the connections; here a request becomes a call and its answer a `Response`.
import { core } from "ext:core/mod.js";
import { cancel, start } from "ext:greenroom/calls.js";
import { request as requests, response as responses } from "ext:greenroom/globals.js";

const { InnerBody } = core.loadExtScript("ext:deno_fetch/22_body.js");
const { Request, toInnerRequest } = requests;
const { fromInnerResponse, newInnerResponse } = responses;

/** The name under which the host answers for the outside; no binding can have it. */
const OUTSIDE = "";

export function makeFetch(invocationId) {
  return async function fetch(input, init = undefined) {
    const request = new Request(input, init);
    const { signal } = request;
    const inner = toInnerRequest(request);
    const head = { url: inner.currentUrl(), method: inner.method, headers: inner.headerList, redirect: inner.redirectMode };
    const { value, body } = await send(invocationId(), OUTSIDE, head, request);
    return toResponse(value, body, signal);
  };
}

/** Sends a request's body with `args` to `binding`, and gives it up when the request is aborted. Resolves to `{ value, body }`. */
export async function send(invocation, binding, args, request) {
  const { signal } = request;
  signal.throwIfAborted();
  return await abortable(start(invocation, binding, "fetch", args, bodyOf(toInnerRequest(request))), signal);
}

function bodyOf(inner) {
  if (inner.body === null) return undefined;
  const body = inner.body.streamOrStatic;
  return body instanceof ReadableStream ? body : body.body;
}

function abortable({ id, answer }, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel(id);
      reject(signal.reason);
    };
    signal.addEventListener("abort", abort, { once: true });
    answer.then(
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
  inner.type = "basic";
  inner.urlList = value.urls;
  inner.headerList = value.headers;
  if (body !== null) {
    if (body instanceof ReadableStream) {
      signal.addEventListener("abort", () => body.cancel(signal.reason).catch(() => {}), { once: true });
      inner.body = new InnerBody(body);
    } else {
      inner.body = new InnerBody({ body: new Uint8Array(body), consumed: false });
    }
  }
  return fromInnerResponse(inner, "immutable");
}

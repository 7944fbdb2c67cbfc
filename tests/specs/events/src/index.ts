// Events, signals, errors that nobody catches, and sockets of a pair. `expected.json` beside the folder of sources holds what workerd answers.

import { observe } from "./observe";

const later = (ms = 30) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const target = () => new EventTarget() as any;
const heard = async (type: string, work: () => unknown) => {
  const seen: unknown[] = [];
  const listener = (event: any) => void seen.push([event.type, event.constructor.name, String(event.reason), event.promise instanceof Promise, event.cancelable]);
  addEventListener(type, listener);
  await work();
  await later();
  removeEventListener(type, listener);
  return seen;
};
const reported = async (work: () => unknown) => {
  const seen: unknown[] = [];
  const listener = (event: any) => { seen.push([event.message, String(event.error), event.cancelable]); };
  addEventListener("error", listener);
  await work();
  await later();
  removeEventListener("error", listener);
  return seen;
};
const show = (event: any) => [event.type, event.constructor.name, ...["data", "code", "reason", "wasClean", "message"].filter((name) => name in event).map((name) => event[name] instanceof Blob ? `Blob ${event[name].size}` : event[name] instanceof ArrayBuffer ? `ArrayBuffer ${event[name].byteLength}` : event[name])];
const pair = () => Object.values(new (globalThis as any).WebSocketPair()) as any[];
const watched = () => {
  const [a, b] = pair();
  const log: unknown[] = [];
  for (const [name, socket] of [["a", a], ["b", b]] as const) {
    for (const type of ["open", "message", "close"]) socket.addEventListener(type, (event: any) => { log.push([name, ...show(event), socket.readyState]); });
    socket.accept();
  }
  return { a, b, log };
};

const observations: Record<string, (env: unknown) => unknown> = {
  "event": () => { const event = new Event("a", { bubbles: true, cancelable: true }); return [event.type, event.bubbles, event.cancelable, event.composed, event.eventPhase, event.isTrusted, event.timeStamp, event.defaultPrevented, event.returnValue, event.cancelBubble, event.currentTarget, event.target, event.srcElement, event.composedPath()]; },
  "event prevented": () => { const event = new Event("a", { cancelable: true }); event.preventDefault(); return [event.defaultPrevented, event.returnValue]; },
  "event not cancelable": () => { const event = new Event("a"); event.preventDefault(); return event.defaultPrevented; },
  "event without a type": () => new (Event as any)(),
  "event of a symbol": () => new (Event as any)(Symbol("a")),
  "custom event": () => [new CustomEvent("a", { detail: 1 }).detail, new CustomEvent("a") instanceof Event],
  "custom event without a type": () => new (CustomEvent as any)(),
  "error event": () => { const event = new ErrorEvent("a", { message: "m", filename: "f", lineno: 1, colno: 2, error: 3 }); return [event.message, event.filename, event.lineno, event.colno, event.error]; },
  "close event": () => { const event = new CloseEvent("a", { code: 4000, reason: "r", wasClean: true }); return [event.code, event.reason, event.wasClean]; },
  "constants": () => [Event.NONE, Event.CAPTURING_PHASE, Event.AT_TARGET, Event.BUBBLING_PHASE],
  "dispatch": () => { const events = target(); const seen: unknown[] = []; events.addEventListener("a", function (this: unknown, event: Event) { seen.push(this === events, event.target === events, event.currentTarget === events, event.eventPhase, event.composedPath().length); }); const event = new Event("a"); return [events.dispatchEvent(event), seen, event.eventPhase, event.currentTarget === events, event.target === events]; },
  "dispatch of no event": () => target().dispatchEvent({}),
  "dispatch while dispatching": () => { const events = target(); const event = new Event("a"); let seen; events.addEventListener("a", () => { try { events.dispatchEvent(event); } catch (error) { seen = String(error); } }); events.dispatchEvent(event); return seen; },
  "a listener that throws": () => { const events = target(); events.addEventListener("a", () => { throw new RangeError("thrown"); }); events.dispatchEvent(new Event("a")); },
  "listeners after one that throws": () => { const events = target(); let seen = 0; events.addEventListener("a", () => { seen++; throw 1; }); events.addEventListener("a", () => { seen++; }); try { events.dispatchEvent(new Event("a")); } catch {} return seen; },
  "return true": () => { const events = target(); events.addEventListener("a", () => true); return events.dispatchEvent(new Event("a", { cancelable: true })); },
  "on property": () => { const events = target(); const seen: string[] = []; events.addEventListener("a", () => { seen.push("listener"); }); events.ona = () => { seen.push("property"); }; events.dispatchEvent(new Event("a")); return seen; },
  "handleEvent": () => { const events = target(); const listener = { seen: 0, handleEvent() { this.seen++; } }; events.addEventListener("a", listener); events.addEventListener("a", listener); events.dispatchEvent(new Event("a")); return listener.seen; },
  "once": () => { const events = target(); let seen = 0; events.addEventListener("a", () => { seen++; }, { once: true }); events.dispatchEvent(new Event("a")); events.dispatchEvent(new Event("a")); return seen; },
  "signal": () => { const events = target(); const controller = new AbortController(); let seen = 0; events.addEventListener("a", () => { seen++; }, { signal: controller.signal }); events.dispatchEvent(new Event("a")); controller.abort(); events.dispatchEvent(new Event("a")); return seen; },
  "removed while dispatching": () => { const events = target(); const seen: string[] = []; const second = () => { seen.push("second"); }; events.addEventListener("a", () => { seen.push("first"); events.removeEventListener("a", second); events.addEventListener("a", () => { seen.push("third"); }); }); events.addEventListener("a", second); events.dispatchEvent(new Event("a")); return seen; },
  "stopImmediatePropagation": () => { const events = target(); const seen: number[] = []; events.addEventListener("a", (event: Event) => { seen.push(1); event.stopImmediatePropagation(); }); events.addEventListener("a", () => { seen.push(2); }); events.dispatchEvent(new Event("a")); return seen; },
  "listener that is none": () => target().addEventListener("a", {}),
  "listener null": () => target().addEventListener("a", null),
  "capture": () => target().addEventListener("a", () => {}, true),
  "capture option": () => target().addEventListener("a", () => {}, { capture: true }),
  "passive": () => target().addEventListener("a", () => {}, { passive: true }),
  "remove with capture": () => target().removeEventListener("a", () => {}, true),
  "global listener": () => { let seen = 0; addEventListener("mine", () => { seen++; }, { once: true }); dispatchEvent(new Event("mine")); return seen; },

  "abort": () => { const controller = new AbortController(); const seen: unknown[] = []; controller.signal.onabort = () => { seen.push("on"); }; controller.signal.addEventListener("abort", (event) => { seen.push(event.type); }); controller.abort(); controller.abort("again"); return [seen, String(controller.signal.reason), controller.signal.aborted]; },
  "abort with a reason": () => { const controller = new AbortController(); controller.abort("why"); return controller.signal.reason; },
  "abort listener that throws": () => { const controller = new AbortController(); controller.signal.addEventListener("abort", () => { throw new RangeError("thrown"); }); controller.abort(); },
  "throwIfAborted": () => AbortSignal.abort().throwIfAborted(),
  "AbortSignal.abort": () => [String(AbortSignal.abort().reason), AbortSignal.abort(0).reason, AbortSignal.abort().reason.code],
  "AbortSignal.timeout": async () => { const signal = AbortSignal.timeout(1); await later(20); return [signal.aborted, String(signal.reason)]; },
  "AbortSignal.any": () => { const [a, b] = [new AbortController(), new AbortController()]; const any = AbortSignal.any([a.signal, b.signal]); let seen = 0; any.addEventListener("abort", () => { seen++; }); b.abort("b"); a.abort("a"); return [any.aborted, any.reason, seen]; },
  "AbortSignal.any of none": () => AbortSignal.any([]).aborted,
  "AbortSignal.any aborted": () => AbortSignal.any([AbortSignal.abort(1), AbortSignal.abort(2)]).reason,
  "new AbortSignal": () => new (AbortSignal as any)(),

  "unhandled": () => heard("unhandledrejection", () => void Promise.reject(new Error("nobody"))),
  "unhandled value": () => heard("unhandledrejection", () => void Promise.reject(7)),
  "handled at once": () => heard("unhandledrejection", () => Promise.reject(1).catch(() => {})),
  "handled in a chain": () => heard("unhandledrejection", () => Promise.resolve().then(() => Promise.reject(1)).then(() => {}).catch(() => {})),
  "handled later": async () => { const unhandled = await heard("rejectionhandled", async () => { const promise = Promise.reject(new Error("late")); await later(); promise.catch(() => {}); }); return unhandled; },
  "reportError": () => reported(() => reportError(new RangeError("reported"))),
  "reportError of text": () => reported(() => reportError("text")),
  "reportError of an object": () => reported(() => reportError({ a: 1 })),
  "reportError of nothing": () => (reportError as any)(),
  "a microtask that throws": () => reported(() => queueMicrotask(() => { throw new RangeError("micro"); })),

  "pair": () => { const both = new (globalThis as any).WebSocketPair(); return [Object.keys(both), Object.prototype.toString.call(both), both[0] instanceof WebSocket, [...both].length, both instanceof (globalThis as any).WebSocketPair]; },
  "pair without new": () => (globalThis as any).WebSocketPair(),
  "socket": () => { const [a] = pair(); return [a.readyState, a.url, a.protocol, a.extensions, a.binaryType]; },
  "socket constants": () => ["CONNECTING", "OPEN", "CLOSING", "CLOSED", "READY_STATE_CONNECTING", "READY_STATE_CLOSED"].map((name) => (WebSocket as any)[name]),
  "send before accept": () => pair()[0].send("a"),
  "close before accept": () => pair()[0].close(),
  "accept twice": () => { const [a] = pair(); a.accept(); return a.accept(); },
  "messages": async () => { const { a, b, log } = watched(); a.send("text"); a.send(new Uint8Array([1, 2])); b.send(new ArrayBuffer(3)); a.send(5); await later(); return ["a", "b"].map((name) => log.filter((line: any) => line[0] === name)); },
  "messages as buffers": async () => { const { a, b, log } = watched(); b.binaryType = "arraybuffer"; a.send(new Uint8Array([1, 2])); await later(); return log; },
  "messages before accept": async () => { const [a, b] = pair(); const seen: unknown[] = []; a.accept(); a.send("early"); await later(); b.addEventListener("message", (event: any) => { seen.push(event.data); }); b.accept(); await later(); return seen; },
  "close": async () => { const { a, b, log } = watched(); a.close(4000, "bye"); const state = a.readyState; await later(); return [state, log, a.readyState, b.readyState]; },
  "close without a code": async () => { const { a, log } = watched(); a.close(); await later(); return log; },
  "close twice": async () => { const { a, log } = watched(); a.close(1000); a.close(1001); await later(); return log.length; },
  "send after close": () => { const { a } = watched(); a.close(); a.send("late"); },
  "send nothing": () => { const { a } = watched(); a.send(); },
  ...Object.fromEntries([999, 1004, 1005, 1006, 1015, 5000].map((code) => [`close ${code}`, () => watched().a.close(code)])),
  "close with a long reason": () => watched().a.close(1000, "x".repeat(124)),
  "close with a reason alone": () => watched().a.close(undefined, "r"),
  "new WebSocket": () => new (WebSocket as any)(),
  "new WebSocket of no URL": () => new WebSocket("nope"),
  "new WebSocket of another scheme": () => new WebSocket("ftp://a"),
  "new WebSocket with a fragment": () => new WebSocket("ws://a/#f"),
  "new WebSocket with a protocol twice": () => new WebSocket("ws://a", ["a", "a"]),
  "new WebSocket with a bad protocol": () => new WebSocket("ws://a", "a b"),
  "response with a socket": () => { const [a] = pair(); const response = new Response(null, { status: 101, webSocket: a } as any) as any; return [response.status, response.webSocket === a, response.statusText, response.ok, response.body]; },
  "response 101 without a socket": () => new Response(null, { status: 101 }),
  "response 200 with a socket": () => new Response(null, { status: 200, webSocket: pair()[0] } as any),
  "response with a socket and a body": () => new Response("a", { status: 101, webSocket: pair()[0] } as any),
  "response with a socket that is none": () => new Response(null, { status: 101, webSocket: 1 } as any),
  "response without a socket": () => (new Response() as any).webSocket,
  "response with a socket, cloned": () => new Response(null, { status: 101, webSocket: pair()[0] } as any).clone(),

  "event source": async () => { const stream = new Response("retry: 5\nid: 7\nevent: mine\ndata: a\ndata: b\n\ndata:c\n\n: comment\nevent: none\n\ndata: cut").body; const source = (EventSource as any).from(stream); const seen: unknown[] = []; for (const type of ["open", "message", "mine", "error"]) source.addEventListener(type, (event: any) => { seen.push([event.type, event.constructor.name, event.data, event.lastEventId, source.readyState]); }); await later(20); return [seen, source.readyState, source.url, source.withCredentials]; },
  "event source of no URL": () => new EventSource("nope"),
  "event source with credentials": () => new EventSource("http://a", { withCredentials: true }),
  "event source of a locked stream": () => { const stream = new Response("a").body!; stream.getReader(); return (EventSource as any).from(stream); },

  "message channel": async () => { const { port1, port2 } = new MessageChannel(); const seen: unknown[] = []; port2.onmessage = (event) => { seen.push(event.data); }; port1.postMessage({ a: [1, new Map([[1, 2]])] }); await later(); port1.close(); return seen; },
};

export default {
  fetch: (_request: Request, env: unknown) => observe(observations, env),
};

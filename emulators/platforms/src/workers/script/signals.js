// Signals of another Worker: what is aborted there is aborted here. Whoever has one waits for it by a call that is answered when its time has
// come; it is given up at the end of the event that the signal came with.
// https://developers.cloudflare.com/workers/configuration/compatibility-flags/: `enable_abortsignal_rpc`
(runtime) => {
  const { workers } = runtime.parts;
  const { AbortController, DOMException, Function, Promise, Reflect, Uint8Array } = globalThis;
  const { apply } = Reflect;
  const then = Function.prototype.call.bind(Promise.prototype.then);
  const { abort } = AbortController.prototype;
  const listen = Function.prototype.call.bind(runtime.web.event.EventTarget.prototype.addEventListener);

  /** The name under which the host takes calls that come from no binding. */
  const PEERS = ".";

  const LOST = "An AbortSignal received over RPC was implicitly aborted because the connection back to its trigger was lost.";

  const enabled = () => workers.head?.compatibility_flags.includes("enable_abortsignal_rpc") ?? false;

  /** Where others can wait for a signal: guest and number. */
  workers.exportSignal = (signal) => {
    if (!enabled()) throw new DOMException("AbortSignal serialization is not enabled.", "DataCloneError");
    const wait = () => new Promise((resolve) => {
      if (signal.aborted) resolve(signal.reason);
      else listen(signal, "abort", () => resolve(signal.reason), { once: true });
    });
    return [workers.guest, workers.exportValue("signal", { wait })];
  };

  /** The signal that a request was given, where such signals go along. */
  workers.signalToSend = (request) => enabled() ? workers.signalOf(request) : undefined;

  workers.importSignal = (place) => {
    const guest = place[0], id = place[1];
    const controller = new AbortController();
    const invocation = runtime.invocation();
    if (invocation === undefined) return controller.signal;
    let over = false;
    const end = (reason) => {
      if (over) return;
      over = true;
      apply(abort, controller, [reason]);
    };
    const lost = () => end(new DOMException(LOST, "AbortError"));
    const { answer, cancel } = runtime.start(PEERS, "call", { to: { guest }, entry: { kind: "call", object: id, operation: "wait" }, summary: null });
    then(answer, ({ value, body }) => value.carried !== undefined ? lost() : end(workers.unpack(new Uint8Array(body)).value), lost);
    invocation.atEnd(() => {
      if (over) return;
      over = true;
      cancel();
      workers.release([{ guest, id }]);
    });
    return controller.signal;
  };
};

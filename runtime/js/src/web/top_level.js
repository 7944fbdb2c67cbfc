// What code may do while its modules are evaluated, before there is any event that it could do it for. Which parts are refused there, and in
// which words, is the platform's affair.
let refuse;

/** From now on calls to the host are refused with what `makeError` returns. */
export function forbid(makeError) {
  refuse = makeError;
}

/** From now on they are not. */
export function allow() {
  refuse = undefined;
}

/** The error to refuse with; undefined where nothing is refused. */
export function refusal() {
  return refuse?.();
}

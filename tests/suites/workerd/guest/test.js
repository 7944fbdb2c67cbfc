// The one part of `node:test` that the tests use: functions that remember their calls.
function remember(original = () => undefined) {
  const calls = [];
  let implementation = original;
  const remembering = function (...args) {
    const call = { arguments: args, this: this, result: undefined, error: undefined };
    calls.push(call);
    try {
      call.result = new.target ? Reflect.construct(implementation, args, new.target) : implementation.apply(this, args);
      return call.result;
    } catch (error) {
      call.error = error;
      throw error;
    }
  };
  remembering.mock = {
    calls,
    callCount: () => calls.length,
    resetCalls: () => void (calls.length = 0),
    mockImplementation: (replacement) => void (implementation = replacement),
    restore() {
      implementation = original;
    },
  };
  return remembering;
}

export const mock = {
  fn: remember,
  method(object, name, replacement) {
    const original = object[name];
    const remembering = remember(replacement ?? original);
    object[name] = remembering;
    remembering.mock.restore = () => (object[name] = original);
    return remembering;
  },
};
export default { mock };

const VERSION = "0";
// An isolate has no process.
const INSTANCE = `${globalThis.process?.pid}-${Math.random()}`;
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

exports.handler = async (event) => {
  if (event.wait) await pause(event.wait);
  return { version: VERSION, instance: INSTANCE, said: event.say };
};

// Tests ask for a collection to provoke errors of workerd's memory management. Guests have no such function; nothing is to happen here.
globalThis.gc ??= () => {};

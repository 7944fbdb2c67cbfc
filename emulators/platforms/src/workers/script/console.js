// `console`. Five of its methods write lines in workerd; the others it hands to the developer tools alone. Here they write lines as well,
// since these are all that there is to look at. https://developers.cloudflare.com/workers/runtime-apis/console/
(runtime) => {
  const { Date, Error, Map, Object, Reflect, String, Symbol } = globalThis;
  const { format, inspect } = runtime.web.inspection;
  const { defineProperty, keys } = Object;
  const { apply } = Reflect;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const [mapGet, mapSet, mapDelete] = [uncurry(Map.prototype.get), uncurry(Map.prototype.set), uncurry(Map.prototype.delete)];
  const [replaceAll, indexOf, slice] = [uncurry(String.prototype.replaceAll), uncurry(String.prototype.indexOf), uncurry(String.prototype.slice)];
  const { now } = Date;

  const DEBUG = 0, INFO = 1, WARN = 2, ERROR = 3;

  let indent = "";
  const counts = new Map();
  const timers = new Map();

  function write(level, args) {
    let line;
    try {
      line = format(args);
    } catch (error) {
      line = `<Formatting threw (${runtime.describe(error)})>`;
    }
    runtime.log(level, indent === "" ? line : indent + replaceAll(line, "\n", `\n${indent}`));
  }

  /** The methods that workerd wraps have no name and no length. */
  function writer(level) {
    const method = function () {
      write(level, arguments);
    };
    defineProperty(method, "name", { value: "", configurable: true });
    return method;
  }

  const labelOf = (label) => label === undefined ? "default" : String(label);

  function elapsed(label, rest) {
    const started = mapGet(timers, label);
    if (started === undefined) {
      write(WARN, [`Timer '${label}' does not exist`]);
      return false;
    }
    const line = [`${label}: ${now() - started} ms`];
    for (let at = 0; at < rest.length; at++) line[at + 1] = rest[at];
    write(INFO, line);
    return true;
  }

  // --- tables ---

  const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

  /** Rows and columns of a table: an object of objects, or of plain values, which have a column of their own. */
  function tableOf(data, chosen) {
    const columns = [], rows = [];
    let values = false;
    for (const [index, row] of entriesOf(data)) {
      const cells = new Map();
      if (isObject(row)) {
        for (const key of chosen ?? keys(row)) {
          if (!columns.includes(key)) columns.push(key);
          if (key in row) cells.set(key, inspect(row[key], { depth: 0 }));
        }
      } else {
        values = true;
        cells.set(VALUES, inspect(row));
      }
      rows.push([index, cells]);
    }
    return { columns: [INDEX, ...columns, ...values ? [VALUES] : []], rows };
  }

  const INDEX = Symbol("(index)");
  const VALUES = Symbol("Values");

  function entriesOf(data) {
    if (data instanceof Map) return [...data].map(([key, value], index) => [String(index), { Key: key, Values: value }]);
    if (data instanceof Set) return [...data].map((value, index) => [String(index), value]);
    return keys(data).map((key) => [key, data[key]]);
  }

  function drawn({ columns, rows }) {
    const titles = columns.map((column) => typeof column === "symbol" ? column.description : column);
    const lines = rows.map(([index, cells]) => columns.map((column) => column === INDEX ? index : cells.get(column) ?? ""));
    const widths = titles.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at].length)) + 2);
    const rule = (left, middle, right) => left + widths.map((width) => "─".repeat(width)).join(middle) + right;
    const row = (cells) => `│${cells.map((cell, at) => ` ${cell}`.padEnd(widths[at])).join("│")}│`;
    return [rule("┌", "┬", "┐"), row(titles), rule("├", "┼", "┤"), ...lines.map(row), rule("└", "┴", "┘")].join("\n");
  }

  const log = writer(INFO);

  const methods = {
    debug: writer(DEBUG),
    error: writer(ERROR),
    info: writer(INFO),
    log,
    warn: writer(WARN),
    dir: (object, options = undefined) => write(INFO, [inspect(object, { depth: options?.depth === null ? Infinity : options?.depth, hidden: options?.showHidden })]),
    dirxml() {
      write(INFO, arguments);
    },
    table(data, columns = undefined) {
      if (!isObject(data)) write(INFO, arguments);
      else write(INFO, [drawn(tableOf(data, columns))]);
    },
    trace() {
      const { stack } = new Error();
      // Without the line of this method itself.
      const text = typeof stack === "string" ? stack : "", own = indexOf(text, "    at"), next = indexOf(text, "\n", own);
      const line = arguments.length === 0 ? "Trace" : `Trace: ${format(arguments)}`;
      write(INFO, [next < 0 ? line : `${line}\n${slice(text, next + 1)}`]);
    },
    group() {
      if (arguments.length > 0) write(INFO, arguments);
      indent += "  ";
    },
    groupCollapsed() {
      apply(methods.group, undefined, arguments);
    },
    groupEnd() {
      indent = slice(indent, 2);
    },
    clear() {},
    count(label = undefined) {
      const name = labelOf(label), count = (mapGet(counts, name) ?? 0) + 1;
      mapSet(counts, name, count);
      write(INFO, [`${name}: ${count}`]);
    },
    countReset(label = undefined) {
      const name = labelOf(label);
      if (!mapDelete(counts, name)) write(WARN, [`Count for '${name}' does not exist`]);
    },
    assert(condition, ...args) {
      if (condition) return;
      if (typeof args[0] === "string") args[0] = `Assertion failed: ${args[0]}`;
      else args.unshift("Assertion failed");
      write(ERROR, args);
    },
    profile() {},
    profileEnd() {},
    time(label = undefined) {
      const name = labelOf(label);
      if (mapGet(timers, name) !== undefined) write(WARN, [`Timer '${name}' already exists`]);
      else mapSet(timers, name, now());
    },
    timeLog(label = undefined, ...rest) {
      elapsed(labelOf(label), rest);
    },
    timeEnd(label = undefined) {
      const name = labelOf(label);
      if (elapsed(name, [])) mapDelete(timers, name);
    },
    timeStamp() {},
    /** The same methods under another name, which the developer tools would show. */
    context: () => ({ ...methods }),
  };
  for (const name of keys(methods)) defineProperty(methods[name], "length", { value: 0, configurable: true });

  const console = Object.create({}, { [Symbol.toStringTag]: { value: "console", configurable: true } });
  for (const name of keys(methods)) defineProperty(console, name, { value: methods[name], writable: true, configurable: true, enumerable: true });
  defineProperty(globalThis, "console", { value: console, writable: true, configurable: true, enumerable: false });
};

// `console`. Five of its methods write lines in workerd; the others it hands to the developer tools alone. Here they write lines as well,
// since these are all that there is to look at. https://developers.cloudflare.com/workers/runtime-apis/console/
(runtime) => {
  const { Array, Date, Error, Function, Map, Math, Object, Reflect, Set, String, Symbol } = globalThis;
  const { format, inspect } = runtime.web.inspection;
  const { defineProperty, keys } = Object;
  const { apply } = Reflect;
  const uncurry = (method) => Function.prototype.call.bind(method);
  const [mapGet, mapSet, mapDelete] = [uncurry(Map.prototype.get), uncurry(Map.prototype.set), uncurry(Map.prototype.delete)];
  const [mapEach, setEach] = [uncurry(Map.prototype.forEach), uncurry(Set.prototype.forEach)];
  const [join, push, unshift] = [uncurry(Array.prototype.join), uncurry(Array.prototype.push), uncurry(Array.prototype.unshift)];
  const [replaceAll, indexOf, slice] = [uncurry(String.prototype.replaceAll), uncurry(String.prototype.indexOf), uncurry(String.prototype.slice)];
  const [padEnd, repeat] = [uncurry(String.prototype.padEnd), uncurry(String.prototype.repeat)];
  const describe = uncurry(Object.getOwnPropertyDescriptor(Symbol.prototype, "description").get);
  const { max } = Math;
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

  const INDEX = Symbol("(index)");
  const VALUES = Symbol("Values");

  /** Columns and rows of a table: an object of objects, or of plain values, which have a column of their own. */
  function tableOf(data, chosen) {
    const columns = [INDEX], known = new Map(), rows = [], entries = entriesOf(data);
    let values = false;
    for (let at = 0; at < entries.length; at++) {
      const { index, value } = entries[at];
      const cells = new Map();
      mapSet(cells, INDEX, index);
      push(rows, cells);
      if (!isObject(value)) {
        values = true;
        mapSet(cells, VALUES, inspect(value));
        continue;
      }
      const names = chosen ?? keys(value);
      for (let name = 0; name < names.length; name++) {
        const key = names[name];
        if (mapGet(known, key) === undefined) push(columns, key);
        mapSet(known, key, true);
        if (key in value) mapSet(cells, key, inspect(value[key], { depth: 0 }));
      }
    }
    if (values) push(columns, VALUES);
    return { columns, rows };
  }

  function entriesOf(data) {
    const list = [];
    if (data instanceof Map) mapEach(data, (value, key) => push(list, { index: String(list.length), value: { Key: key, Values: value } }));
    else if (data instanceof Set) setEach(data, (value) => push(list, { index: String(list.length), value }));
    else {
      const names = keys(data);
      for (let at = 0; at < names.length; at++) push(list, { index: names[at], value: data[names[at]] });
    }
    return list;
  }

  function drawn({ columns, rows }) {
    const { titles, widths } = titled(columns, rows);
    const rule = (left, middle, right) => left + joined(widths, (width) => repeat("─", width), middle) + right;
    const line = (cells) => `│${joined(cells, (cell, at) => padEnd(` ${cell}`, widths[at]), "│")}│`;
    let text = `${rule("┌", "┬", "┐")}\n${line(titles)}\n${rule("├", "┼", "┤")}\n`;
    for (let at = 0; at < rows.length; at++) text += `${line(mapped(columns, (column) => mapGet(rows[at], column) ?? ""))}\n`;
    return text + rule("└", "┴", "┘");
  }

  function titled(columns, rows) {
    const titles = mapped(columns, (column) => typeof column === "symbol" ? describe(column) ?? "" : String(column));
    const widths = mapped(columns, (column, at) => {
      let width = titles[at].length;
      for (let row = 0; row < rows.length; row++) width = max(width, mapGet(rows[row], column)?.length ?? 0);
      return width + 2;
    });
    return { titles, widths };
  }

  function mapped(list, make) {
    const made = [];
    for (let at = 0; at < list.length; at++) push(made, make(list[at], at));
    return made;
  }

  const joined = (list, make, between) => join(mapped(list, make), between);

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
      else unshift(args, "Assertion failed");
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

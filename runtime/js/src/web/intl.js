// `Intl` for an engine that has none. The classes are evaluated when code first asks for one, so that a guest without need of them
// pays for nothing but this file.
import { core } from "ext:core/mod.js";
import { withRoom } from "ext:greenroom/room.js";
import {
  op_intl_calendar,
  op_intl_case,
  op_intl_collator,
  op_intl_compare,
  op_intl_data,
  op_intl_locale,
  op_intl_offset,
  op_intl_segments,
  op_intl_source,
  op_intl_zone,
} from "ext:core/ops";

const { defineProperty } = Object;
const now = Date.now;

const modules = new Map();
const evaluated = withRoom((name) => core.evalContext(`(${op_intl_source(name)})`, `ext:greenroom_engine/${name}.js`));
const intl = {
  ops: {
    calendar: op_intl_calendar,
    case: op_intl_case,
    collator: op_intl_collator,
    compare: op_intl_compare,
    data: op_intl_data,
    locale: op_intl_locale,
    offset: op_intl_offset,
    segments: op_intl_segments,
    zone: op_intl_zone,
    now: () => now(),
  },
  /** What a file of the classes offers. */
  use(name) {
    let offered = modules.get(name);
    if (offered !== undefined) return offered;
    const [evaluate, problem] = evaluated(name);
    if (problem !== null) throw problem.thrown ?? problem;
    modules.set(name, offered = evaluate(intl));
    return offered;
  },
};

/** A property that is made when it is first asked for. */
function lazily(target, name, make) {
  const settle = (value) => defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
  defineProperty(target, name, {
    get() {
      const value = make();
      settle(value);
      return value;
    },
    set: settle,
    enumerable: false,
    configurable: true,
  });
}
// Methods of other classes that answer by locale. Each is a method of a literal, so that it is no constructor.
function methods(prototype, table) {
  for (const name of Object.keys(table)) {
    defineProperty(table[name], "length", { value: LENGTHS[name] ?? 0, configurable: true });
    defineProperty(prototype, name, { value: table[name], writable: true, enumerable: false, configurable: true });
  }
}
const LENGTHS = { localeCompare: 1 };
const here = () => intl.use("methods");
const { apply } = Reflect;
const { isNaN } = Number;
const { RangeError } = globalThis;
const [endsWith, slice] = [String.prototype.endsWith, String.prototype.slice];

/** A date's text with its zone by the name that others give it, which is that of the only one that guests have. */
function withZone(text) {
  const short = "(UTC)";
  return apply(endsWith, text, [short]) ? `${apply(slice, text, [0, -short.length])}(Coordinated Universal Time)` : text;
}

// The engine looks for the name `Intl` while it takes a context from the snapshot, before any op can be called, and gives its classes their
// own methods again: what replaces both is put there after that.
globalThis.__greenroomIntl = () => {
  delete globalThis.__greenroomIntl;
  lazily(globalThis, "Intl", () => intl.use("intl").makeIntl(lazily));
  methods(Number.prototype, { toLocaleString(locales, options) {
    return here().number(this, locales, options);
  } });
  methods(BigInt.prototype, { toLocaleString(locales, options) {
    return here().bigint(this, locales, options);
  } });
  const { getTime, toISOString, toString, toTimeString } = Date.prototype;
  methods(Date.prototype, {
    toString() {
      return withZone(apply(toString, this, []));
    },
    toTimeString() {
      return withZone(apply(toTimeString, this, []));
    },
    toISOString() {
      if (isNaN(apply(getTime, this, []))) throw new RangeError("Invalid time value");
      return apply(toISOString, this, []);
    },
    toLocaleString(locales, options) {
      return here().date(this, locales, options, "any", "all");
    },
    toLocaleDateString(locales, options) {
      return here().date(this, locales, options, "date", "date");
    },
    toLocaleTimeString(locales, options) {
      return here().date(this, locales, options, "time", "time");
    },
  });
  methods(Array.prototype, { toLocaleString(locales, options) {
    return here().array(this, locales, options);
  } });
  methods(Object.getPrototypeOf(Uint8Array.prototype), { toLocaleString(locales, options) {
    return here().typedArray(this, locales, options);
  } });
  methods(String.prototype, {
    localeCompare(that, locales, options) {
      return here().compare(this, that, locales, options);
    },
    toLocaleUpperCase(locales) {
      return here().toCase(this, locales, true);
    },
    toLocaleLowerCase(locales) {
      return here().toCase(this, locales, false);
    },
  });
};

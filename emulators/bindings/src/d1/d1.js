// The `D1Database` of Workers. The host runs the SQL and writes results as JSON in the shape in which they are returned, so that the
// engine's own parser builds the objects.

(runtime) => {
  "use strict";
  const { Array, ArrayBuffer, Error, String, TypeError, Uint8Array } = globalThis;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const uncurry = (method) => globalThis.Function.prototype.call.bind(method);
  const split = uncurry(String.prototype.split);
  const push = uncurry(Array.prototype.push);
  const trim = uncurry(String.prototype.trim);
  const unshift = uncurry(Array.prototype.unshift);

  const FIRST_PRIMARY = "first-primary";
  const FIRST_UNCONSTRAINED = "first-unconstrained";

  class D1Database {
    #binding;

    constructor(binding) {
      this.#binding = binding;
    }

    prepare(query) {
      return new D1PreparedStatement(this.#binding, null, query, []);
    }

    async batch(statements) {
      const queries = listOf(statements);
      try {
        return (await this.#binding.call("batch", [checkedAll(queries)])).value;
      } catch (error) {
        throw failure(error);
      }
    }

    async exec(query) {
      if (query === undefined || query === null) throw new TypeError(`Cannot read properties of ${query} (reading 'trim')`);
      refusePrimitive(query);
      if (typeof query.trim !== "function") throw new TypeError("query.trim is not a function");
      const lines = split(typeof query === "string" ? trim(query) : query.trim(), "\n");
      try {
        return (await this.#binding.call("exec", [lines])).value;
      } catch (error) {
        throw failed("D1_EXEC_ERROR", `Error in line 1: ${lines[0]}: ${error.message}`);
      }
    }

    withSession(constraintOrBookmark) {
      if (constraintOrBookmark !== undefined && constraintOrBookmark !== null && typeof constraintOrBookmark.trim !== "function") {
        throw new TypeError("constraintOrBookmark?.trim is not a function");
      }
      const start = constraintOrBookmark?.trim();
      return new D1DatabaseSession(this.#binding, start === undefined || start === null || start === "" ? FIRST_UNCONSTRAINED : start);
    }

    async dump() {
      const error = new Error("Status 404");
      throw new Error("D1_DUMP_ERROR: Status + 404", { cause: error });
    }
  }

  class D1DatabaseSession {
    #binding;
    #start;
    #bookmark = null;

    constructor(binding, start) {
      this.#binding = binding;
      this.#start = start;
    }

    prepare(sql) {
      return new D1PreparedStatement(this.#binding, (bookmark) => this.#seen(bookmark), sql, []);
    }

    async batch(statements) {
      const queries = listOf(statements);
      try {
        const { value, body } = await this.#binding.callText("batch", [checkedAll(queries), true]);
        this.#seen(body);
        return value;
      } catch (error) {
        throw failure(error);
      }
    }

    // The latest bookmark of all answers so far, or the one with which the session began; not a constraint.
    getBookmark() {
      if (this.#bookmark !== null) return this.#bookmark;
      return this.#start === FIRST_PRIMARY || this.#start === FIRST_UNCONSTRAINED ? null : this.#start;
    }

    #seen(bookmark) {
      const latest = this.getBookmark();
      if (latest === null || latest < bookmark) this.#bookmark = bookmark;
    }
  }

  class D1PreparedStatement {
    #binding;
    // Takes the bookmark of an answer; null outside of sessions.
    #seen;
    statement;
    params;

    constructor(binding, seen, statement, params) {
      this.#binding = binding;
      this.#seen = seen;
      this.statement = statement;
      this.params = params;
    }

    bind(...values) {
      for (let index = 0; index < values.length; index++) {
        const value = values[index];
        const type = typeof value;
        if (type !== "number" && type !== "string" && value !== null) values[index] = toParam(value, type);
      }
      return new D1PreparedStatement(this.#binding, this.#seen, this.statement, values);
    }

    async first(colName) {
      const row = await this.#send("first");
      if (row === null || colName === undefined) return row;
      const value = row[colName];
      if (value === undefined) {
        throw new Error(`D1_COLUMN_NOTFOUND: Column not found (${colName})`, { cause: new Error("Column not found") });
      }
      return value;
    }

    run() {
      return this.#send("all");
    }

    all() {
      return this.#send("all");
    }

    async raw(options) {
      const { columns, rows } = await this.#send("raw");
      if (options?.columnNames) unshift(rows, columns);
      return rows;
    }

    async #send(method) {
      refusePrimitive(this.statement);
      try {
        // Taken apart by index: what code does to the iterator of arrays does not reach here.
        const ready = checked(this.statement, this.params);
        const statement = ready[0];
        const params = ready[1];
        if (this.#seen === null) return (await this.#binding.call(method, [statement, params])).value;
        const { value, body } = await this.#binding.callText(method, [statement, params, true]);
        this.#seen(body);
        return value;
      } catch (error) {
        throw failure(error);
      }
    }
  }

  function listOf(statements) {
    if (statements === undefined || statements === null) throw new TypeError(`Cannot read properties of ${statements} (reading 'map')`);
    if (!isArray(statements)) throw new TypeError("statements.map is not a function");
    const queries = [];
    for (let index = 0; index < statements.length; index++) {
      const each = statements[index];
      if (each === undefined || each === null) throw new TypeError(`Cannot read properties of ${each} (reading 'statement')`);
      if (typeof each.statement === "bigint") throw new TypeError("Do not know how to serialize a BigInt");
      refusePrimitive(each.statement);
      push(queries, [each.statement, each.params ?? []]);
    }
    return queries;
  }

  function checkedAll(queries) {
    const all = [];
    for (let index = 0; index < queries.length; index++) push(all, checked(queries[index][0], queries[index][1]));
    return all;
  }

  // What no text is made of.
  function refusePrimitive(statement) {
    if (typeof statement === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
    if (typeof statement === "bigint") throw new TypeError("Cannot convert a BigInt value to a number");
  }

  // Statements and parameters are properties that code can set. The service takes what reads as text, and fails on everything else.
  function checked(statement, params) {
    const isText = typeof statement === "string" || isArray(statement) || statement instanceof String;
    if (!isText || !isArray(params)) throw unreadable();
    for (let index = 0; index < params.length; index++) if (!isParam(params[index])) throw unreadable();
    return [`${statement}`, params];
  }

  function isParam(value) {
    if (value === null || typeof value === "number" || typeof value === "string") return true;
    if (!isArray(value)) return false;
    for (let index = 0; index < value.length; index++) if (typeof value[index] !== "number") return false;
    return true;
  }

  const unreadable = () => new Error("Failed to parse body as JSON, got: ZodError");

  // What JSON can carry of a value that is neither number nor string nor null. Bytes become arrays of numbers.
  function toParam(value, type) {
    if (type === "boolean") return value ? 1 : 0;
    if (type === "object") {
      if (isArray(value) && areBytes(value)) return value;
      if (value instanceof ArrayBuffer) return numbers(new Uint8Array(value));
      if (isView(value)) return numbers(value);
    }
    if (type === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
    throw failed("D1_TYPE_ERROR", `Type '${type}' not supported for value '${value}'`);
  }

  function numbers(view) {
    const list = [];
    for (let index = 0; index < view.length; index++) list[index] = view[index];
    return list;
  }

  function areBytes(values) {
    for (let index = 0; index < values.length; index++) {
      // A hole passes here, and is refused with the query.
      if (!(index in values)) continue;
      const value = values[index];
      if (!(typeof value === "number" && value >= 0 && value < 256)) return false;
    }
    return true;
  }

  function failed(code, message) {
    return new Error(`${code}: ${message}`, { cause: new Error(message) });
  }

  function failure(error) {
    return failed("D1_ERROR", error.message);
  }

  // In workerd they have the service that they stand for as a property.
  for (const Class of [D1Database, D1DatabaseSession, D1PreparedStatement]) {
    runtime.refuseClones(Class.prototype, "ServiceStub cannot be serialized in this context.");
  }

  runtime.register("d1_database", (binding) => new D1Database(binding));
};

// Forms as Workers read and write them: https://github.com/cloudflare/workerd/blob/main/src/workerd/api/form-data.c++
(runtime) => {
  const { workers } = runtime.parts;
  const { hooks } = runtime.web.formData;
  const { File, Blob, FormData, Request, Response, TextDecoder, TypeError, Uint8Array, URLSearchParams } = globalThis;
  const { defineProperty } = globalThis.Object;
  const { apply } = globalThis.Reflect;
  // Code may change any built-in: what is used here is kept, and lists are gone through by number.
  const {
    ArrayPrototypeIncludes: includes, ArrayPrototypePush: push, NumberPrototypeToString: digits, RegExpPrototypeExec: exec,
    StringPrototypeEndsWith: endsWith, StringPrototypeIndexOf: indexOf, StringPrototypePadStart: padStart, StringPrototypeSlice: slice,
    StringPrototypeSplit: split, StringPrototypeToLowerCase: toLowerCase, StringPrototypeTrim: trim,
    TypedArrayPrototypeSlice: copyBytes, TypedArrayPrototypeSubarray: partOfBytes,
  } = runtime.primordials;
  const { append, forEach } = FormData.prototype;
  const { forEach: forEachParameter } = URLSearchParams.prototype;
  const { decode } = TextDecoder.prototype;

  const MULTIPART = "multipart/form-data";
  const URLENCODED = "application/x-www-form-urlencoded";
  const UTF8 = ["utf-8", "utf8", "unicode-1-1-utf-8"];

  const text = (bytes) => apply(decode, new TextDecoder("utf-8", { __proto__: null, ignoreBOM: true }), [bytes]);
  const latin1 = (bytes) => apply(decode, new TextDecoder("latin1"), [bytes]);

  /** A quoted text without what quotes its characters. */
  function unquoted(quoted) {
    let plain = "";
    for (let at = 0; at < quoted.length; at++) {
      // One at the end of a line or of the text stands for itself.
      if (quoted[at] === "\\" && at + 1 < quoted.length && exec(/./, quoted[at + 1]) !== null) at++;
      plain += quoted[at];
    }
    return plain;
  }

  /** Type and parameters of a header's value; undefined if it is no type. */
  function mimeType(value) {
    const parts = split(value, ";"), essence = parts[0];
    if (exec(/^\s*[^\s/]+\/[^\s/]+\s*$/, essence) === null) return undefined;
    const parameters = new runtime.safe.Map();
    for (let at = 1; at < parts.length; at++) {
      const found = exec(/^\s*([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"?|([^\s]*))\s*$/, parts[at]);
      if (found === null || found[3] === "") continue;
      const name = toLowerCase(found[1]);
      if (!parameters.has(name)) parameters.set(name, found[2] === undefined ? found[3] : unquoted(found[2]));
    }
    return { essence: toLowerCase(trim(essence)), parameters };
  }

  function parse(bytes, contentType) {
    const type = mimeType(contentType);
    if (type?.essence === MULTIPART) return parseMultipart(bytes, boundaryOf(type));
    if (type?.essence === URLENCODED) return parseUrlencoded(bytes, type);
    throw new TypeError(`Unrecognized Content-Type header value. FormData can only parse the following MIME types: ${MULTIPART}, ${URLENCODED}`);
  }

  function boundaryOf({ parameters }) {
    const boundary = parameters.get("boundary");
    if (boundary !== undefined) return boundary;
    throw new TypeError(
      "No boundary string in Content-Type header. The multipart/form-data MIME type requires a boundary parameter, " +
        "e.g. 'Content-Type: multipart/form-data; boundary=\"abcd\"'. See RFC 7578, section 4.",
    );
  }

  function parseUrlencoded(bytes, { parameters }) {
    const charset = parameters.get("charset");
    if (charset !== undefined && !includes(UTF8, toLowerCase(charset))) throw new TypeError("Non-utf-8 application/x-www-form-urlencoded body.");
    const form = new FormData();
    apply(forEachParameter, new URLSearchParams(`&${text(bytes)}`), [(value, name) => apply(append, form, [name, value])]);
    return form;
  }

  /** Cuts what is left of a body at its delimiters. Positions are those of bytes, so the body is looked at as Latin-1. */
  function parseMultipart(bytes, boundary) {
    const body = latin1(bytes);
    const form = new FormData();
    const delimiter = `\n--${latin1(runtime.encode(boundary))}`;
    let at = indexOf(body, slice(delimiter, 1));
    if (at < 0 || at + delimiter.length - 1 >= body.length) throw new TypeError("No initial boundary string (or you have a truncated message).");
    at += delimiter.length - 1;
    for (;;) {
      const line = exec(/^(?:\r?\n|--)/, slice(body, at, at + 2));
      if (line === null) throw new TypeError("Boundary string was not succeeded by CRLF, LF, or '--'.");
      if (line[0] === "--") return form;
      const head = /\r?\n\r?\n/g;
      head.lastIndex = at + line[0].length;
      const end = exec(head, body);
      if (end === null) throw new TypeError("No multipart message header termination found.");
      const part = partOf(text(partOfBytes(bytes, at + line[0].length, end.index)));
      const start = head.lastIndex;
      const next = indexOf(body, delimiter, start);
      if (next < 0 || next + delimiter.length >= body.length) throw new TypeError("No subsequent boundary string after multipart message.");
      add(form, part, copyBytes(bytes, start, body[next - 1] === "\r" && next > start ? next - 1 : next));
      at = next + delimiter.length;
    }
  }

  function add(form, { name, filename, type }, content) {
    apply(append, form, [name, filename === undefined ? text(content) : new File([content], filename, { __proto__: null, type })]);
  }

  /** What the head of a part says. */
  function partOf(head) {
    const headers = new runtime.safe.Map();
    const lines = split(head, "\n");
    for (let at = 0; at < lines.length; at++) {
      const line = at + 1 < lines.length && endsWith(lines[at], "\r") ? slice(lines[at], 0, -1) : lines[at];
      const colon = indexOf(line, ":");
      if (colon <= 0) throw new TypeError("FormData part had invalid headers.");
      headers.set(toLowerCase(trim(slice(line, 0, colon))), trim(slice(line, colon + 1)));
    }
    const disposition = headers.get("content-disposition");
    if (disposition === undefined) throw new TypeError("No valid Content-Disposition header found in FormData part.");
    const { name, filename } = parametersOf(disposition);
    if (name === undefined) throw new TypeError("Content-Disposition header in FormData part is missing a name.");
    return { name, filename, type: headers.get("content-type") ?? "" };
  }

  function parametersOf(disposition) {
    const kind = exec(/^\s*([\w-]+)\s*/, disposition);
    if (kind === null) throw new TypeError("Invalid Content-Disposition header found in FormData part.");
    if (kind[1] !== "form-data") {
      throw new TypeError(
        `Content-Disposition header for FormData part must have the value "form-data", possibly followed by parameters. Got: "${kind[1]}"`,
      );
    }
    const found = { __proto__: null };
    const parameter = /;\s*([\w-]+)\s*=\s*"((?:[^"\n\\]|\\[^\n])+)"\s*/y;
    parameter.lastIndex = kind[0].length;
    for (let next = exec(parameter, disposition); next !== null; next = exec(parameter, disposition)) found[next[1]] = unquoted(next[2]);
    return found;
  }

  const ESCAPES = { __proto__: null, '"': "%22", "\n": "%0A", "\\": "\\\\" };

  function escaped(name) {
    if (endsWith(name, "\\")) throw new TypeError("Name or filename can't end with backslash");
    let whole = "";
    for (let at = 0; at < name.length; at++) whole += ESCAPES[name[at]] ?? name[at];
    return whole;
  }

  function makeBoundary() {
    const random = new Uint8Array(16);
    runtime.web.crypto.crypto.getRandomValues(random);
    let boundary = "";
    for (let at = 0; at < 16; at++) boundary += padStart(digits(random[at], 16), 2, "0");
    return boundary;
  }

  function write(form) {
    const boundary = makeBoundary();
    const parts = [];
    apply(forEach, form, [(value, name) => {
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"`;
      if (typeof value === "string") push(parts, `${head}\r\n\r\n${value}\r\n`);
      else push(parts, `${head}; filename="${escaped(value.name)}"\r\nContent-Type: ${value.type || "application/octet-stream"}\r\n\r\n`, value, "\r\n");
    }]);
    push(parts, `--${boundary}--`);
    return new Blob(parts, { __proto__: null, type: `${MULTIPART}; boundary=${boundary}` });
  }

  function reading(Class) {
    const { bytes } = Class.prototype;
    return {
      async formData() {
        if (this.bodyUsed) return apply(bytes, this, []);
        const type = this.headers.get("content-type");
        if (type === null) throw new TypeError("Parsing a Body as FormData requires a Content-Type header.");
        return parse(await apply(bytes, this, []), type);
      },
    }.formData;
  }

  workers.boot(() => {
    hooks.toBlob = write;
    for (const Class of [Request, Response]) {
      defineProperty(Class.prototype, "formData", { value: reading(Class), writable: true, configurable: true, enumerable: true });
    }
  });
};

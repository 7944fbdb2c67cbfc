// Forms as Workers read and write them: https://github.com/cloudflare/workerd/blob/main/src/workerd/api/form-data.c++
(runtime) => {
  const { workers } = runtime.parts;
  const { hooks } = runtime.web.formData;
  const { File, Blob, FormData, TextDecoder, URLSearchParams } = globalThis;

  const MULTIPART = "multipart/form-data";
  const URLENCODED = "application/x-www-form-urlencoded";

  const text = (bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const latin1 = (bytes) => new TextDecoder("latin1").decode(bytes);

  /** Type and parameters of a header's value; undefined if it is no type. */
  function mimeType(value) {
    const [essence, ...rest] = value.split(";");
    if (!/^\s*[^\s/]+\/[^\s/]+\s*$/.test(essence)) return undefined;
    const parameters = new runtime.safe.Map();
    for (const part of rest) {
      const found = /^\s*([^\s=]+)=(?:"((?:[^"\\]|\\.)*)"?|([^\s]*))\s*$/.exec(part);
      if (found === null || found[3] === "") continue;
      const name = found[1].toLowerCase();
      if (!parameters.has(name)) parameters.set(name, found[2]?.replace(/\\(.)/g, "$1") ?? found[3]);
    }
    return { essence: essence.trim().toLowerCase(), parameters };
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
    const charset = parameters.get("charset")?.toLowerCase();
    if (charset !== undefined && !["utf-8", "utf8", "unicode-1-1-utf-8"].includes(charset)) {
      throw new TypeError("Non-utf-8 application/x-www-form-urlencoded body.");
    }
    const form = new FormData();
    for (const [name, value] of new URLSearchParams(`&${text(bytes)}`)) form.append(name, value);
    return form;
  }

  /** Cuts what is left of a body at its delimiters. Positions are those of bytes, so the body is looked at as Latin-1. */
  function parseMultipart(bytes, boundary) {
    const body = latin1(bytes);
    const form = new FormData();
    const delimiter = `\n--${latin1(runtime.encode(boundary))}`;
    let at = body.indexOf(delimiter.slice(1));
    if (at < 0 || at + delimiter.length - 1 >= body.length) throw new TypeError("No initial boundary string (or you have a truncated message).");
    at += delimiter.length - 1;
    for (;;) {
      const line = /^(?:\r?\n|--)/.exec(body.slice(at, at + 2));
      if (line === null) throw new TypeError("Boundary string was not succeeded by CRLF, LF, or '--'.");
      if (line[0] === "--") return form;
      const head = /\r?\n\r?\n/g;
      head.lastIndex = at + line[0].length;
      const end = head.exec(body);
      if (end === null) throw new TypeError("No multipart message header termination found.");
      const part = partOf(text(bytes.subarray(at + line[0].length, end.index)));
      const start = head.lastIndex;
      const next = body.indexOf(delimiter, start);
      if (next < 0 || next + delimiter.length >= body.length) throw new TypeError("No subsequent boundary string after multipart message.");
      add(form, part, bytes.slice(start, body[next - 1] === "\r" && next > start ? next - 1 : next));
      at = next + delimiter.length;
    }
  }

  function add(form, { name, filename, type }, content) {
    form.append(name, filename === undefined ? text(content) : new File([content], filename, { type }));
  }

  /** What the head of a part says. */
  function partOf(head) {
    const headers = new runtime.safe.Map();
    for (const line of head.split(/\r?\n/)) {
      const colon = line.indexOf(":");
      if (colon <= 0) throw new TypeError("FormData part had invalid headers.");
      headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    const disposition = headers.get("content-disposition");
    if (disposition === undefined) throw new TypeError("No valid Content-Disposition header found in FormData part.");
    const { name, filename } = parametersOf(disposition);
    if (name === undefined) throw new TypeError("Content-Disposition header in FormData part is missing a name.");
    return { name, filename, type: headers.get("content-type") ?? "" };
  }

  function parametersOf(disposition) {
    const kind = /^\s*([\w-]+)\s*/.exec(disposition);
    if (kind === null) throw new TypeError("Invalid Content-Disposition header found in FormData part.");
    if (kind[1] !== "form-data") {
      throw new TypeError(
        `Content-Disposition header for FormData part must have the value "form-data", possibly followed by parameters. Got: "${kind[1]}"`,
      );
    }
    const found = { __proto__: null };
    const parameter = /;\s*([\w-]+)\s*=\s*"((?:[^"\n\\]|\\[^\n])+)"\s*/y;
    parameter.lastIndex = kind[0].length;
    for (let next = parameter.exec(disposition); next !== null; next = parameter.exec(disposition)) {
      found[next[1]] = next[2].replace(/\\(.)/g, "$1");
    }
    return found;
  }

  function escaped(name) {
    if (name.endsWith("\\")) throw new TypeError("Name or filename can't end with backslash");
    return name.replace(/["\n\\]/g, (character) => ({ '"': "%22", "\n": "%0A", "\\": "\\\\" })[character]);
  }

  function write(form) {
    const boundary = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const parts = [];
    for (const [name, value] of form) {
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"`;
      if (typeof value === "string") parts.push(`${head}\r\n\r\n${value}\r\n`);
      else parts.push(`${head}; filename="${escaped(value.name)}"\r\nContent-Type: ${value.type || "application/octet-stream"}\r\n\r\n`, value, "\r\n");
    }
    return new Blob([...parts, `--${boundary}--`], { type: `${MULTIPART}; boundary=${boundary}` });
  }

  function reading(Class) {
    const { bytes } = Class.prototype;
    return {
      async formData() {
        if (this.bodyUsed) return bytes.call(this);
        const type = this.headers.get("content-type");
        if (type === null) throw new TypeError("Parsing a Body as FormData requires a Content-Type header.");
        return parse(await bytes.call(this), type);
      },
    }.formData;
  }

  workers.boot(() => {
    hooks.toBlob = write;
    for (const Class of [Request, Response]) {
      Object.defineProperty(Class.prototype, "formData", { value: reading(Class), writable: true, configurable: true, enumerable: true });
    }
  });
};

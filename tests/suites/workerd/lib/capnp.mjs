// Reads the part of Cap'n Proto's text that `.wd-test` files are written in: constants of lists, structs, texts and references.

const TOKEN = /\s+|#[^\n]*|"((?:[^"\\]|\\.)*)"|\.?[A-Za-z_][\w.]*|-?\d[\w.]*|[()[\],=:;]|@[0-9a-fx]+/gy;

/** @returns {Map<string, any>} every constant by its name. `embed "x"` is `{ embed: "x" }`, `.name` is `{ constant: "name" }`. */
export function readConstants(text) {
  const tokens = tokenize(text);
  const constants = new Map();
  while (tokens.length > 0) {
    const word = tokens.shift();
    if (word === "const") {
      const name = tokens.shift();
      skipTo(tokens, "=");
      constants.set(name, value(tokens));
    }
    skipTo(tokens, ";");
  }
  return constants;
}

function tokenize(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (found === null) throw new Error(`cannot read ${JSON.stringify(text.slice(at, at + 20))}`);
    if (found[1] !== undefined) tokens.push({ text: unescape(found[1]) });
    else if (!/^[\s#]/.test(found[0])) tokens.push(found[0]);
  }
  return tokens;
}

function unescape(text) {
  return text.replace(/\\(x[0-9a-fA-F]{2}|.)/gs, (_, code) => (code[0] === "x" ? String.fromCharCode(parseInt(code.slice(1), 16)) : ({ n: "\n", t: "\t", r: "\r" }[code] ?? code)));
}

function skipTo(tokens, end) {
  while (tokens.length > 0 && tokens.shift() !== end);
}

function value(tokens) {
  const token = tokens.shift();
  if (token === "(") return struct(tokens);
  if (token === "[") return list(tokens);
  if (token === "embed") return { embed: tokens.shift().text };
  if (typeof token === "object") {
    let { text } = token;
    while (typeof tokens[0] === "object") text += tokens.shift().text;
    return text;
  }
  if (token.startsWith(".")) return { constant: token.slice(1) };
  return { true: true, false: false, void: null }[token] ?? (Number.isNaN(Number(token)) ? token : Number(token));
}

function list(tokens) {
  const items = [];
  while (tokens[0] !== "]") {
    items.push(value(tokens));
    if (tokens[0] === ",") tokens.shift();
  }
  tokens.shift();
  return items;
}

function struct(tokens) {
  const fields = {};
  while (tokens[0] !== ")") {
    const name = tokens.shift();
    if (tokens[0] === "=") {
      tokens.shift();
      fields[name] = value(tokens);
    }
    if (tokens[0] === ",") tokens.shift();
  }
  tokens.shift();
  return fields;
}

import { marked as parse, Marked } from "marked";

const DOCUMENT = `# Title

A *text* with \`code\`, **bold**, ~~gone~~, a [link](https://example.com "there") and <b>HTML</b>.

| a | b |
|---|--:|
| 1 | 2 |

- [x] done
- [ ] open
  1. nested

\`\`\`js
if (a < b) {}
\`\`\`

> quoted
`;

export async function marked() {
  const own = new Marked({
    renderer: { heading: ({ tokens, depth }) => `<h${depth + 1} class="own">${tokens.length}</h${depth + 1}>` },
    async: true,
    async walkTokens(token) {
      if (token.type === "link") token.href = await Promise.resolve(`${token.href}?seen`);
    },
  });
  return {
    html: await parse.parse(DOCUMENT),
    inline: parse.parseInline("a *b* & c"),
    tokens: parse.lexer("# a\n\nb").map(({ type, raw }) => [type, raw]),
    own: await own.parse("# one\n\n[a](b)"),
  };
}

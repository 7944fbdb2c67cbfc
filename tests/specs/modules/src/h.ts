export const Fragment = "";

export function h(tag: string, props: Record<string, string> | null, ...children: unknown[]): string {
  const attributes = Object.entries(props ?? {}).map(([name, value]) => ` ${name}="${value}"`);
  const inner = children.flat().join("");
  return tag === "" ? inner : `<${tag}${attributes.join("")}>${inner}</${tag}>`;
}

import { initWasm, Resvg } from "@resvg/resvg-wasm";
// @ts-ignore -- a WebAssembly.Module, as Workers have it
import module from "@resvg/resvg-wasm/index_bg.wasm";

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="10" height="10" fill="#f00"/><circle cx="15" cy="5" r="4" fill="#00f"/></svg>`;

let ready: Promise<void> | undefined;

export async function resvg() {
  await (ready ??= initWasm(module));
  const image = new Resvg(SVG, { fitTo: { mode: "zoom", value: 2 }, background: "#fff" });
  const rendered = image.render();
  const png = rendered.asPng();
  const pixel = (x: number, y: number) => [...rendered.pixels.slice(4 * (y * rendered.width + x), 4 * (y * rendered.width + x) + 4)];
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", png));
  const box = image.getBBox();
  const broken = (() => {
    try {
      return new Resvg("<svg").render().width;
    } catch (error) {
      return String(error);
    }
  })();
  return {
    module: module instanceof WebAssembly.Module,
    size: [image.width, image.height, rendered.width, rendered.height],
    pixels: [pixel(2, 2), pixel(30, 10), pixel(39, 0)],
    box: box && [box.x, box.y, box.width, box.height],
    png: [...png.slice(1, 4), png.length],
    digest: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    broken,
  };
}

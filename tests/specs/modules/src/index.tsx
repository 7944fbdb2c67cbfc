// Modules of every kind that a Worker can import.
import common, { named } from "./common.cjs";
import data from "./data.dat";
import { Colour, Decorated, type Point } from "./features";
import { Fragment, h } from "./h";
import config from "./config.json";
import text from "./text.txt";
import wasm from "./add.wasm";

const origin: Point = { x: 1, y: 2 } satisfies Point;

const handlers: Record<string, () => unknown> = {
  "/json": () => config.list,
  "/text": () => text,
  "/data": () => [data instanceof ArrayBuffer, ...new Uint8Array(data)],
  "/wasm": () => {
    const { add } = new WebAssembly.Instance(wasm).exports as { add(a: number, b: number): number };
    return [wasm instanceof WebAssembly.Module, add(40, 2)];
  },
  "/commonjs": () => [common.named, named, common.default],
  "/typescript": () => [Colour.Green, Colour[1], new Decorated(3).twice, origin?.x ?? 0],
  "/jsx": () => <ul class="list">{[1, 2].map((item) => <li>{item}</li>)}<></></ul>,
  "/dynamic": async () => (await import("./later")).later,
  "/top-level-await": () => awaited,
  "/meta": () => typeof import.meta,
};

const awaited = await Promise.resolve("awaited");

export default {
  async fetch(request: Request) {
    const { pathname } = new URL(request.url);
    return Response.json(await handlers[pathname]!());
  },
};

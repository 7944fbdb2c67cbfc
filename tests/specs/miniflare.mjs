// Miniflare as npm has installed it where a script is run. Version 5 takes the options of version 4 through a function of its own.
import { createRequire } from "node:module";

const { Miniflare, convertV4MiniflareOptions: converted = (options) => options } = createRequire(`${process.cwd()}/`)("miniflare");

/** Starts it with options as version 4 has them. */
export const startMiniflare = (options) => new Miniflare(converted(options));

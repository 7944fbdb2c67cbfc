// Observations of everything that code on Workers sees, by area; each is recorded as its value or its error. `expected.json` holds what
// workerd answers, `known.json` those that differ here, each with the reason.

import { called, functions, made } from "./arguments";
import { cryptography } from "./crypto";
import { encoding } from "./encoding";
import { abort, events, messages, timers } from "./events";
import { fetching } from "./fetching";
import { blob, formData } from "./forms";
import { geo } from "./geo";
import { headers } from "./headers";
import { observe } from "./observe";
import { request } from "./request";
import { response } from "./response";
import { streams } from "./streams";
import { pattern, searchParams, url } from "./url";
import { cloning, exceptions, globals, language } from "./values";

const areas = {
  url, searchParams, pattern, headers, request, response, formData, blob, streams, encoding, crypto: cryptography, events, abort, timers,
  messages, cloning, exceptions, globals, language, geo, fetch: fetching, new: made, call: called, functions,
};

export default {
  fetch: (request: Request, env: { SITE: string }, ctx: unknown) => observe(areas, { request, ctx, site: env.SITE }),
};

// Answers `/<class>/<locale>` with what the class says there, by the cases that Node.js was asked for `expected/` too.
import { answers, classes, locales } from "./cases.js";

export default {
  fetch(request) {
    const [, name, locale] = new URL(request.url).pathname.split("/");
    return Response.json(name === "" ? { classes, locales } : answers(name, locale));
  },
};

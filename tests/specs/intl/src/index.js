// Answers `/<class>/<locale>` with what the class says there, case by case; workerd was asked the same for `expected/`.
import { answers, classes, locales } from "./cases.js";

export default {
  fetch(request) {
    const [, name, locale] = new URL(request.url).pathname.split("/");
    return Response.json(name === "" ? { classes, locales } : answers(name, locale));
  },
};

// Another Worker of the run. What its object can do is the platform's affair, since `ctx.exports` and objects that Workers hand to each
// other can do the same.
(runtime) => {
  "use strict";
  const { workers } = runtime.parts;

  runtime.register("service", ({ name, options }) =>
    workers.service({ label: name, binding: name, app: options.service, entrypoint: options.entrypoint ?? undefined, props: options.props ?? {} }));
};

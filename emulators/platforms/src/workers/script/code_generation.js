// Code from strings and WebAssembly from bytes are refused; while the modules of the app are evaluated they are allowed from a
// compatibility date on. https://developers.cloudflare.com/workers/configuration/compatibility-flags/#enable-eval-during-startup
(runtime) => {
  const { workers } = runtime.parts;

  const SINCE = "2025-06-01";

  workers.boot(({ compatibility_date: date, compatibility_flags: flags }) => {
    const atStart = flags.includes("allow_eval_during_startup") || (!flags.includes("disallow_eval_during_startup") && (date ?? SINCE) >= SINCE);
    runtime.allowCodeGeneration(atStart);
    // Code that fetches its bytes brings nothing that may be compiled.
    for (const name of ["compileStreaming", "instantiateStreaming"]) delete WebAssembly[name];
  });

  workers.loaded(() => runtime.allowCodeGeneration(false));
};

//! What the vendor would refuse when the version is uploaded.

use greenroom_host::{Bundle, Diagnostic, Limit, LimitWatch};
use greenroom_platforms::{Platform, Project};

/// Looks at the sizes of a version; `other_crons`: how many cron triggers the other apps of the run have. Errors in production; in the relaxed profile the watch warns.
pub(crate) fn refusals(
    platform: &dyn Platform,
    project: &Project,
    bundle: &Bundle,
    other_crons: usize,
    watch: &LimitWatch,
) -> Vec<Diagnostic> {
    let (limits, app) = (platform.limits(), &project.app);
    let bytes = |length: usize| length as u64;
    let mut refused = Vec::new();
    let mut look = |limit: &Limit, count: u64, message: &dyn Fn() -> String| {
        if watch.refuses_beyond(limit, count) {
            let file = app.watch.iter().find(|file| file.is_file()).unwrap_or(&app.main);
            refused.push(Diagnostic::error(message()).in_file(file).hint(limit.url));
        }
    };
    let code = bytes(bundle.modules.iter().map(|module| module.content.len()).sum());
    // The words of deploying, error 10027: https://developers.cloudflare.com/workers/observability/errors/#errors-on-worker-upload
    look(&limits.code, code, &|| format!("Your Worker exceeded the size limit of {} MiB: it has {code} bytes", limits.code.most >> 20));
    look(&limits.vars, bytes(app.vars.len()), &|| format!("more than {} variables and secrets: {}", limits.vars.most, app.vars.len()));
    let crons = other_crons + app.crons.len();
    let (of, most) = (app.crons.len(), limits.crons.most);
    // An app without any is not the one that passes it.
    let counted = if of == 0 { 0 } else { bytes(crons) };
    look(&limits.crons, counted, &|| format!("more than {most} cron triggers in one account: {crons}, {of} of them of `{}`", app.name));
    for var in &app.vars {
        let size = bytes(var.name.len() + var.value.as_str().map_or_else(|| var.value.to_string().len(), str::len));
        look(&limits.var, size, &|| format!("the variable `{}` has {size} bytes, more than {}", var.name, limits.var.most));
    }
    refused
}

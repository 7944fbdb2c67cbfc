//! Which parts this build has: the scripts that every guest evaluates while it waits.

use greenroom_channel::message::Prepare;
use greenroom_platforms::PLATFORMS;

/// The scripts of all platforms and bindings.
pub(crate) fn prepare() -> Prepare {
    let platforms = PLATFORMS.iter().flat_map(|platform| {
        platform.scripts().iter().map(|(name, script)| (format!("platforms/{}/{name}", platform.name()), (*script).to_owned()))
    });
    let bindings = greenroom_bindings::scripts().map(|(kind, script)| (format!("bindings/{kind}"), script.to_owned()));
    Prepare { scripts: platforms.chain(bindings).collect() }
}

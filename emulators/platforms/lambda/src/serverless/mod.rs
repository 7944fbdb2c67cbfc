//! `serverless.yml`.

use std::path::Path;

use crate::context::Context;
use crate::tree::Node;

/// The names of the file, the one that wins first.
pub(crate) const NAMES: &[&str] = &["serverless.yml", "serverless.yaml", "serverless.json", "serverless.ts", "serverless.js"];

pub(crate) fn read(cx: &Context, path: &Path) -> Option<(Node, String)> {
    let at = cx.unread(path);
    cx.error(at, "`serverless.yml` is not read yet", "use a SAM template");
    None
}

//! Small changes to the JavaScript of the `deno_*` crates, made while the snapshot is: where what Workers do cannot be reached from outside.
//!
//! `patches/<file>.txt` holds the changes to the file of that name, each as `<<<<`, the lines as they are, `====`, the lines as they are to
//! be, `>>>>`, each mark on a line of its own. A change holds for every place where the lines stand, and there must be one, so that a new
//! version of a crate cannot lose a change unseen.

use std::borrow::Cow;
use std::sync::Arc;

use deno_core::{Extension, ExtensionFileSource};

/// Specifier of the file, and its changes.
const PATCHES: &[(&str, &str)] = &[
    ("ext:deno_webidl/00_webidl.js", include_str!("patches/00_webidl.txt")),
    ("ext:deno_crypto/00_crypto.js", include_str!("patches/00_crypto.txt")),
    ("ext:deno_web/00_infra.js", include_str!("patches/00_infra.txt")),
    ("ext:deno_web/00_url.js", include_str!("patches/00_url.txt")),
    ("ext:deno_web/01_dom_exception.js", include_str!("patches/01_dom_exception.txt")),
    ("ext:deno_web/01_mimesniff.js", include_str!("patches/01_mimesniff.txt")),
    ("ext:deno_web/01_urlpattern.js", include_str!("patches/01_urlpattern.txt")),
    ("ext:deno_web/02_event.js", include_str!("patches/02_event.txt")),
    ("ext:deno_web/02_timers.js", include_str!("patches/02_timers.txt")),
    ("ext:deno_web/03_abort_signal.js", include_str!("patches/03_abort_signal.txt")),
    ("ext:deno_web/05_base64.js", include_str!("patches/05_base64.txt")),
    ("ext:deno_web/06_streams.js", include_str!("patches/06_streams.txt")),
    ("ext:deno_web/08_text_encoding.js", include_str!("patches/08_text_encoding.txt")),
    ("ext:deno_web/09_file.js", include_str!("patches/09_file.txt")),
    ("ext:deno_fetch/20_headers.js", include_str!("patches/20_headers.txt")),
    ("ext:deno_fetch/21_formdata.js", include_str!("patches/21_formdata.txt")),
    ("ext:deno_fetch/22_body.js", include_str!("patches/22_body.txt")),
    ("ext:deno_fetch/23_request.js", include_str!("patches/23_request.txt")),
    ("ext:deno_fetch/23_response.js", include_str!("patches/23_response.txt")),
];

/// What is faster in another way on this engine.
#[cfg(feature = "v8")]
const OF_ENGINE: &[(&str, &str)] = &[];
/// What is faster in another way on this engine.
#[cfg(not(feature = "v8"))]
const OF_ENGINE: &[(&str, &str)] = &[("ext:deno_web/00_url.js", include_str!("patches/00_url_interpreted.txt"))];

/// Puts the changes into the sources of `extension`.
///
/// # Panics
/// If a source cannot be read, or is not as a change expects it: the build is to fail.
pub(crate) fn apply(extension: &mut Extension) {
    let files = extension.lazy_loaded_js_files.iter().map(|file| {
        let of_file = |(specifier, _): &&(&str, &str)| *specifier == file.specifier;
        let changes: Vec<_> = PATCHES.iter().chain(OF_ENGINE).filter(of_file).collect();
        match changes.first() {
            Some((specifier, _)) => {
                ExtensionFileSource::new_computed(specifier, patched(file, changes.iter().map(|(_, changes)| *changes)))
            }
            None => file.clone(),
        }
    });
    extension.lazy_loaded_js_files = Cow::Owned(files.collect());
}

fn patched<'a>(file: &ExtensionFileSource, changes: impl Iterator<Item = &'a str>) -> Arc<str> {
    let source = file.load().unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.specifier));
    let mut text = source.as_str().to_owned();
    for (from, to) in changes.flat_map(parse) {
        assert!(text.contains(from), "{} does not hold what is to be changed: {from}", file.specifier);
        text = text.replace(from, to);
    }
    text.into()
}

/// Each change: the lines as they are, the lines as they are to be.
fn parse(changes: &str) -> impl Iterator<Item = (&str, &str)> {
    changes.split("<<<<\n").skip(1).map(|change| {
        let (from, rest) = change.split_once("====\n").expect("invariant: a change has a middle");
        let (to, _) = rest.split_once(">>>>").expect("invariant: a change has an end");
        (from.trim_end_matches('\n'), to.trim_end_matches('\n'))
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn changes_are_read() {
        let changes: Vec<_> = parse("words\n<<<<\na\nb\n====\nc\n>>>>\n\n<<<<\nd\n====\n>>>>\n").collect();
        assert_eq!(changes, [("a\nb", "c"), ("d", "")]);
    }
}

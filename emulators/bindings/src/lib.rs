//! How guest code sees services: for each kind of binding a JavaScript class and what the host does when its methods are called.
//!
//! # The scripts
//!
//! Each kind has a classic script whose completion value is a function. The guest calls it once with `runtime`, before it loads any user
//! code; it calls `runtime.register(kind, factory)`. For every binding of the app, `factory({ name, kind, options, call, callText })`
//! returns the object that user code finds in its environment. `call(method, args, body)` and `callText(method, args, body)` reach
//! [`BindingCalls::call`]: `args` is anything that `JSON.stringify` accepts, `body` a string, a buffer, a view, a `ReadableStream` or
//! undefined. Both return a promise of `{ value, body }`: the parsed JSON of the answer, `null` if it is empty, and its bytes as an
//! `ArrayBuffer` (`call`), as text (`callText`) or, where the host sends them piece by piece, as a `ReadableStream`; `null` if there are
//! none. A [`CallError`] rejects it with an error of the class that it names.
//!
//! Scripts keep the built-ins that they use in constants, so that user code which changes a prototype later does not change them.

mod args;
mod bindings;
pub mod d1;
pub mod kv;
mod reply;
pub mod service;
mod services;
pub mod unsupported;

use std::time::Duration;

use futures::future::BoxFuture;
use greenroom_channel::{Call, CallError};
pub use greenroom_d1::Migrated;
use greenroom_host::faults::{Action, Failure, Surface};
use greenroom_host::{BindingDecl, Diagnostic, EventId, Limit};

pub use bindings::{Applied, Bindings, BoundTo, GuestBinding};
pub use reply::{BodyStream, Reply};
pub use services::Services;

/// A kind of binding.
pub trait Binding: Sync {
    /// The noun that its service has everywhere in this project, and the name of its folder here.
    fn name(&self) -> &'static str;

    /// Its configuration key in the singular: `kv_namespace`.
    fn kind(&self) -> &'static str;

    /// The script of its JavaScript side.
    fn script(&self) -> &'static str;

    /// What can be made to go wrong with it; none where nothing can.
    fn surface(&self) -> Option<&'static Surface> {
        None
    }

    /// How many calls an invocation may make to bindings of this kind together, beside what it may make to everything.
    fn calls_per_invocation(&self) -> Option<&'static Limit> {
        None
    }

    /// Whether a call is a connection, of which the vendor lets few wait for an answer at the same time.
    fn connects(&self) -> bool {
        false
    }

    /// Opens what `decl` names. `app` has all bindings of the app, `decl` among them.
    ///
    /// # Errors
    /// When its configuration makes no sense or its state cannot be used.
    fn attach(&self, decl: &BindingDecl, app: &[BindingDecl], services: &Services) -> Result<Box<dyn BindingCalls>, Diagnostic>;
}

/// One binding of one app, open.
pub trait BindingCalls: Send + Sync {
    /// Answers a call of guest code; `stream` has its body where that comes piece by piece.
    fn call(&self, call: Call, stream: Option<BodyStream>) -> BoxFuture<'_, Result<Reply, CallError>>;

    /// The same for a binding that has to know the event whose code calls.
    fn call_of(&self, call: Call, stream: Option<BodyStream>, _cause: Option<EventId>) -> BoxFuture<'_, Result<Reply, CallError>> {
        self.call(call, stream)
    }

    /// What in its resource a call is about, such as a key: rules of faults can name it.
    fn items(&self, _call: &Call) -> Vec<String> {
        Vec::new()
    }

    /// What code catches where `action` keeps `call` from being answered, in the vendor's words.
    fn failure(&self, _call: &Call, action: &Action) -> CallError {
        CallError::error(message_of(action).unwrap_or(LOST))
    }

    /// The same binding as a place sees it where writes arrive `by` later; none where there is no such place.
    fn behind(&self, _by: Duration) -> Option<Box<dyn BindingCalls>> {
        None
    }

    /// Where it keeps its state: the path of a file, or `memory`.
    fn place(&self) -> String;

    /// What its JavaScript side is told at start beside its name and kind.
    fn options(&self) -> serde_json::Value {
        serde_json::Value::Null
    }

    /// Brings the user's schema up to date before the first request; none where there is no such thing.
    fn migrate(&self) -> BoxFuture<'_, Option<Migrated>> {
        Box::pin(std::future::ready(None))
    }
}

/// What workerd says of a connection that broke off, to whatever it was.
pub(crate) const LOST: &str = "Network connection lost.";

/// The text that a rule itself gives.
pub(crate) fn message_of(action: &Action) -> Option<&str> {
    match action {
        Action::Error(Failure { message, .. }) => message.as_deref(),
        _ => None,
    }
}

/// Every kind of binding that is emulated.
pub const BINDINGS: &[&dyn Binding] = &[&kv::KvBinding, &d1::D1Binding, &service::ServiceBinding];

/// The scripts of all kinds, for the guest to run in this order before it loads user code.
pub fn scripts() -> impl Iterator<Item = (&'static str, &'static str)> {
    let unsupported: &'static dyn Binding = &unsupported::UnsupportedBinding;
    BINDINGS.iter().copied().chain([unsupported]).map(|binding| (binding.kind(), binding.script()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_folder_is_in_the_table_and_has_its_script() {
        let source = Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells tests their folder")).join("src");
        let folders: BTreeSet<String> = std::fs::read_dir(&source)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.path().is_dir())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        let unsupported: &dyn Binding = &unsupported::UnsupportedBinding;
        let table: BTreeSet<String> = BINDINGS.iter().copied().chain([unsupported]).map(|binding| binding.name().to_owned()).collect();
        assert_eq!(folders, table);
        for name in &table {
            assert!(source.join(name).join(format!("{name}.js")).exists());
        }
        let kinds: BTreeSet<_> = scripts().map(|(kind, _)| kind).collect();
        assert_eq!(kinds.len(), table.len());
    }
}

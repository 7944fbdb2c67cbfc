//! A binding of a kind that is not emulated: the app starts, and the first use of the binding throws an error that names the kind.

use futures::future::BoxFuture;
use greenroom_channel::{Call, CallError};
use greenroom_host::{BindingDecl, Diagnostic};

use crate::{Binding, BindingCalls, BodyStream, Reply, Services};

/// The kind under which the guest knows all of them.
pub(crate) const KIND: &str = "unsupported";

/// Stands for every kind that no other binding has.
pub struct UnsupportedBinding;

struct Unsupported {
    kind: String,
}

impl Binding for UnsupportedBinding {
    fn name(&self) -> &'static str {
        KIND
    }

    fn kind(&self) -> &'static str {
        KIND
    }

    fn script(&self) -> &'static str {
        include_str!("unsupported.js")
    }

    fn attach(&self, decl: &BindingDecl, _: &[BindingDecl], _: &Services) -> Result<Box<dyn BindingCalls>, Diagnostic> {
        Ok(Box::new(Unsupported { kind: decl.kind.clone() }))
    }
}

impl BindingCalls for Unsupported {
    fn call(&self, call: Call, _: Option<BodyStream>) -> BoxFuture<'_, Result<Reply, CallError>> {
        let text = format!("`env.{}` is a binding of the kind `{}`, which Greenroom does not emulate", call.binding, self.kind);
        Box::pin(std::future::ready(Err(CallError::error(text))))
    }

    fn place(&self) -> String {
        "nowhere".to_owned()
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!({ "kind": self.kind })
    }
}

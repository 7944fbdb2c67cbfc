//! Services as the endpoint sees them.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;

use crate::error::ApiError;
use crate::message::{WireRequest, WireResponse};
use crate::model::Model;
use crate::operation::{Answer, Context, Entry};

/// A service behind the endpoint. It is asked for its operations alone: what they are on the wire is in its model.
pub trait Service: Send + Sync {
    /// Its shapes.
    fn model(&self) -> &Model;

    /// Does the operation of that name; none where it is not emulated.
    fn call(&self, operation: &str, context: Context, input: Value) -> Option<BoxFuture<'static, Result<Answer, ApiError>>>;

    /// Answers what is no operation: a request for `/_greenroom/<service>/<path>`.
    fn page(&self, path: &str, request: &WireRequest) -> Option<WireResponse> {
        let _ = (path, request);
        None
    }
}

/// A service that is a state, a model and a table of operations.
pub struct Tabled<S: 'static> {
    /// What operations work on.
    pub state: Arc<S>,
    /// The shapes.
    pub model: Model,
    /// The operations.
    pub table: &'static [Entry<S>],
    /// Answers what is no operation.
    pub page: fn(&S, &str, &WireRequest) -> Option<WireResponse>,
}

impl<S: Send + Sync + 'static> Service for Tabled<S> {
    fn model(&self) -> &Model {
        &self.model
    }

    fn call(&self, operation: &str, context: Context, input: Value) -> Option<BoxFuture<'static, Result<Answer, ApiError>>> {
        let entry = self.table.iter().find(|entry| entry.name == operation)?;
        Some(entry.run(Arc::clone(&self.state), context, input))
    }

    fn page(&self, path: &str, request: &WireRequest) -> Option<WireResponse> {
        (self.page)(&self.state, path, request)
    }
}

//! What a binding answers, and bytes that come or go piece by piece.

use bytes::Bytes;
use futures::stream::BoxStream;
use greenroom_channel::CallResult;

/// Bytes that come or go piece by piece; an error is the text of what stopped them.
pub type BodyStream = BoxStream<'static, Result<Bytes, String>>;

/// What a binding answers: a result, and a body if that is sent piece by piece.
pub struct Reply {
    /// The result; without a body of its own where there is a stream.
    pub result: CallResult,
    /// The body, sent as the guest takes it.
    pub stream: Option<BodyStream>,
    /// The stream ends when whoever is at its other end likes: a WebSocket.
    pub endless: bool,
}

impl From<CallResult> for Reply {
    fn from(result: CallResult) -> Self {
        Self { result, stream: None, endless: false }
    }
}

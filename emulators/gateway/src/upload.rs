//! The body of a request that comes piece by piece. What nobody wants of it is read all the same, so that a client that sends before it reads
//! gets its answer, as it does from the vendor's edge.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use http_body_util::{BodyDataStream, BodyExt};
use hyper::body::Incoming;

/// The most that is read for nothing, in bytes; a client that sends more has its connection closed.
const MOST: usize = 100 * 1024 * 1024;

/// What is still to come of a body.
pub(crate) struct Upload(Option<BodyDataStream<Incoming>>);

impl Upload {
    pub(crate) fn of(body: Incoming) -> Self {
        Self(Some(body.into_data_stream()))
    }
}

impl Stream for Upload {
    type Item = Result<Bytes, String>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.0 else { return Poll::Ready(None) };
        let item = std::task::ready!(body.poll_next_unpin(cx)).map(|item| item.map_err(|error| error.to_string()));
        if !matches!(item, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(item)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if let (Some(body), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(read_for_nothing(body));
        }
    }
}

async fn read_for_nothing(mut body: BodyDataStream<Incoming>) {
    let mut read = 0;
    while let Some(Ok(bytes)) = body.next().await
        && read < MOST
    {
        read += bytes.len();
    }
}

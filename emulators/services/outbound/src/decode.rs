//! Bodies that come compressed. As on Workers, `gzip` and `br` are undone and the headers stay as they came; anything else is handed on as it is.

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder};
use futures::{StreamExt, TryStreamExt};
use tokio::io::AsyncRead;
use tokio_util::io::{ReaderStream, StreamReader};

use crate::{Bodies, LOST};

/// The bytes that `body` stands for under that `content-encoding`.
#[must_use]
pub fn decoded(coding: Option<&str>, body: Bodies) -> Bodies {
    match coding {
        Some("gzip") => with(body, "Gzip decompression failed.", |reader| {
            let mut decoder = GzipDecoder::new(reader);
            decoder.multiple_members(true);
            Box::pin(decoder)
        }),
        Some("br") => with(body, "Brotli decompression failed.", |reader| Box::pin(BrotliDecoder::new(reader))),
        _ => body,
    }
}

type Encoded = StreamReader<Bytes, bytes::Bytes>;
type Bytes = std::pin::Pin<Box<dyn futures::Stream<Item = std::io::Result<bytes::Bytes>> + Send>>;

fn with(body: Bodies, failed: &'static str, decoder: fn(Encoded) -> std::pin::Pin<Box<dyn AsyncRead + Send>>) -> Bodies {
    let encoded: Bytes = body.map_err(|error| std::io::Error::new(std::io::ErrorKind::ConnectionAborted, error)).boxed();
    ReaderStream::new(decoder(StreamReader::new(encoded)))
        .map_err(move |error| if error.kind() == std::io::ErrorKind::ConnectionAborted { LOST } else { failed }.to_owned())
        .boxed()
}

//! Clients of WebSockets over a connection in memory.

use greenroom_apigateway::Door;
use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::common::World;

/// A client.
pub(crate) type Client = WebSocketStream<DuplexStream>;

/// A client that asks for `target`, with these headers.
pub(crate) async fn connect(world: &World, door: &Door, target: &str, headers: &[(String, String)]) -> Result<Client, u16> {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let (gateway, door) = (world.gateway.clone(), door.clone());
    let service = hyper::service::service_fn(move |request| {
        let (gateway, door) = (gateway.clone(), door.clone());
        async move { Ok::<_, std::convert::Infallible>(gateway.handle(&door, request, "192.0.2.7:5555".parse().unwrap()).await) }
    });
    tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(theirs), service).with_upgrades());
    let mut request = format!("ws://localhost:3001{target}").into_client_request().unwrap();
    request.headers_mut().insert("user-agent", "test".parse().unwrap());
    for (name, value) in headers {
        request.headers_mut().insert(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
    }
    match tokio_tungstenite::client_async(request, ours).await {
        Ok((client, _)) => Ok(client),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

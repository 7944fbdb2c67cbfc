//! The endpoint that AWS services and front doors share: what a door's address means goes to the gateway, everything else to the services.

use std::sync::Arc;

use greenroom_apigateway::{Door, Gateway};
use greenroom_aws_wire::Endpoint;
use http::uri::PathAndQuery;
use hyper::Request;
use hyper::body::Incoming;
use tokio::net::TcpListener;

/// Takes connections until the future is dropped.
pub(super) async fn serve(listener: Arc<TcpListener>, gateway: Gateway, endpoint: Arc<Endpoint>) {
    greenroom_gateway::serve_with(listener, move |mut request, peer| {
        let (gateway, endpoint) = (gateway.clone(), Arc::clone(&endpoint));
        async move {
            match door_of(&gateway, &request) {
                Some((door, target)) => {
                    *request.uri_mut() = target.into();
                    Some(gateway.handle(&door, request, peer).await)
                }
                None => endpoint.answer(request, peer).await,
            }
        }
    })
    .await;
}

/// The door that a request is for, and what is left of its address there.
fn door_of(gateway: &Gateway, request: &Request<Incoming>) -> Option<(Door, PathAndQuery)> {
    let host = request.headers().get(http::header::HOST)?.to_str().ok()?;
    gateway.door_at(host, request.uri().path_and_query()?)
}

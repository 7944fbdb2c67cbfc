//! WebSocket APIs: `AWS::ApiGatewayV2::Api` with protocol `WEBSOCKET`.

use std::time::Duration;

use super::{Authorizer, Owner, Stage};

/// A WebSocket API.
#[derive(Debug, Clone, PartialEq)]
pub struct WebSocketApi {
    /// Ten letters and digits.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Whose it is.
    pub owner: Owner,
    /// What in a message names its route: `$request.body.action`.
    pub selection: String,
    /// Its routes.
    pub routes: Vec<WebSocketRoute>,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// Its authorizers.
    pub authorizers: Vec<Authorizer>,
}

/// One route.
#[derive(Debug, Clone, PartialEq)]
pub struct WebSocketRoute {
    /// `$connect`, `$disconnect`, `$default`, or what messages name.
    pub key: String,
    /// What answers.
    pub integration: WebSocketIntegration,
    /// Whether what the function returns is sent back (a route response is configured).
    pub answers: bool,
    /// The authorizer's id; only `$connect` may have one.
    pub authorizer: Option<String>,
}

/// What answers a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebSocketIntegration {
    /// A function (`AWS_PROXY`).
    Function {
        /// Its ARN; `${stageVariables.name}` is replaced.
        arn: String,
        /// How long it may take; the vendor's 29 seconds where nothing is configured.
        timeout: Option<Duration>,
    },
    /// Nobody (`MOCK`): a message is taken, and nothing comes of it.
    Mock,
    /// One that is not emulated: the vendor's word for it.
    Unsupported(String),
}

//! Which door a request came to.

/// A door.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Door {
    /// Of which kind.
    pub kind: DoorKind,
    /// The API's id, the function URL's id, the load balancer's name.
    pub id: String,
    /// The stage that stands behind a listener of its own, as behind a custom domain: paths do not name it. None: the first segment of the
    /// path does, or it is `$default`.
    pub stage: Option<String>,
}

/// The kinds of doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DoorKind {
    /// An HTTP API.
    HttpApi,
    /// A REST API.
    RestApi,
    /// A WebSocket API.
    WebSocketApi,
    /// A function URL.
    FunctionUrl,
    /// A load balancer.
    LoadBalancer,
}

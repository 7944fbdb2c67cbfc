//! A port for each front door.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use greenroom_apigateway::{Door, DoorKind, Gateway};
use greenroom_gateway::{bind, serve_with};
use greenroom_host::Diagnostic;

use super::doors::Named;
use crate::app::place::AbortOnDrop;

/// The doors that are open.
pub(crate) struct Open {
    gateway: Gateway,
    address: IpAddr,
    doors: Vec<OpenDoor>,
}

/// One that is open.
pub(crate) struct OpenDoor {
    pub(crate) door: Door,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) address: SocketAddr,
    /// The port that was wished for, where that was taken.
    pub(crate) instead_of: Option<u16>,
    _serving: AbortOnDrop,
}

impl OpenDoor {
    pub(crate) fn is_websocket(&self) -> bool {
        self.door.kind == DoorKind::WebSocketApi
    }

    pub(crate) fn url(&self) -> String {
        let scheme = if self.is_websocket() { "ws" } else { "http" };
        format!("{scheme}://{}", self.address)
    }
}

impl Open {
    /// None is open yet.
    pub(crate) fn new(gateway: Gateway, address: IpAddr) -> Self {
        Self { gateway, address, doors: Vec::new() }
    }

    /// Opens those of `wanted` that are not open, and closes all others. The first one to be opened gets port `first`, if that is said,
    /// else `usual` or one after it.
    pub(crate) async fn set(&mut self, wanted: Vec<Named>, first: Option<u16>, usual: u16) -> Result<(), Diagnostic> {
        self.doors.retain(|open| wanted.iter().any(|named| named.door == open.door));
        for Named { door, name, kind } in wanted {
            if self.doors.iter().any(|open| open.door == door) {
                continue;
            }
            let port = first.filter(|port| self.doors.is_empty() || *port == 0);
            let listening = bind(self.address, port.unwrap_or(usual), port.is_some()).await?;
            let (gateway, behind) = (self.gateway.clone(), door.clone());
            let serving = AbortOnDrop::spawn(serve_with(Arc::new(listening.listener), move |request, peer| {
                let (gateway, door) = (gateway.clone(), behind.clone());
                async move { Some(gateway.handle(&door, request, peer).await) }
            }));
            let instead_of = (listening.moved && self.doors.is_empty()).then_some(usual);
            self.doors.push(OpenDoor { door, name, kind, address: listening.address, instead_of, _serving: serving });
        }
        Ok(())
    }

    /// The doors, in the order in which they were opened.
    pub(crate) fn all(&self) -> &[OpenDoor] {
        &self.doors
    }
}

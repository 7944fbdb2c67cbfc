//! Where an app listens.

use std::net::SocketAddr;
use std::sync::Arc;

use greenroom_gateway::{Listening, bind};
use greenroom_host::Diagnostic;
use tokio::net::TcpListener;

use crate::app::settings::Settings;

/// Where an app listens; it keeps the place when it has to be started again.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) listener: Arc<TcpListener>,
    pub(crate) address: SocketAddr,
    /// The port that was wished for, where that was taken.
    pub(crate) instead_of: Option<u16>,
}

impl Place {
    /// Binds what `settings` say, else what the project says, else the usual port or the next free one.
    pub(crate) async fn take(settings: &Settings, wished: Option<u16>) -> Result<Self, Diagnostic> {
        let port = settings.port.or(wished).unwrap_or(DEFAULT_PORT);
        let Listening { listener, address, moved } = bind(settings.address, port, settings.port.is_some()).await?;
        Ok(Self { listener: Arc::new(listener), address, instead_of: moved.then_some(port) })
    }
}

/// Where `wrangler dev` listens too: <https://developers.cloudflare.com/workers/wrangler/configuration/#local-development-settings>
const DEFAULT_PORT: u16 = 8787;

/// A task that ends with whoever holds this.
pub(crate) struct AbortOnDrop(tokio::task::AbortHandle);

impl AbortOnDrop {
    pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(task).abort_handle())
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

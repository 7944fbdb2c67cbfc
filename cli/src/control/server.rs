//! Offers the control API of a run.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use greenroom_control::{Control, Guard, PORT, Run};
use greenroom_host::{Diagnostic, Host, Ids};

use crate::app::place::AbortOnDrop;
use crate::aws::AllQueues;
use crate::control::apps::Apps;
use crate::control::outbound::Keeper;
use crate::control::run_file::{RunApp, RunFile, Written};

/// A control API that is offered until this is dropped.
pub(crate) struct Offered {
    /// Where.
    pub(crate) url: String,
    token: Option<String>,
    apps: Apps,
    written: Option<Written>,
    _serving: AbortOnDrop,
}

fn secret() -> Result<String, Diagnostic> {
    let ids = Ids::from_entropy().map_err(|error| Diagnostic::error(format!("the system gives no randomness for a token: {error}")))?;
    Ok(ids.trace_id().to_string())
}

impl Offered {
    /// Offers it at `address`, at `port` or, where none is given, the usual one or the next free one.
    ///
    /// # Errors
    /// When no port can be had.
    pub(crate) async fn start(host: &Host, apps: Apps, address: IpAddr, port: Option<u16>) -> Result<Self, Diagnostic> {
        let listening = match greenroom_gateway::bind(address, port.unwrap_or(PORT), port.is_some()).await {
            // Nobody has to know this port by heart: `run.json` says which it is.
            Err(_) if port.is_none() => greenroom_gateway::bind(address, 0, true).await?,
            bound => bound?,
        };
        let url = format!("http://{}", listening.address);
        apps.outbound.close(listening.address);
        // Not from the run's own ids: those of a seed can be foreseen.
        let token = if address.is_loopback() { None } else { Some(secret()?) };
        let (services, triggers) = (Arc::new(apps.clone()), Arc::new(apps.triggers.clone()));
        let here = std::env::current_dir().unwrap_or_default();
        let outbound = Arc::new(Keeper { rules: apps.outbound.clone(), host: host.clone(), here });
        let control = Arc::new(Control {
            host: host.clone(),
            run: Arc::new(apps.clone()),
            services,
            triggers,
            outbound,
            replays: Arc::new(apps.clone()),
            functions: Arc::new(apps.functions.clone()),
            queues: Arc::new(AllQueues(apps.functions.clone())),
        });
        let guard = Guard::new(token.clone());
        let serving = AbortOnDrop::spawn(async move {
            let _ = greenroom_control::serve(listening.listener, control, guard).await;
        });
        Ok(Self { url, token, apps, written: None, _serving: serving })
    }

    /// Says in each of `dirs` what runs and where.
    pub(crate) fn write_down(&mut self, dirs: &[PathBuf]) {
        let apps = self.apps.apps().into_iter().map(|app| RunApp { name: app.name, url: app.url }).collect();
        let run = RunFile { control: self.url.clone(), token: self.token.clone(), pid: std::process::id(), apps };
        self.written = Some(run.write(dirs));
    }
}

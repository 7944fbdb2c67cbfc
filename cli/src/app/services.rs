//! What the code of one version can call: its bindings, and the outside.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use greenroom_bindings::Bindings;
use greenroom_channel::{Call, CallError};
use greenroom_host::{Flight, ServiceCall, Text};
use greenroom_supervisor::{Answer, IncomingCall, Services};
use serde::Deserialize;

use crate::app::faults::Faulty;
use crate::app::outside::{self, Network, Outside};
use crate::app::quota::Quota;

/// The name under which guest code calls the outside; no binding can have it.
const OUTSIDE: &str = "";
/// How the outside is called in the journal.
const OUTSIDE_NAME: &str = "fetch";

/// The services of one version of an app.
pub(crate) struct AppServices {
    bindings: Arc<Bindings>,
    outside: Arc<Outside>,
    network: Arc<Network>,
    /// None: as many calls as it likes.
    quota: Option<Arc<Quota>>,
    faulty: Arc<Faulty>,
}

impl AppServices {
    pub(crate) fn of(
        bindings: Arc<Bindings>,
        (outside, network): (Arc<Outside>, Network),
        quota: Quota,
        faulty: Faulty,
    ) -> Arc<dyn Services> {
        faulty.introduce(&bindings);
        Arc::new(Self { bindings, outside, network: Arc::new(network), quota: Some(Arc::new(quota)), faulty: Arc::new(faulty) })
    }

    /// Those of a function, to which no platform gives anything but the outside.
    pub(crate) fn of_function(bindings: Arc<Bindings>, (outside, network): (Arc<Outside>, Network), faulty: Faulty) -> Arc<dyn Services> {
        Arc::new(Self { bindings, outside, network: Arc::new(network), quota: None, faulty: Arc::new(faulty) })
    }

    /// Whether the calling invocation may make one more call.
    fn admits(&self, incoming: &IncomingCall) -> Result<(), CallError> {
        let (Some(uses), Some(quota)) = (&incoming.uses, &self.quota) else { return Ok(()) };
        let name = incoming.call.binding.as_str();
        if name == OUTSIDE { quota.outside(uses) } else { quota.binding(uses, self.bindings.calls_per_invocation(name)) }
    }
}

impl Services for AppServices {
    fn call(&self, incoming: IncomingCall) -> BoxFuture<'static, Result<Answer, CallError>> {
        let admitted = self.admits(&incoming);
        let (bindings, outside, network) = (Arc::clone(&self.bindings), Arc::clone(&self.outside), Arc::clone(&self.network));
        let (quota, faulty) = (self.quota.clone(), Arc::clone(&self.faulty));
        Box::pin(async move {
            let host = &faulty.host;
            let event = incoming.event;
            let is_outside = incoming.call.binding == OUTSIDE;
            // Held until there is an answer.
            let _connection = match (&incoming.uses, quota) {
                (Some(uses), Some(quota)) if admitted.is_ok() && (is_outside || bindings.connects(&incoming.call.binding)) => {
                    quota.connection(uses).await
                }
                _ => None,
            };
            let started = host.clock.uptime();
            let record = event.map(|_| record(&bindings, &incoming.call, host.journal.order()));
            let mut faults = Vec::new();
            let answer = match admitted {
                Err(refused) => Err(refused),
                Ok(()) if is_outside => faulty.fetch(&outside, incoming, &network, &mut faults).await,
                Ok(()) => faulty.binding(&bindings, incoming, &mut faults).await,
            };
            if let (Some(event), Some(record)) = (event, record) {
                let took = host.clock.uptime().saturating_sub(started);
                let (received, error) = match &answer {
                    Ok(answer) => (size(&answer.result.value, answer.result.body.as_ref()), None),
                    Err(error) => (0, Some(error.to_string())),
                };
                host.journal.call(event, ServiceCall { took, received, error, faults, ..record });
            }
            answer
        })
    }

    fn flight(&self, call: &Call) -> Flight {
        if call.binding == OUTSIDE { Flight::outside(outside::in_words(call)) } else { format!("{}.{}", call.binding, call.method).into() }
    }

    fn cuts_off(&self) -> bool {
        self.quota.as_ref().is_some_and(|quota| quota.cuts_off())
    }
}

/// How much of the arguments of a call the journal keeps.
const ARGS: usize = 1024;

/// What the journal is told of a call before it is answered. `order`: when it began.
fn record(bindings: &Bindings, call: &Call, order: u64) -> ServiceCall {
    let name = call.binding.as_str();
    let (service, binding, resource) = match bindings.behind(name) {
        Some((service, resource)) => (service, name.into(), resource),
        None if name == OUTSIDE => (OUTSIDE_NAME.into(), OUTSIDE_NAME.into(), url_of(&call.args).into()),
        None => ("service".into(), name.into(), "".into()),
    };
    ServiceCall {
        service,
        binding,
        operation: call.method.as_str().into(),
        resource,
        args: Text(call.args.slice(..call.args.len().min(ARGS))),
        sent: size(&call.args, call.body.as_ref()),
        received: 0,
        took: Duration::ZERO,
        error: None,
        faults: Vec::new(),
        order,
    }
}

fn size(value: &Bytes, body: Option<&Bytes>) -> u64 {
    (value.len() + body.map_or(0, Bytes::len)) as u64
}

fn url_of(args: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Url {
        url: String,
    }
    serde_json::from_slice(args).map_or_else(|_| String::new(), |Url { url }| url)
}

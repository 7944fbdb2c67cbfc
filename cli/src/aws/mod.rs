//! The AWS side of a run: one endpoint for all services, one runtime for all functions, one gateway for all front doors. It is there as soon
//! as an app of the run needs it.

mod again;
mod called;
mod engines;
mod isolates;
mod log;
mod mappings;
mod once;
mod outside;
mod queued;
mod shared;
mod urls;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use greenroom_apigateway::{Doors, Gateway};
use greenroom_aws_wire::{Credentials, Endpoint, Strictness};
use greenroom_host::{Diagnostic, Host};
use greenroom_lambda::LambdaService;
use greenroom_lambda_api::{LambdaRuntime, Options};
use greenroom_lambda_isolate::GuestIsolates;
use greenroom_outbound::rules::Rules;
use greenroom_sqs::Queues;

use crate::app::guests::{code_cache, function_guest_command, prune};
use crate::app::place::AbortOnDrop;
use crate::args::{AuthArg, Serving};
use crate::terminal::Terminal;
pub(crate) use called::AllFunctions;
pub(crate) use engines::Engines;
use isolates::FunctionIsolates;
pub(crate) use mappings::{is_read, record_of_queue};
pub(crate) use once::AwsOnce;
pub(crate) use queued::AllQueues;

/// The name under which its state is kept.
pub(crate) const NAME: &str = "aws";

/// Where every tool for local AWS looks first.
pub(crate) const PORT: u16 = 4566;

/// What the AWS side is started with.
pub(crate) struct AwsSettings {
    pub(crate) address: IpAddr,
    pub(crate) port: Option<u16>,
    pub(crate) strictness: Strictness,
    /// Where its state is kept; none: in memory.
    pub(crate) data_dir: Option<PathBuf>,
}

impl AwsSettings {
    /// On this machine, as the options say.
    pub(crate) fn of(serving: &Serving, address: IpAddr, data_dir: Option<PathBuf>) -> Self {
        let strictness = match serving.auth {
            AuthArg::Lenient => Strictness::Parsed,
            AuthArg::Strict => Strictness::Strict(credentials()),
        };
        Self { address, port: serving.aws_port, strictness, data_dir }
    }
}

/// The keys that may sign.
fn credentials() -> Credentials {
    let own = std::env::var("AWS_ACCESS_KEY_ID").ok().zip(std::env::var("AWS_SECRET_ACCESS_KEY").ok());
    Credentials([("test".to_owned(), "test".to_owned())].into_iter().chain(own).collect())
}

/// The AWS side of a run.
pub(crate) struct Aws {
    pub(crate) lambda: Arc<LambdaService>,
    pub(crate) runtime: Arc<LambdaRuntime>,
    pub(crate) queues: Queues,
    pub(crate) gateway: Gateway,
    pub(crate) isolates: Arc<FunctionIsolates>,
    /// Where the endpoint is.
    pub(crate) address: SocketAddr,
    /// The doors of each app.
    doors: Mutex<BTreeMap<String, Doors>>,
    /// Holds what is built for a run without a folder; it goes with this.
    scratch: tempfile::TempDir,
    _serving: AbortOnDrop,
    _mapped: AbortOnDrop,
}

impl Aws {
    /// Starts all of it.
    ///
    /// # Errors
    /// A port that cannot be had, state that cannot be opened.
    pub(crate) async fn start(
        host: &Host,
        settings: &AwsSettings,
        (rules, engines): (Rules, Engines),
        terminal: &Terminal,
    ) -> Result<Arc<Self>, Diagnostic> {
        let host = host.for_app(NAME, settings.data_dir.clone());
        let listening = greenroom_gateway::bind(settings.address, settings.port.unwrap_or(PORT), settings.port.is_some()).await?;
        let origin = format!("http://{}", listening.address);
        let log = Arc::new(log::AwsLog(terminal.clone()));
        let isolates = FunctionIsolates::new(engines, &host, rules.clone(), terminal)?;
        prune(code_cache(&host).as_deref());
        let command = function_guest_command(code_cache(&host));
        let guests = GuestIsolates::new(host.clock.clone(), command, Arc::new(isolates::Shared(Arc::clone(&isolates))));
        let options =
            Options { sink: Arc::clone(&log) as _, variables: variables(&origin), isolates: Some(Arc::new(guests)), ..Options::default() };
        let runtime = Arc::new(LambdaRuntime::new(&host, options)?);
        let lambda = LambdaService::open(host.clone(), Arc::clone(&runtime) as _)?;
        let queues = Queues::open(host.clone())?;
        let gateway = Gateway::new(host.clone(), log, Arc::new(outside::Servers::new(rules)), Arc::new(urls::Made(Arc::clone(&lambda))));
        let mapped = mappings::start(host.clone(), &lambda, mappings::Sources { queues: queues.clone() }, terminal.clone());
        let services = vec![lambda.served(), queues.served()];
        let endpoint = Arc::new(Endpoint::new(host.clone(), services, settings.strictness.clone(), origin));
        let serving = AbortOnDrop::spawn(shared::serve(Arc::new(listening.listener), gateway.clone(), endpoint));
        let scratch = tempfile::Builder::new().prefix("greenroom-build-").tempdir().map_err(|error| no_scratch(&error))?;
        Ok(Arc::new(Self {
            lambda,
            runtime,
            queues,
            gateway,
            isolates,
            address: listening.address,
            doors: Mutex::default(),
            scratch,
            _serving: serving,
            _mapped: mapped,
        }))
    }

    /// The app has these doors from now on.
    pub(crate) fn configure(&self, app: &str, doors: Doors) {
        let mut all = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(app.to_owned(), doors.of_app(app));
        let mut together = Doors::default();
        for doors in all.values().cloned() {
            together.extend(doors);
        }
        self.gateway.configure(together);
    }

    /// A folder that is there as long as the run.
    pub(crate) fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// The endpoint's address as SDKs take it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn no_scratch(error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(format!("no folder for what is built: {error}"))
        .hint(format!("make room in `{}`, or point `TMPDIR` at another folder", std::env::temp_dir().display()))
}

/// What functions are told so that the SDK in them finds the services of the run.
fn variables(origin: &str) -> Vec<(String, String)> {
    vec![("AWS_ENDPOINT_URL".to_owned(), origin.to_owned())]
}

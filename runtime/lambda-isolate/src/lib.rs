//! Functions of AWS Lambda in the isolates that also run Workers: a guest process for each instance, with the handler's bundled module in it.
//! What a guest is told of handlers is `isolate.js`; where the code comes from, and what it may call, is said by a [`Provider`].

mod guest;
mod lines;

use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures::future::BoxFuture;
use greenroom_channel::message::{Load, ModuleHead, Prepare};
use greenroom_host::{Bundle, Clock, Function};
use greenroom_lambda_api::{Isolate, IsolateFailure, Isolates, NODE_COMMON, NewIsolate};
use greenroom_supervisor::{DeployError, GuestCommand, Instance, InvokeError, Output, Services, Spares, Version};

use guest::{Guest, failed};
use lines::Lines;

/// The platform's name in guests.
const PLATFORM: &str = "lambda";

/// Rewrites places of stack traces into those of the sources.
pub type StackMap = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// Ends the guest with this number at once.
pub type EndGuest = Arc<dyn Fn(u64) + Send + Sync>;

/// A function's code, ready for an isolate.
pub struct Code {
    /// The modules; the first exports the handler.
    pub bundle: Bundle,
    /// For its stack traces.
    pub map: StackMap,
}

/// Why there is no code: the type of the error in the vendor's words, and what there is to say.
pub struct NoCode {
    /// `Runtime.ImportModuleError`, `Runtime.UserCodeSyntaxError`
    pub error_type: &'static str,
    /// For whoever calls, and for the log.
    pub message: String,
}

/// What is particular to a run.
pub trait Provider: Send + Sync {
    /// Whether this function's handler is to run in an isolate.
    fn takes(&self, function: &Function) -> bool;

    /// The function's code.
    fn code(&self, function: Arc<Function>) -> BoxFuture<'static, Result<Arc<Code>, NoCode>>;

    /// What the code can call. `end` is for faults that end the guest that calls.
    fn services(&self, function: &Function, output: Arc<dyn Output>, end: EndGuest) -> Arc<dyn Services>;
}

/// Isolates for functions.
pub struct GuestIsolates {
    inner: Arc<Inner>,
}

struct Inner {
    spares: Spares,
    provider: Arc<dyn Provider>,
    /// Every guest that has not ended.
    guests: Mutex<Vec<Weak<Instance>>>,
}

impl GuestIsolates {
    /// Guests are started by `command` and follow `clock`. None is started before the first is wanted.
    #[must_use]
    pub fn new(clock: Clock, command: GuestCommand, provider: Arc<dyn Provider>) -> Self {
        let script = format!("(runtime) => {{\n{NODE_COMMON}\n{}\n}}", include_str!("isolate.js"));
        let prepare = Prepare { scripts: vec![(format!("platforms/{PLATFORM}"), script)] };
        Self { inner: Arc::new(Inner { spares: Spares::new(clock, command, prepare), provider, guests: Mutex::default() }) }
    }
}

impl Isolates for GuestIsolates {
    fn run(&self, function: &Function) -> bool {
        self.inner.provider.takes(function)
    }

    fn start(&self, new: NewIsolate) -> BoxFuture<'static, Result<Arc<dyn Isolate>, IsolateFailure>> {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move { inner.start(new).await.map(|guest| Arc::new(guest) as Arc<dyn Isolate>) })
    }
}

impl Inner {
    async fn start(self: &Arc<Self>, new: NewIsolate) -> Result<Guest, IsolateFailure> {
        let NewIsolate { function, environment, writer } = new;
        let code = self.provider.code(Arc::clone(&function)).await.map_err(|NoCode { error_type, message }| {
            writer("error", &message);
            failed(error_type, &message, &[])
        })?;
        let output = Arc::new(Lines::new(writer, Arc::clone(&code.map)));
        let version = version(&function, &code.bundle, environment);
        let shown = Arc::<Lines>::clone(&output) as Arc<dyn Output>;
        let services = self.provider.services(&function, Arc::clone(&shown), self.end_guest());
        let loaded = self.spares.load(&version, &services, &shown, |instance| self.keep(instance)).await;
        let inner = Arc::clone(self);
        tokio::spawn(async move {
            // Where none can be started now, one is when it is wanted.
            let _ = inner.spares.warm().await;
        });
        match loaded {
            Ok((instance, _)) => Ok(Guest::new(instance, output)),
            Err(DeployError::Failed(failure)) => Err(output.not_loaded(&failure, self.spares.clock())),
            Err(DeployError::Ended(InvokeError::Cpu)) => Err(IsolateFailure::Time),
            Err(DeployError::Ended(InvokeError::Memory)) => Err(IsolateFailure::Memory),
            Err(DeployError::Ended(error)) => Err(IsolateFailure::Ended(greenroom_supervisor::in_words(&error))),
            Err(DeployError::NoGuest(why)) => Err(IsolateFailure::Ended(why)),
        }
    }
}

impl Inner {
    fn keep(&self, instance: &Arc<Instance>) {
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.retain(|guest| guest.upgrade().is_some_and(|guest| !guest.is_over()));
        guests.push(Arc::downgrade(instance));
    }

    fn end_guest(self: &Arc<Self>) -> EndGuest {
        let inner = Arc::downgrade(self);
        Arc::new(move |number| {
            let Some(inner) = inner.upgrade() else { return };
            let guests = inner.guests.lock().unwrap_or_else(PoisonError::into_inner);
            guests.iter().filter_map(Weak::upgrade).filter(|guest| guest.number() == number).for_each(|guest| guest.kill());
        })
    }
}

/// What a guest is given. The code may use as much CPU time as the function has time: where time stands still, it is what ends a loop.
fn version(function: &Function, bundle: &Bundle, environment: Vec<(String, String)>) -> Version {
    let head = Load {
        app: function.name.clone(),
        platform: PLATFORM.to_owned(),
        vars: environment.into_iter().map(|(name, value)| (name, value.into())).collect(),
        cpu_ms: u64::try_from(function.timeout.as_millis()).unwrap_or(u64::MAX),
        cpu_per_invocation: true,
        startup_cpu_ms: INIT_CPU_MS,
        heap_bytes: function.memory as usize * 1024 * 1024,
        // Work goes on after an answer for as long as it likes, as on Node.js.
        wait_until_ms: u64::from(u32::MAX),
        exports: bundle.exports.clone(),
        modules: bundle.modules.iter().map(|module| ModuleHead { name: module.name.clone(), kind: format!("{:?}", module.kind) }).collect(),
        ..Load::default()
    };
    Version { head, contents: bundle.modules.iter().map(|module| module.content.clone()).collect() }
}

/// CPU time that the top level of modules may use. <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>: an init
/// may take 10 s.
const INIT_CPU_MS: u64 = 10_000;

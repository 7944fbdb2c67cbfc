//! The bundler: one build at a time, each on threads of its own that end with it.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;

use greenroom_host::{Bundle, Diagnostic};
use rolldown::BundlerOptions;
use rolldown::plugin::__inner::SharedPluginable;
use tokio::sync::oneshot;

use crate::config::{Compiler, rolldown_options};
use crate::loader::{Gathered, Loader};
use crate::options::BundleOptions;
use crate::report::Reporter;
use crate::{as_is, output};

/// Stack of each building thread, in bytes. Parsing and printing recurse as deep as the code nests; only pages that are touched count.
const STACK: usize = 64 << 20;
/// More threads gain nothing at the size of serverless code and cost memory.
const MOST_THREADS: usize = 4;
/// Fewer would wait for themselves, also where there is one core: before a build rolldown waits until what the build before has left is freed,
/// and frees that on threads of the pool, of which the one that waits is one.
const FEWEST_THREADS: usize = 2;

/// Bundles one project, again and again.
#[derive(Debug)]
pub struct Bundler {
    options: Arc<BundleOptions>,
    inputs: Vec<PathBuf>,
}

impl Bundler {
    /// A bundler with these options. Nothing is read before [`Self::build`].
    pub fn new(options: BundleOptions) -> Self {
        Self { options: Arc::new(options), inputs: Vec::new() }
    }

    /// Builds from the files as they are now. Runs on threads of its own, so any executor can wait for it; dropping the future
    /// abandons the build.
    ///
    /// # Errors
    ///
    /// All that is wrong with the project, at least one diagnostic of severity error. Paths in diagnostics are relative to the project folder.
    pub async fn build(&mut self) -> Result<Bundle, Vec<Diagnostic>> {
        let options = Arc::clone(&self.options);
        let (sender, receiver) = oneshot::channel();
        let build = move || {
            build_on_pool(&options.canonical(), sender);
            greenroom_host::rest::give_back();
        };
        let started = thread::Builder::new().name("bundle".into()).stack_size(STACK).spawn(build);
        if let Err(error) = started {
            return Err(vec![Diagnostic::error(format!("cannot start a thread to bundle on: {error}"))]);
        }
        let built = receiver.await.unwrap_or_else(|_| Built::failed("the bundler stopped without an answer"));
        self.inputs = built.inputs;
        built.outcome
    }

    /// Absolute paths of all files that the last build read or looked for, failed or not, sorted: when one of them changes or
    /// comes into being, the next build may come out differently. Empty before the first build.
    #[must_use]
    pub fn inputs(&self) -> &[PathBuf] {
        &self.inputs
    }
}

/// What a build thread answers.
pub(crate) struct Built {
    pub(crate) outcome: Result<Bundle, Vec<Diagnostic>>,
    pub(crate) inputs: Vec<PathBuf>,
}

impl Built {
    fn failed(message: impl Into<String>) -> Self {
        Self { outcome: Err(vec![Diagnostic::error(message)]), inputs: Vec::new() }
    }
}

/// Runs one build in a thread pool made for it and returns when the pool has ended. rolldown would otherwise fill the global pool,
/// whose threads never end and keep what they allocated.
fn build_on_pool(options: &BundleOptions, answer: oneshot::Sender<Built>) {
    // The receiver is gone if nobody waits any more, which is no fault.
    let answer = |built| drop(answer.send(built));
    let threads = thread::available_parallelism().map_or(1, NonZero::get).clamp(FEWEST_THREADS, MOST_THREADS);
    let (exited, exits) = mpsc::channel();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK)
        .thread_name(|index| format!("bundle-{index}"))
        .exit_handler(move |_| {
            let _ = exited.send(());
        })
        .build();
    let pool = match pool {
        Ok(pool) => pool,
        Err(error) => return answer(Built::failed(format!("cannot start threads to bundle on: {error}"))),
    };
    let built = catch_unwind(AssertUnwindSafe(|| pool.install(|| build_here(options, threads))));
    answer(built.unwrap_or_else(|_| Built::failed("the bundler failed on this project through a fault of its own")));
    drop(pool);
    // rolldown frees its graph in the pool after it answered: what is freed there is to be given back too.
    while exits.recv().is_ok() {}
}

/// Runs one build from a thread of the pool. Modules are parsed on threads of an executor of its own, the rest is done in the pool.
fn build_here(options: &BundleOptions, threads: usize) -> Built {
    if !options.entry.is_file() {
        let entry = relative(&options.dir, &options.entry);
        let missing = Diagnostic::error(format!("the entry module `{entry}` is not there"));
        let hint = format!("create `{entry}`, or name the module that your code starts in");
        return Built { outcome: Err(vec![missing.hint(hint)]), inputs: vec![options.entry.clone()] };
    }
    if let Some(how) = &options.as_is {
        return as_is::build(options, how);
    }
    match tokio::runtime::Builder::new_multi_thread().worker_threads(threads).thread_stack_size(STACK).thread_name("bundle-parse").build() {
        Ok(runtime) => runtime.block_on(build(options)),
        Err(error) => Built::failed(format!("cannot start an executor to bundle on: {error}")),
    }
}

async fn build(options: &BundleOptions) -> Built {
    let compiler = Compiler::read(options);
    match attempt(options, &compiler, false).await {
        Some(built) => built,
        None => attempt(options, &compiler, true).await.unwrap_or_else(|| Built::failed("the bundler came to no end")),
    }
}

/// Builds once. With `shim`, names that are imported and not exported are undefined instead of an error; without, none is returned if
/// that is what the project needs.
async fn attempt(options: &BundleOptions, compiler: &Compiler, shim: bool) -> Option<Built> {
    let loader = Arc::new(Loader::new(options.clone()));
    let plugin: SharedPluginable = Arc::<Loader>::clone(&loader);
    let rolldown_options = BundlerOptions { shim_missing_exports: Some(shim), ..rolldown_options(options, compiler) };
    let mut bundler = match rolldown::Bundler::with_plugins(rolldown_options, vec![plugin]) {
        Ok(bundler) => bundler,
        Err(errors) => {
            let diagnostics = Reporter::new(options, None, &Gathered::default()).errors(&errors);
            return Some(Built { outcome: Err(diagnostics), inputs: compiler.files.clone() });
        }
    };
    let generated = bundler.generate().await;
    let mut gathered = loader.take();
    gathered.inputs.extend(compiler.files.iter().cloned());
    // Settings that are not there yet count from the moment they are.
    gathered.inputs.extend(["package.json", "tsconfig.json"].map(|file| options.dir.join(file)));
    let mut reporter = Reporter::new(options, Some(&bundler.resolver), &gathered);
    let outcome = match generated {
        Ok(generated) => {
            let (errors, warnings) = reporter.sort(&generated.warnings);
            if errors.is_empty() { output::assemble(generated, &gathered, warnings) } else { Err(errors) }
        }
        Err(errors) if !shim && reporter.only_untold_types(&errors) => return None,
        Err(errors) => Err(reporter.errors(&errors)),
    };
    let looked_for = reporter.looked_for();
    gathered.inputs.extend(looked_for);
    Some(Built { outcome, inputs: gathered.inputs.into_iter().collect() })
}

/// `path` as seen from `dir`, with `/` between its parts; absolute if it lies outside.
pub(crate) fn relative(dir: &Path, path: &Path) -> String {
    path.strip_prefix(dir).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

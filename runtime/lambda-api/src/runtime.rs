//! What runs functions.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::future::BoxFuture;
use greenroom_host::{Diagnostic, Function, FunctionRuntime, Host, Invocation, Invoked, NotInvoked};

use crate::bootstrap::Bootstraps;
use crate::options::Options;
use crate::pool::Pool;
use crate::process::{Keeper, Programs, Sweeper};

/// Runs AWS Lambda functions as processes of this machine. All of them end with it.
pub struct LambdaRuntime {
    shop: Arc<Shop>,
    pools: Mutex<BTreeMap<Name, Arc<Pool>>>,
}

/// A function's ARN, and its version.
type Name = (String, String);

/// What all instances share.
pub(crate) struct Shop {
    pub(crate) host: Host,
    pub(crate) options: Options,
    pub(crate) programs: Programs,
    pub(crate) bootstraps: Bootstraps,
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) sweeper: Sweeper,
    /// Holds what instances write, and the bootstraps; it goes with this.
    pub(crate) folder: tempfile::TempDir,
}

impl LambdaRuntime {
    /// Nothing is started yet.
    ///
    /// # Errors
    /// When there is no folder for what functions write to `/tmp`.
    pub fn new(host: &Host, options: Options) -> Result<Self, Diagnostic> {
        let failed = |error: std::io::Error| {
            Diagnostic::error(format!("no folder for what Lambda functions write: {error}"))
                .hint(format!("make room in `{}`, or point `TMPDIR` at another folder", std::env::temp_dir().display()))
        };
        let folder = tempfile::Builder::new().prefix("greenroom-lambda-").tempdir().map_err(failed)?;
        let bootstraps = Bootstraps::write(&folder.path().join("runtime")).map_err(failed)?;
        let programs = Programs::new(&options.path);
        let unable = |error| Diagnostic::error(format!("no thread that ends what Lambda functions leave behind: {error}"));
        let sweeper = Sweeper::start().map_err(unable)?;
        let shop = Shop { host: host.clone(), options, programs, bootstraps, keeper: Arc::default(), sweeper, folder };
        Ok(Self { shop: Arc::new(shop), pools: Mutex::default() })
    }

    /// What this machine lacks for functions of a runtime, and how it is installed; none where nothing is.
    #[must_use]
    pub fn lacks(&self, runtime: &str) -> Option<String> {
        self.shop.programs.lacks(runtime)
    }

    /// The instances of this version. Those of an earlier state of it end.
    fn pool(&self, function: &Arc<Function>) -> Arc<Pool> {
        let name = (function.arn.clone(), function.version.clone());
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(&name) {
            if pool.runs(function) {
                return Arc::clone(pool);
            }
            pool.retire();
        }
        let pool = Pool::new(&self.shop, function);
        pools.insert(name, Arc::clone(&pool));
        pool
    }
}

impl FunctionRuntime for LambdaRuntime {
    fn invoke(&self, function: Arc<Function>, invocation: Invocation) -> BoxFuture<'static, Result<Invoked, NotInvoked>> {
        let pool = self.pool(&function);
        Box::pin(async move { pool.invoke(invocation).await })
    }

    fn provision(&self, function: Arc<Function>, count: u32) -> BoxFuture<'static, Result<u32, NotInvoked>> {
        let pool = self.pool(&function);
        Box::pin(async move { pool.provision(count).await })
    }

    fn snapshot(&self, function: Arc<Function>) -> BoxFuture<'static, Result<(), Bytes>> {
        let pool = self.pool(&function);
        Box::pin(async move { pool.snapshot().await })
    }

    fn retire(&self, arn: &str, version: Option<&str>) {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.retain(|(of, version_of), pool| {
            let wanted = of == arn && version.is_none_or(|version| version == version_of);
            if wanted {
                pool.retire();
            }
            !wanted
        });
    }
}

impl Drop for LambdaRuntime {
    fn drop(&mut self) {
        for pool in self.pools.lock().unwrap_or_else(PoisonError::into_inner).values() {
            pool.retire();
        }
    }
}

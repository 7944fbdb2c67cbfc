//! Instances that are kept ready.

use std::sync::Arc;

use greenroom_aws_wire::ApiError;

use crate::arn::Key;
use crate::service::LambdaService;

impl LambdaService {
    /// Lets the runtime keep as many instances ready as a function asks for. Returns at once: they start meanwhile.
    pub(crate) async fn keep_ready(&self, key: &Key) -> Result<(), ApiError> {
        let Some(record) = self.store.functions.get(key).await? else { return Ok(()) };
        for (qualifier, provisioned) in &record.provisioned {
            if let Some(version) = record.resolved(Some(qualifier)) {
                self.provision(self.function(key, version), provisioned.requested);
            }
        }
        Ok(())
    }

    /// The same for all functions.
    pub(crate) async fn keep_all_ready(&self) -> Result<(), ApiError> {
        for (key, record) in self.store.functions.all().await? {
            if !record.provisioned.is_empty() {
                self.keep_ready(&key).await?;
            }
        }
        Ok(())
    }

    /// The same for one version.
    pub(crate) fn provision(&self, function: greenroom_host::Function, count: u32) {
        // What cannot be started is said by the invocation that would have used it.
        tokio::spawn(self.runtime.provision(Arc::new(function), count));
    }
}

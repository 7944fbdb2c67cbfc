//! Unpacked code that nobody has any more: of functions and versions that are deleted. A run removes what earlier runs left, unless there are
//! snapshots of the state, which may name it.

use std::collections::BTreeSet;
use std::sync::Arc;

use greenroom_aws_wire::ApiError;
use serde::Serialize;

use crate::service::LambdaService;

impl LambdaService {
    /// Begins with it; to be called before anything is added.
    pub(crate) fn remove_unused_code(self: &Arc<Self>) {
        let left = self.code.names();
        if left.is_empty() || self.has_snapshots() {
            return;
        }
        let service = Arc::clone(self);
        tokio::spawn(async move {
            // What cannot be read now is looked at by the next run.
            if let Ok(unused) = service.unused(left).await {
                service.code.remove(&unused);
            }
        });
    }

    fn has_snapshots(&self) -> bool {
        let folder = self.host.data_dir().map(|folder| folder.join("snapshots"));
        folder.and_then(|folder| std::fs::read_dir(folder).ok()).is_some_and(|mut entries| entries.next().is_some())
    }

    /// Those of `names` that no function and no layer mentions.
    async fn unused(&self, mut names: BTreeSet<String>) -> Result<BTreeSet<String>, ApiError> {
        for (_, record) in self.store.functions.all().await? {
            keep_mentioned(&mut names, &*record);
        }
        for (_, record) in self.store.layers.all().await? {
            keep_mentioned(&mut names, &*record);
        }
        Ok(names)
    }
}

/// Takes out of `names` what the document mentions, whatever for.
fn keep_mentioned(names: &mut BTreeSet<String>, document: &impl Serialize) {
    let text = serde_json::to_string(document).unwrap_or_default();
    names.retain(|name| !text.contains(name.as_str()));
}

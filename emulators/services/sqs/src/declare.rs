//! Queues that templates declare.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use greenroom_aws_wire::ApiError;

use crate::key::QueueKey;
use crate::queue::Attributes;
use crate::service::Queues;
use crate::verbs::Make;

/// What names another queue, which has to be there first.
const REDRIVE: &[&str] = &["RedrivePolicy", "RedriveAllowPolicy"];

impl Queues {
    /// Makes the queues that the template of `app` declares, and sets those that are there as it says. A queue that it no longer declares
    /// stays, with its messages. Gives what cannot be, by queue.
    pub async fn declare(&self, app: &str, declared: Vec<Make>) -> Vec<(QueueKey, ApiError)> {
        self.inner.declared.lock().unwrap_or_else(PoisonError::into_inner).insert(app.to_owned(), declared.clone());
        self.make_declared(app, declared).await
    }

    /// Makes those declared queues that are not in a state which was swapped in.
    pub(crate) async fn declare_again(&self) {
        let all = self.inner.declared.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for (app, mut declared) in all {
            declared.retain(|make| !self.exists(&make.key));
            // What cannot be was said when it was declared.
            drop(self.make_declared(&app, declared).await);
        }
    }

    async fn make_declared(&self, app: &str, declared: Vec<Make>) -> Vec<(QueueKey, ApiError)> {
        let mut refused = Vec::new();
        let mut later = Vec::new();
        for make in declared {
            let (first, rest): (Attributes, Attributes) =
                make.attributes.into_iter().partition(|(name, _)| !REDRIVE.contains(&name.as_str()));
            let key = make.key.clone();
            let made = self.declare_one(Make { attributes: first, app: Some(app.to_owned()), ..make }).await;
            match made {
                Ok(()) => later.push((key, rest)),
                Err(error) => refused.push((key, error)),
            }
        }
        for (key, attributes) in later {
            // What a template leaves out is as it is at first.
            let all = REDRIVE.iter().map(|name| ((*name).to_owned(), attributes.get(*name).cloned().unwrap_or_default())).collect();
            if let Err(error) = self.set_attributes(&key, &all).await {
                refused.push((key, error));
            }
        }
        refused
    }

    async fn declare_one(&self, make: Make) -> Result<(), ApiError> {
        if !self.exists(&make.key) {
            return self.create(make).await;
        }
        let mut wanted: BTreeMap<String, String> = self.defaults(&make.key)?;
        // Its own key takes the place of the one that SQS manages.
        if make.attributes.contains_key("KmsMasterKeyId") {
            wanted.remove("SqsManagedSseEnabled");
        }
        wanted.extend(make.attributes);
        wanted.remove("FifoQueue");
        self.set_attributes(&make.key, &wanted).await?;
        self.adopt(&make.key, make.app, make.tags).await
    }
}

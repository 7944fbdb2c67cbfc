//! Who delivers parcels in a run: to apps their doors, to functions and queues the services that know them.

use futures::FutureExt;
use futures::future::BoxFuture;
use greenroom_host::{Delivery, Parcel, Recipient, Reply, Undelivered};

use crate::app::neighbours::Neighbours;
use crate::aws::AwsOnce;

/// All that can be delivered to.
pub(crate) struct Deliveries {
    pub(crate) neighbours: Neighbours,
    pub(crate) aws: AwsOnce,
}

impl Delivery for Deliveries {
    fn deliver(&self, parcel: Parcel) -> BoxFuture<'static, Result<Reply, Undelivered>> {
        let aws = self.aws.started();
        match (&parcel.to, aws) {
            (Recipient::Function(_), Some(aws)) => async move { aws.lambda.deliver(parcel).await }.boxed(),
            (Recipient::Queue(_), Some(aws)) => async move { aws.queues.deliver(parcel).await }.boxed(),
            (Recipient::Function(arn), None) => nowhere(Undelivered::NoSuchFunction(arn.clone())),
            (Recipient::Queue(arn), None) => nowhere(Undelivered::NoSuchQueue(arn.clone())),
            (Recipient::App(_) | Recipient::Guest(_), _) => self.neighbours.deliver(parcel),
        }
    }
}

fn nowhere(why: Undelivered) -> BoxFuture<'static, Result<Reply, Undelivered>> {
    std::future::ready(Err(why)).boxed()
}

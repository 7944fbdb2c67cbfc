//! Who delivers parcels in a run: to apps their doors, to functions the service that knows them.

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
        let Recipient::Function(arn) = &parcel.to else { return self.neighbours.deliver(parcel) };
        match self.aws.started() {
            Some(aws) => async move { aws.lambda.deliver(parcel).await }.boxed(),
            None => std::future::ready(Err(Undelivered::NoSuchFunction(arn.clone()))).boxed(),
        }
    }
}

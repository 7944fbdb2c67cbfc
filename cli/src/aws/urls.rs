//! Function URLs that were made by the Lambda API, for the doors.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use greenroom_apigateway::Urls;
use greenroom_apigateway::config::{Cors, FunctionUrl, Owner};
use greenroom_lambda::{LambdaService, Url, UrlCors};

/// What the Lambda service knows of them.
pub(super) struct Made(pub(super) Arc<LambdaService>);

impl Urls for Made {
    fn find(&self, id: String) -> BoxFuture<'static, Option<FunctionUrl>> {
        let lambda = Arc::clone(&self.0);
        async move { lambda.url(&id).await.ok().flatten().map(|url| door(id, url)) }.boxed()
    }
}

fn door(id: String, url: Url) -> FunctionUrl {
    let Url { named, iam, stream, cors: told } = url;
    let owner = Owner { account: named.key.account.clone(), region: named.key.region.clone() };
    FunctionUrl { id, arn: named.arn(), owner, iam, cors: told.map(cors), stream }
}

fn cors(told: UrlCors) -> Cors {
    let UrlCors { allow_credentials, allow_headers, allow_methods, allow_origins, expose_headers, max_age } = told;
    Cors { allow_credentials, allow_headers, allow_methods, allow_origins, expose_headers, max_age }
}

//! Functions as the control API lists and calls them.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures::FutureExt;
use futures::future::BoxFuture;
use greenroom_aws_wire::ApiError;
use greenroom_control::{Called, FunctionInfo, Functions, Problem, ToCall};
use greenroom_lambda::{Direct, Named, Overview, Ran};

use super::Aws;

/// The functions of the run, once it has any. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub(crate) struct AllFunctions(Arc<Mutex<Weak<Aws>>>);

impl AllFunctions {
    /// The AWS side of the run has been started.
    pub(super) fn enter(&self, aws: &Arc<Aws>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(aws);
    }

    /// The AWS side of the run, if it has been started.
    pub(crate) fn aws(&self) -> Option<Arc<Aws>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).upgrade()
    }

    /// All functions of `app`, or of the run.
    async fn all(&self, app: Option<&str>) -> Result<Vec<Overview>, Problem> {
        let Some(aws) = self.aws() else { return Ok(Vec::new()) };
        let all = aws.lambda.overview().await.map_err(|error| refused(&error))?;
        Ok(all.into_iter().filter(|function| app.is_none_or(|app| function.app == app)).collect())
    }

    /// The function that is meant: by ARN, or by a name that one has; without either the only one.
    async fn meant(&self, app: Option<&str>, asked: Option<&str>) -> Result<(Arc<Aws>, Overview, Option<String>), Problem> {
        let all = self.all(app).await?;
        let aws = self.aws().filter(|_| !all.is_empty()).ok_or_else(|| none(app))?;
        let arn = asked.and_then(Named::of_arn);
        let (name, qualifier) = match (&arn, asked) {
            (Some(named), _) => (None, named.qualifier.clone()),
            (None, Some(asked)) => {
                let (name, qualifier) = asked.split_once(':').map_or((asked, None), |(name, rest)| (name, Some(rest.to_owned())));
                (Some(name), qualifier)
            }
            (None, None) => (None, None),
        };
        let is_meant = |function: &&Overview| match (&arn, name) {
            (Some(named), _) => function.key == named.key,
            (None, name) => name.is_none_or(|name| function.key.name == name),
        };
        let mut found = all.iter().filter(is_meant);
        match (found.next(), found.next()) {
            (Some(function), None) => Ok((aws, function.clone(), qualifier)),
            (None, _) => Err(Problem::not_found(format!("there is no function `{}`", asked.unwrap_or_default())).hint(there_are(&all))),
            (Some(_), Some(_)) => Err(Problem::invalid("several functions could be meant; say which").hint(there_are(&all))),
        }
    }
}

/// By name; by ARN those whose name another one has too.
fn there_are(all: &[Overview]) -> String {
    let unique = |one: &Overview| all.iter().filter(|other| other.key.name == one.key.name).count() == 1;
    let name = |one: &Overview| format!("`{}`", if unique(one) { one.key.name.clone() } else { one.key.arn() });
    format!("there are {}", all.iter().map(name).collect::<Vec<_>>().join(", "))
}

fn none(app: Option<&str>) -> Problem {
    let whose = app.map_or_else(|| "this run".to_owned(), |app| format!("the app `{app}`"));
    Problem::not_found(format!("{whose} has no functions"))
}

/// What the Lambda API refuses, with its code.
pub(super) fn refused(error: &ApiError) -> Problem {
    let status = http::StatusCode::from_u16(error.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    Problem::new(status, &error.code, error.message.clone())
}

fn info(function: Overview) -> FunctionInfo {
    let Overview { key, app, runtime, handler, versions, aliases, state } = function;
    let (arn, aliases) = (key.arn(), aliases.into_iter().collect());
    FunctionInfo { name: key.name, arn, app, runtime, handler, versions, aliases, state }
}

impl Functions for AllFunctions {
    fn list(&self, app: Option<&str>) -> BoxFuture<'static, Result<Vec<FunctionInfo>, Problem>> {
        let (this, app) = (self.clone(), app.map(str::to_owned));
        async move { Ok(this.all(app.as_deref()).await?.into_iter().map(info).collect()) }.boxed()
    }

    fn call(&self, call: ToCall) -> BoxFuture<'static, Result<Called, Problem>> {
        let this = self.clone();
        async move {
            let ToCall { app, function, qualifier, payload, kind, source } = call;
            let (aws, function, own) = this.meant(app.as_deref(), function.as_deref()).await?;
            let named = Named { key: function.key.clone(), qualifier: qualifier.or(own) };
            let direct = Direct { named, payload: payload.to_string().into(), kind, source };
            // In a task of its own: a client that goes away does not end what it has begun.
            let run = tokio::spawn(async move { aws.lambda.run(direct).await });
            let ran = run.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
            let Ran { event, version, payload, error, outcome, log, took } = ran.map_err(|error| refused(&error))?;
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let (payload, log) = (text(&payload), text(&log));
            Ok(Called { app: function.app, function: function.key.name, event, version, payload, error, log, outcome, took })
        }
        .boxed()
    }

    fn queue(&self, call: ToCall) -> BoxFuture<'static, Result<String, Problem>> {
        let this = self.clone();
        async move {
            let (aws, function, own) = this.meant(call.app.as_deref(), call.function.as_deref()).await?;
            let name = function.key.name.clone();
            let named = Named { key: function.key, qualifier: call.qualifier.or(own) };
            let queued = aws.lambda.queue(named, call.payload.to_string().into(), &call.source).await;
            queued.map(|()| name).map_err(|error| refused(&error))
        }
        .boxed()
    }

    fn reload(&self, app: Option<&str>, function: Option<&str>) -> BoxFuture<'static, Result<Vec<String>, Problem>> {
        let (this, app, function) = (self.clone(), app.map(str::to_owned), function.map(str::to_owned));
        async move {
            let meant = match function {
                Some(_) => vec![this.meant(app.as_deref(), function.as_deref()).await?.1],
                None => this.all(app.as_deref()).await?,
            };
            let aws = this.aws().filter(|_| !meant.is_empty()).ok_or_else(|| none(app.as_deref()))?;
            for function in &meant {
                aws.lambda.renew(&function.key);
            }
            Ok(meant.into_iter().map(|function| function.key.name).collect())
        }
        .boxed()
    }
}

//! `d1_database`: the `D1Database` of Workers. <https://developers.cloudflare.com/d1/worker-api/>

use std::path::Path;

use bytes::Bytes;
use futures::future::BoxFuture;
use greenroom_channel::{Call, CallError, CallResult};
use greenroom_d1::{Answer, D1Database, D1Error, Format, Migrated, Migrations, Param, Query};
use greenroom_host::faults::{Action, Failure, Surface};
use greenroom_host::{BindingDecl, Diagnostic, Limit};
use serde::Deserialize;

use crate::{Binding, BindingCalls, BodyStream, Reply, Services, args};

/// The kind `d1_database`.
pub struct D1Binding;

impl Binding for D1Binding {
    fn name(&self) -> &'static str {
        "d1"
    }

    fn kind(&self) -> &'static str {
        "d1_database"
    }

    fn script(&self) -> &'static str {
        include_str!("d1.js")
    }

    fn surface(&self) -> Option<&'static Surface> {
        Some(&SURFACE)
    }

    fn calls_per_invocation(&self) -> Option<&'static Limit> {
        Some(&greenroom_d1::limits::QUERIES)
    }

    fn attach(&self, decl: &BindingDecl, app: &[BindingDecl], services: &Services) -> Result<Box<dyn BindingCalls>, Diagnostic> {
        let is_only = app.iter().filter(|other| other.kind == self.kind()).all(|other| other.id == decl.id);
        let migrations = migrations(decl, is_only)?;
        let database = services.open(&decl.id, D1Database::open)?;
        Ok(Box::new(D1Calls { database, place: services.place("d1", &decl.id), migrations }))
    }
}

/// What can be made to go wrong; the errors by name are those of [`D1Error::named`].
static SURFACE: Surface = Surface {
    service: "d1",
    operations: &["first", "all", "raw", "batch", "exec"],
    actions: &["latency", "error", "throttle", "drop", "crash"],
    codes: D1Error::NAMES,
};

struct D1Calls {
    database: D1Database,
    place: String,
    migrations: Option<Migrations>,
}

impl BindingCalls for D1Calls {
    fn call(&self, call: Call, _: Option<BodyStream>) -> BoxFuture<'_, Result<Reply, CallError>> {
        Box::pin(async move {
            let result = match call.method.as_str() {
                "first" => self.single(&call.args, Format::First).await,
                "all" => self.single(&call.args, Format::Objects).await,
                "raw" => self.single(&call.args, Format::Rows).await,
                "batch" => self.batch(&call.args).await,
                "exec" => self.exec(&call.args).await,
                other => Err(CallError::type_error(format!("D1Database has no method `{other}`"))),
            };
            result.map(Reply::from)
        })
    }

    fn failure(&self, _: &Call, action: &Action) -> CallError {
        let named = match action {
            Action::Throttle => D1Error::named("overloaded"),
            Action::Error(Failure { message: Some(message), .. }) => return CallError::error(message),
            Action::Error(Failure { code, .. }) => D1Error::named(code.as_deref().unwrap_or("internal")),
            _ => None,
        };
        named.map_or_else(|| CallError::error(crate::LOST), |error| refused(&error))
    }

    fn place(&self) -> String {
        self.place.clone()
    }

    fn migrate(&self) -> BoxFuture<'_, Option<Migrated>> {
        Box::pin(async move {
            match &self.migrations {
                Some(migrations) => Some(self.database.apply_migrations(migrations).await),
                None => None,
            }
        })
    }
}

/// `[sql, params, session?]`
#[derive(Deserialize)]
struct SingleArgs {
    sql: String,
    params: Vec<Param>,
    #[serde(default)]
    session: bool,
}

/// `[[[sql, params], …], session?]`
#[derive(Deserialize)]
struct BatchArgs {
    queries: Vec<Query>,
    #[serde(default)]
    session: bool,
}

impl D1Calls {
    /// Answers with what `format` says; for `all` with a whole result, `{success, meta, results}`.
    async fn single(&self, args: &[u8], format: Format) -> Result<CallResult, CallError> {
        let SingleArgs { sql, params, session } = args::parse(args)?;
        let answer = self.database.query(Query { sql, params }, format).await.map_err(|error| refused(&error))?;
        let value = if format == Format::Objects { result(&answer) } else { answer.results };
        Ok(self.answer(value, session))
    }

    async fn batch(&self, args: &[u8]) -> Result<CallResult, CallError> {
        let BatchArgs { queries, session } = args::parse(args)?;
        let answers = self.database.batch(queries, Format::Objects).await.map_err(|error| refused(&error))?;
        let results: Vec<Vec<u8>> = answers.iter().map(result).collect();
        Ok(self.answer([b"[", results.join(&b","[..]).as_slice(), b"]"].concat(), session))
    }

    async fn exec(&self, args: &[u8]) -> Result<CallResult, CallError> {
        let (lines,): (Vec<String>,) = args::parse(args)?;
        let done = self.database.exec(lines).await.map_err(|error| refused(&error))?;
        Ok(CallResult::json(&done))
    }

    /// An answer; for sessions with the bookmark as body.
    fn answer(&self, value: Vec<u8>, session: bool) -> CallResult {
        CallResult { value: value.into(), body: session.then(|| Bytes::from(self.database.bookmark())) }
    }
}

fn result(answer: &Answer) -> Vec<u8> {
    let mut text = b"{\"success\":true,\"meta\":".to_vec();
    serde_json::to_writer(&mut text, &answer.meta).expect("invariant: meta is JSON and memory takes all writes");
    text.extend_from_slice(b",\"results\":");
    text.extend_from_slice(&answer.results);
    text.push(b'}');
    text
}

fn refused(error: &D1Error) -> CallError {
    CallError::error(error.to_string())
}

/// Where the migrations of the database are. Without `migrations_dir` they are in `migrations`, if that is there and the app has no other
/// database that could mean the same folder.
fn migrations(decl: &BindingDecl, is_only: bool) -> Result<Option<Migrations>, Diagnostic> {
    let migrations = migrations_of(decl)?;
    let is_configured = text(decl, "migrations_dir")?.is_some();
    // As for wrangler: a folder that is named and not there yet has no migrations in it.
    Ok((migrations.dir.is_dir() && (is_configured || is_only)).then_some(migrations))
}

/// Where the configuration of a database says that its migrations are; the folder need not be there.
///
/// # Errors
/// A key that is no text, and a pattern that does not begin with the folder.
pub fn migrations_of(decl: &BindingDecl) -> Result<Migrations, Diagnostic> {
    let project = decl.file.parent().unwrap_or(Path::new("."));
    let configured = text(decl, "migrations_dir")?;
    let dir = configured.unwrap_or(Migrations::DEFAULT_DIR);
    let mut migrations = Migrations::in_dir(project.join(dir));
    if let Some(table) = text(decl, "migrations_table")? {
        table.clone_into(&mut migrations.table);
    }
    if let Some(pattern) = text(decl, "migrations_pattern")? {
        migrations.pattern = relative_pattern(decl, pattern, configured)?;
    }
    Ok(migrations)
}

/// The pattern without the folder, with which it has to begin.
fn relative_pattern(decl: &BindingDecl, pattern: &str, dir: Option<&str>) -> Result<String, Diagnostic> {
    let Some(dir) = dir else {
        return Err(at(decl, format!("`migrations_pattern` of `{}` needs `migrations_dir` beside it", decl.name))
            .hint(format!("add `\"migrations_dir\": \"{}\"`, or the folder with which the pattern begins", Migrations::DEFAULT_DIR)));
    };
    let normal = |path: &str| path.replace('\\', "/").split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>().join("/");
    let (dir, pattern) = (normal(dir), normal(pattern));
    let rest = if dir.is_empty() { Some(pattern.as_str()) } else { pattern.strip_prefix(&dir).and_then(|rest| rest.strip_prefix('/')) };
    rest.map(str::to_owned).ok_or_else(|| {
        at(decl, format!("`migrations_pattern` of `{}` does not begin with `{dir}/`: `{pattern}`", decl.name))
            .hint(format!("write it as `{dir}/*.sql`, for example"))
    })
}

/// A key of the configuration that is text if it is there.
fn text<'a>(decl: &'a BindingDecl, key: &str) -> Result<Option<&'a str>, Diagnostic> {
    match decl.config.get(key) {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(serde_json::Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(at(decl, format!("`{key}` of `{}` has to be a string and is `{other}`", decl.name))),
    }
}

fn at(decl: &BindingDecl, message: String) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(message).in_file(&decl.file);
    diagnostic.position = decl.position;
    diagnostic
}

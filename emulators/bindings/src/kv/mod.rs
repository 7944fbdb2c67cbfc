//! `kv_namespace`: the `KvNamespace` of Workers. <https://developers.cloudflare.com/kv/api/>

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use futures::future::BoxFuture;
use greenroom_channel::{Call, CallError, CallResult};
use greenroom_host::faults::{Action, Failure, Surface};
use greenroom_host::{BindingDecl, Diagnostic, Limit};
use greenroom_kv::{BulkOptions, KvError, KvNamespace, ListOptions, Operation, PutOptions};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Binding, BindingCalls, BodyStream, Reply, Services, args};

/// The kind `kv_namespace`.
pub struct KvBinding;

impl Binding for KvBinding {
    fn name(&self) -> &'static str {
        "kv"
    }

    fn kind(&self) -> &'static str {
        "kv_namespace"
    }

    fn script(&self) -> &'static str {
        include_str!("kv.js")
    }

    fn surface(&self) -> Option<&'static Surface> {
        Some(&SURFACE)
    }

    fn calls_per_invocation(&self) -> Option<&'static Limit> {
        Some(&greenroom_kv::limits::OPERATIONS)
    }

    fn connects(&self) -> bool {
        true
    }

    fn attach(&self, decl: &BindingDecl, _: &[BindingDecl], services: &Services) -> Result<Box<dyn BindingCalls>, Diagnostic> {
        let namespace = services.open(&decl.id, KvNamespace::open)?;
        Ok(Box::new(KvCalls { namespace, place: services.place("kv", &decl.id) }))
    }
}

/// What can be made to go wrong.
static SURFACE: Surface = Surface {
    service: "kv",
    operations: &["get", "bulk", "put", "delete", "list"],
    actions: &["latency", "error", "throttle", "drop", "stale", "crash"],
    codes: &[],
};

/// A value up to this size is sent in one piece, also to who reads it as a stream.
const AT_ONCE: usize = 64 * 1024;

struct KvCalls {
    namespace: KvNamespace,
    place: String,
}

impl BindingCalls for KvCalls {
    fn call(&self, call: Call, stream: Option<BodyStream>) -> BoxFuture<'_, Result<Reply, CallError>> {
        Box::pin(async move {
            match call.method.as_str() {
                "get" => self.get(&call.args).await,
                "bulk" => self.bulk(&call.args).await.map(Reply::from),
                "put" => self.put(&call.args, call.body.unwrap_or_default(), stream).await.map(Reply::from),
                "delete" => self.delete(&call.args).await.map(Reply::from),
                "list" => self.list(&call.args).await.map(Reply::from),
                other => Err(CallError::type_error(format!("KvNamespace has no method `{other}`"))),
            }
        })
    }

    fn items(&self, call: &Call) -> Vec<String> {
        // Arguments begin with the key or the keys; those of a list with a prefix.
        let args: serde_json::Value = serde_json::from_slice(&call.args).unwrap_or_default();
        let first = match &args {
            serde_json::Value::Array(args) => args.first(),
            serde_json::Value::Object(args) => args.get("key").or_else(|| args.get("keys")),
            _ => None,
        };
        match first {
            Some(serde_json::Value::String(key)) if call.method != "list" => vec![key.clone()],
            Some(serde_json::Value::Array(keys)) => keys.iter().filter_map(|key| key.as_str().map(str::to_owned)).collect(),
            _ => Vec::new(),
        }
    }

    fn failure(&self, call: &Call, action: &Action) -> CallError {
        let status = match action {
            Action::Throttle => 429,
            Action::Error(Failure { status, .. }) => status.unwrap_or(500),
            _ => return CallError::error(crate::LOST),
        };
        let operation = match call.method.as_str() {
            "bulk" => Operation::GetBulk,
            "put" => Operation::Put,
            "delete" => Operation::Delete,
            _ => Operation::Get,
        };
        let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
        refused(&KvError::answered(operation, status, crate::message_of(action).unwrap_or(reason)))
    }

    fn behind(&self, by: Duration) -> Option<Box<dyn BindingCalls>> {
        Some(Box::new(Self { namespace: self.namespace.behind(by), place: self.place.clone() }))
    }

    fn place(&self) -> String {
        self.place.clone()
    }
}

/// `[key, cacheTtl?, stream?]`
#[derive(Deserialize)]
struct GetArgs {
    key: String,
    #[serde(default)]
    cache_ttl: Option<i64>,
    #[serde(default)]
    stream: bool,
}

/// `[keys, type, withMetadata, cacheTtl]`
#[derive(Deserialize)]
struct BulkArgs {
    keys: Vec<String>,
    kind: Option<String>,
    with_metadata: bool,
    cache_ttl: Option<i64>,
}

/// `[key, expiration, expirationTtl, metadata]`, metadata as JSON text
#[derive(Deserialize)]
struct PutArgs {
    key: String,
    expiration: Option<i64>,
    expiration_ttl: Option<i64>,
    metadata: Option<String>,
}

/// `[prefix, limit, cursor]`
#[derive(Deserialize)]
struct ListArgs {
    prefix: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

#[derive(Serialize)]
struct Listed {
    keys: Vec<ListedName>,
    list_complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    #[serde(rename = "cacheStatus")]
    cache_status: (),
}

#[derive(Serialize)]
struct ListedName {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Box<RawValue>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum BulkItem {
    Value(Option<Box<RawValue>>),
    WithMetadata { value: Box<RawValue>, metadata: Option<Box<RawValue>> },
}

impl KvCalls {
    /// Answers with the metadata as value and the value as body; without a body if nothing is there.
    async fn get(&self, args: &[u8]) -> Result<Reply, CallError> {
        let GetArgs { key, cache_ttl, stream } = with_key(args, "GET")?;
        let Some(entry) = self.namespace.get(key, cache_ttl).await.map_err(|error| refused(&error))? else {
            return Ok(CallResult::default().into());
        };
        let value = entry.metadata.map(Bytes::from).unwrap_or_default();
        if stream && entry.value.len() > AT_ONCE {
            let stream = futures::stream::iter([Ok(entry.value)]).boxed();
            return Ok(Reply { result: CallResult { value, body: None }, stream: Some(stream), endless: false });
        }
        Ok(CallResult { value, body: Some(entry.value) }.into())
    }

    /// Answers with `[key, value, key, value, …]`.
    async fn bulk(&self, args: &[u8]) -> Result<CallResult, CallError> {
        let args: BulkArgs = args::parse(args)?;
        let is_json = args.kind.as_deref() == Some("json");
        let options = BulkOptions { kind: args.kind, cache_ttl: args.cache_ttl };
        let found = self.namespace.get_bulk(args.keys, &options).await.map_err(|error| refused(&error))?;
        let mut answer = Vec::with_capacity(found.len() * 2);
        for (key, value) in found {
            if is_array_index(&key) {
                continue;
            }
            answer.push(BulkItem::Value(Some(json_text(&key))));
            let Some(value) = value else {
                answer.push(BulkItem::Value(None));
                continue;
            };
            let text = if is_json { raw(value.text) } else { Some(json_text(&value.text)) };
            let text = text.filter(|text| text.get().trim() != "null");
            answer.push(match text {
                Some(value_text) if args.with_metadata => {
                    BulkItem::WithMetadata { value: value_text, metadata: value.metadata.and_then(raw) }
                }
                text => BulkItem::Value(text),
            });
        }
        Ok(CallResult::json(&answer))
    }

    async fn put(&self, args: &[u8], value: Bytes, stream: Option<BodyStream>) -> Result<CallResult, CallError> {
        let PutArgs { key, expiration, expiration_ttl, metadata } = with_key(args, "PUT")?;
        let options = PutOptions { expiration, expiration_ttl, metadata };
        let put = match stream {
            Some(stream) => self.namespace.put_stream(key, stream, options).await,
            None => self.namespace.put(key, value, options).await,
        };
        put.map_err(|error| refused(&error))?;
        Ok(CallResult::default())
    }

    async fn delete(&self, args: &[u8]) -> Result<CallResult, CallError> {
        let GetArgs { key, .. } = with_key(args, "DELETE")?;
        self.namespace.delete(key).await.map_err(|error| refused(&error))?;
        Ok(CallResult::default())
    }

    async fn list(&self, args: &[u8]) -> Result<CallResult, CallError> {
        let ListArgs { prefix, limit, cursor } = args::parse(args)?;
        let page = self.namespace.list(ListOptions { prefix, limit, cursor }).await.map_err(|error| refused(&error))?;
        let keys = page
            .keys
            .into_iter()
            .map(|key| ListedName { name: key.name, expiration: key.expiration, metadata: key.metadata.and_then(raw) })
            .collect();
        Ok(CallResult::json(&Listed { keys, list_complete: page.cursor.is_none(), cursor: page.cursor, cache_status: () }))
    }
}

/// Reads arguments that begin with a key, which has to be text that can be encoded.
fn with_key<T: serde::de::DeserializeOwned>(args: &[u8], operation: &str) -> Result<T, CallError> {
    serde_json::from_slice(args).or_else(|_| {
        if args::has_lone_surrogate(args) {
            return Err(CallError::error(format!("KV {operation} failed: 400 Could not URL-decode key name")));
        }
        args::parse(args)
    })
}

fn refused(error: &KvError) -> CallError {
    match error {
        KvError::KeyName(text) => CallError::type_error(*text),
        other => CallError::error(other.to_string()),
    }
}

fn raw(json: String) -> Option<Box<RawValue>> {
    RawValue::from_string(json).ok()
}

fn json_text(text: &str) -> Box<RawValue> {
    serde_json::value::to_raw_value(text).expect("invariant: every string is JSON")
}

/// workerd leaves keys that are indexes of arrays out of the answer of a bulk read.
/// <https://github.com/cloudflare/workerd/blob/main/src/workerd/api/kv.c%2B%2B>, `getBulk`
fn is_array_index(key: &str) -> bool {
    key.parse::<u32>().is_ok_and(|index| index != u32::MAX && index.to_string() == key)
}

//! The one list of what an isolate is made of, used by the snapshot and by every guest alike.

use std::sync::Arc;

use deno_core::Extension;

use crate::compression::{op_zlib_new, op_zlib_write};
use crate::engine::extensions_of_engine;
use crate::hash::{op_equal_in_constant_time, op_hash_create, op_hash_finish, op_hash_update};
use crate::ops::{
    op_allow_code_generation, op_body_credit, op_body_data, op_body_end, op_body_fail, op_body_stop, op_call, op_call_body, op_call_stream,
    op_call_sync, op_data_module, op_done, op_failed, op_leave, op_log, op_overdue, op_request_headers, op_respond, op_respond_bytes,
    op_respond_stream, op_timer_at_once,
};
use crate::signing::{op_digest, op_pbkdf2, op_signing_key, op_signing_sign, op_signing_verify};

// `deno_fetch` asks for this name; nothing else of that extension is needed here.
deno_core::extension!(deno_net, lazy_loaded_js = ["ext:deno_net/02_tls.js" = "src/web/tls_stub.js"],);

deno_core::extension!(
    greenroom,
    deps = [deno_webidl, deno_web, deno_fetch, deno_crypto],
    ops = [
        op_allow_code_generation,
        op_body_credit,
        op_body_data,
        op_body_end,
        op_body_fail,
        op_body_stop,
        op_call,
        op_call_body,
        op_call_stream,
        op_call_sync,
        op_data_module,
        op_digest,
        op_done,
        op_equal_in_constant_time,
        op_failed,
        op_hash_create,
        op_hash_finish,
        op_hash_update,
        op_log,
        op_leave,
        op_overdue,
        op_pbkdf2,
        op_request_headers,
        op_respond,
        op_respond_bytes,
        op_respond_stream,
        op_signing_key,
        op_signing_sign,
        op_signing_verify,
        op_timer_at_once,
        op_zlib_new,
        op_zlib_write,
    ],
    esm_entry_point = "ext:greenroom/guest.js",
    esm = [
        dir "src/web",
        "body.js",
        "calls.js",
        "channel.js",
        "code_generation.js",
        "clone.js",
        "fetch.js",
        "globals.js",
        "guest.js",
        "json.js",
        "inspect.js",
        "inspect_format.js",
        "inspect_layout.js",
        "inspect_parts.js",
        "rejections.js",
        "own_call.js",
        "room.js",
        "text.js",
        "time.js",
        "top_level.js",
    ],
);

/// All extensions, in the order of their dependencies.
pub(crate) fn extensions() -> Vec<Extension> {
    let mut extensions = vec![
        deno_webidl::deno_webidl::init(),
        deno_web::deno_web::init(Arc::new(deno_web::BlobStore::default()), None, false, deno_web::InMemoryBroadcastChannel::default()),
        deno_net::init(),
        deno_fetch::deno_fetch::init(deno_fetch::Options::default()),
        deno_crypto::deno_crypto::init(None),
        greenroom::init(),
    ];
    extensions.extend(extensions_of_engine());
    extensions
}

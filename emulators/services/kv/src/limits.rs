//! The vendor's numbers.

use greenroom_host::Limit;

/// Operations of one invocation. <https://developers.cloudflare.com/kv/platform/limits/>
pub const OPERATIONS: Limit = Limit {
    name: "kv.operations",
    of: "KV operations in one invocation",
    most: 1_000,
    url: "https://developers.cloudflare.com/kv/platform/limits/",
};

/// Writes of one key in [`WRITE_INTERVAL_MS`]. <https://developers.cloudflare.com/kv/platform/limits/>
pub const WRITES_OF_A_KEY: Limit = Limit {
    name: "kv.writes-of-a-key",
    of: "write to one key of KV in a second",
    most: 1,
    url: "https://developers.cloudflare.com/kv/platform/limits/",
};

/// Between two writes of one key, in milliseconds. <https://developers.cloudflare.com/kv/platform/limits/>
pub const WRITE_INTERVAL_MS: i64 = 1000;

/// Longest key, in bytes of UTF-8. <https://developers.cloudflare.com/kv/platform/limits/>
pub const KEY_BYTES: usize = 512;

/// Largest value, in bytes. <https://developers.cloudflare.com/kv/platform/limits/>
pub const VALUE_BYTES: usize = 25 * 1024 * 1024;

/// Largest metadata, in bytes of its JSON text. <https://developers.cloudflare.com/kv/platform/limits/>
pub const METADATA_BYTES: usize = 1024;

/// Shortest time to live, in seconds. <https://developers.cloudflare.com/kv/api/write-key-value-pairs/#expiring-keys>
pub const EXPIRATION_TTL_SECONDS: i64 = 60;

/// Shortest `cacheTtl`, in seconds. <https://developers.cloudflare.com/kv/api/read-key-value-pairs/#cachettl-parameter>
pub const CACHE_TTL_SECONDS: i64 = 30;

/// Most keys of one page of a list, and how many there are without `limit`. <https://developers.cloudflare.com/kv/api/list-keys/>
pub const LIST_KEYS: i64 = 1000;

/// Most keys of one bulk read. <https://developers.cloudflare.com/kv/api/read-key-value-pairs/#request-multiple-keys>
pub const BULK_KEYS: usize = 100;

/// Most that the values of one bulk read may have together. <https://developers.cloudflare.com/kv/api/read-key-value-pairs/#limits>
pub const BULK_BYTES: usize = 25 * 1024 * 1024;

/// How long a place remembers what it has read where a read gives no `cacheTtl`, in seconds: so much later it sees writes at the latest.
/// <https://developers.cloudflare.com/kv/api/read-key-value-pairs/#cachettl-parameter>
pub const DEFAULT_CACHE_TTL_SECONDS: i64 = 60;

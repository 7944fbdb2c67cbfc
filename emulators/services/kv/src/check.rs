//! What is refused, in the order and with the texts of the vendor.

use crate::error::{KvError, Operation};
use crate::limits::{BULK_KEYS, CACHE_TTL_SECONDS, EXPIRATION_TTL_SECONDS, KEY_BYTES, LIST_KEYS, METADATA_BYTES, VALUE_BYTES};
use crate::namespace::{BulkKind, PutOptions};

pub(crate) fn bulk_kind(kind: Option<&str>) -> Result<BulkKind, KvError> {
    match kind {
        None | Some("" | "text") => Ok(BulkKind::Text),
        Some("json") => Ok(BulkKind::Json),
        Some(other) => {
            let message = format!("\"{other}\" is not a valid type. Use \"json\" or \"text\"");
            Err(KvError::refused(Operation::GetBulk, 400, message))
        }
    }
}

pub(crate) fn check_bulk_size(keys: &[String]) -> Result<(), KvError> {
    let message = match keys.len() {
        0 => "You must request a minimum of 1 key".to_owned(),
        count if count > BULK_KEYS => format!("You can request a maximum of {BULK_KEYS} keys"),
        _ => return Ok(()),
    };
    Err(KvError::refused(Operation::GetBulk, 400, message))
}

/// What the runtime says of a key before anything is sent.
pub(crate) fn check_key_name(operation: Operation, key: &str) -> Result<(), KvError> {
    match key {
        "" => Err(KvError::KeyName("Key name cannot be empty.")),
        "." => Err(KvError::KeyName("\".\" is not allowed as a key name.")),
        ".." => Err(KvError::KeyName("\"..\" is not allowed as a key name.")),
        _ => check_key_length(operation, key),
    }
}

/// What the service says of a key where the runtime does not look: in bulk reads.
pub(crate) fn check_stored_key(operation: Operation, key: &str) -> Result<(), KvError> {
    match key {
        "" => Err(KvError::refused(operation, 400, "Key names must not be empty")),
        "." | ".." => Err(KvError::refused(operation, 400, format!("Illegal key name \"{key}\". Please use a different name."))),
        _ => check_key_length(operation, key),
    }
}

pub(crate) fn check_key_length(operation: Operation, key: &str) -> Result<(), KvError> {
    if key.len() <= KEY_BYTES {
        return Ok(());
    }
    let message = format!("UTF-8 encoded length of {} exceeds key length limit of {KEY_BYTES}.", key.len());
    Err(KvError::refused(operation, 414, message))
}

pub(crate) fn check_cache_ttl(operation: Operation, cache_ttl: Option<i64>) -> Result<(), KvError> {
    match cache_ttl {
        Some(ttl) if ttl < CACHE_TTL_SECONDS => {
            let message = format!("Invalid cache_ttl of {ttl}. Cache TTL must be at least {CACHE_TTL_SECONDS}.");
            Err(KvError::refused(operation, 400, message))
        }
        _ => Ok(()),
    }
}

pub(crate) fn check_metadata(metadata: Option<&str>) -> Result<(), KvError> {
    match metadata.map_or(0, str::len) {
        length if length > METADATA_BYTES => {
            let message = format!("Metadata length of {length} exceeds limit of {METADATA_BYTES}.");
            Err(KvError::refused(Operation::Put, 413, message))
        }
        _ => Ok(()),
    }
}

pub(crate) fn check_value_length(length: usize) -> Result<(), KvError> {
    if length <= VALUE_BYTES {
        return Ok(());
    }
    let message = format!("Value length of {length} exceeds limit of {VALUE_BYTES}.");
    Err(KvError::refused(Operation::Put, 413, message))
}

pub(crate) fn check_limit(limit: Option<i64>) -> Result<i64, KvError> {
    let limit = limit.unwrap_or(LIST_KEYS);
    let message = match limit {
        ..1 => format!("Invalid key_count_limit of {limit}. Please specify an integer greater than 0."),
        1..=LIST_KEYS => return Ok(limit),
        _ => format!("Invalid key_count_limit of {limit}. Please specify an integer less than {LIST_KEYS}."),
    };
    Err(KvError::refused(Operation::Get, 400, message))
}

/// When the value expires, in seconds since 1970.
pub(crate) fn expiration(options: &PutOptions, now: i64) -> Result<Option<i64>, KvError> {
    let message = match (options.expiration_ttl, options.expiration) {
        (Some(ttl), _) if ttl <= 0 => format!("Invalid expiration_ttl of {ttl}. Please specify integer greater than 0."),
        (Some(ttl), _) if ttl < EXPIRATION_TTL_SECONDS => {
            format!("Invalid expiration_ttl of {ttl}. Expiration TTL must be at least {EXPIRATION_TTL_SECONDS}.")
        }
        (Some(ttl), _) => return Ok(Some(now.saturating_add(ttl))),
        (None, Some(at)) if at <= now => {
            format!("Invalid expiration of {at}. Please specify integer greater than the current number of seconds since the UNIX epoch.")
        }
        (None, Some(at)) if at < now + EXPIRATION_TTL_SECONDS => {
            format!("Invalid expiration of {at}. Expiration times must be at least {EXPIRATION_TTL_SECONDS} seconds in the future.")
        }
        (None, at) => return Ok(at),
    };
    Err(KvError::refused(Operation::Put, 400, message))
}

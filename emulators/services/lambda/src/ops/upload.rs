//! Code as callers bring it: a zip file, a folder for hot reload, an image.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use greenroom_aws_wire::ApiError;
use serde::Deserialize;

use crate::error::{invalid, request_too_large};
use crate::limits;
use crate::record::{CodePlace, Configuration};
use crate::service::LambdaService;

/// The bucket that stands for the machine's own folders: `S3Key` is a path then. Other local clouds have the same name for it.
const FOLDERS: &str = "hot-reload";

/// What callers bring.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Upload {
    pub(super) zip_file: Option<String>,
    pub(super) s3_bucket: Option<String>,
    pub(super) s3_key: Option<String>,
    pub(super) image_uri: Option<String>,
}

/// Code that is here.
pub(super) struct Uploaded {
    pub(super) place: CodePlace,
    pub(super) sha256: String,
    pub(super) size: u64,
}

impl Uploaded {
    /// Says in a configuration what code it has.
    pub(super) fn describe(&self, configuration: &mut Configuration) {
        configuration.code_sha256.clone_from(&self.sha256);
        configuration.code_size = self.size;
    }
}

impl Upload {
    /// Takes it in.
    pub(super) async fn take(self, service: &LambdaService, operation: &str) -> Result<Uploaded, ApiError> {
        if let Some(text) = self.zip_file {
            if text.len() > limits::CREATE_REQUEST {
                return Err(request_too_large(limits::CREATE_REQUEST, operation));
            }
            let bytes = BASE64.decode(text).map_err(|_| ApiError::serialization("the zip file is no base64"))?;
            let archive = service.code.add(bytes.into()).await?;
            return Ok(Uploaded { place: CodePlace::Archive(archive.name), sha256: archive.sha256, size: archive.size });
        }
        match (self.s3_bucket.as_deref(), self.s3_key, self.image_uri) {
            (Some(FOLDERS), Some(key), _) => folder(service, key.into()),
            (Some(_), _, _) => Err(no_object("NoSuchBucket", "The specified bucket does not exist")),
            (None, _, Some(uri)) => Ok(Uploaded { sha256: String::new(), size: 0, place: CodePlace::Image(uri) }),
            _ => Err(invalid("Please provide a source for function code.")),
        }
    }
}

fn folder(service: &LambdaService, path: PathBuf) -> Result<Uploaded, ApiError> {
    if !path.is_absolute() || !path.is_dir() {
        return Err(no_object("NoSuchKey", "The specified key does not exist."));
    }
    let place = CodePlace::Folder { path, revision: service.revision(), search: Vec::new() };
    Ok(Uploaded { place, sha256: "hot-reloading-hash-not-available".to_owned(), size: 0 })
}

fn no_object(code: &str, message: &str) -> ApiError {
    invalid(format!("Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"))
}

//! What loading depends on beside the files.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The account that everything belongs to where no other is asked for, as local emulators have it.
const ACCOUNT: &str = "000000000000";
const REGION: &str = "us-east-1";
const ENDPOINT: &str = "http://localhost:4566";

/// How to read a project. All that is empty takes its default.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// The template or other file to read; none: what is found in the folder.
    pub template: Option<PathBuf>,
    /// Values of template parameters (`--parameter Name=value`); they win over `samconfig.toml`.
    pub parameters: Vec<(String, String)>,
    /// The environment of `samconfig.toml` (`default`), or the stage of `serverless.yml` (`dev`).
    pub environment: Option<String>,
    /// Options that `${opt:…}` in `serverless.yml` gives, beside `stage` and `region`.
    pub opts: BTreeMap<String, String>,
    /// The stack's name.
    pub stack_name: Option<String>,
    /// The region; else `AWS_REGION` or `AWS_DEFAULT_REGION` of [`LoadOptions::process_env`], else what the project says, else `us-east-1`.
    pub region: Option<String>,
    /// The account, of 12 digits; `000000000000` where none is given.
    pub account: Option<String>,
    /// Where services are reached, for URLs of queues; `http://localhost:4566` where none is given.
    pub endpoint: Option<String>,
    /// What `AWS::URLSuffix` gives.
    pub url_suffix: Option<String>,
    /// The variables of this process, for `${env:…}` of `serverless.yml` and for the region.
    pub process_env: BTreeMap<String, String>,
    /// Whether what is not emulated is an error rather than a warning.
    pub strict: bool,
    /// The time now in milliseconds since 1970, for `${sls:instanceId}` and the like; none leaves them empty.
    pub now_ms: Option<u64>,
}

impl LoadOptions {
    pub(crate) fn account(&self) -> &str {
        self.account.as_deref().unwrap_or(ACCOUNT)
    }

    pub(crate) fn region(&self) -> &str {
        self.wanted_region().unwrap_or(REGION)
    }

    /// The region that is asked for from outside of the project.
    pub(crate) fn wanted_region(&self) -> Option<&str> {
        let from_env = || self.process_env.get("AWS_REGION").or_else(|| self.process_env.get("AWS_DEFAULT_REGION")).map(String::as_str);
        self.region.as_deref().or_else(from_env).filter(|region| !region.is_empty())
    }

    pub(crate) fn partition(&self) -> &'static str {
        match self.region() {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    pub(crate) fn endpoint(&self) -> &str {
        self.endpoint.as_deref().unwrap_or(ENDPOINT)
    }

    pub(crate) fn url_suffix(&self) -> &str {
        let default = if self.partition() == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
        self.url_suffix.as_deref().unwrap_or(default)
    }
}

//! URLs of functions, for whoever answers requests to them.

use greenroom_aws_wire::ApiError;
use serde::Deserialize;

use crate::arn::{Key, Named};
use crate::record::UrlConfig;
use crate::service::LambdaService;

/// A function's URL, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Url {
    /// The function, with the alias that it is for.
    pub named: Named,
    /// Whether only who signs may call.
    pub iam: bool,
    /// Whether answers come piece by piece.
    pub stream: bool,
    /// What browsers of other origins are told.
    pub cors: Option<UrlCors>,
}

/// What browsers of other origins are told: <https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html>
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UrlCors {
    /// Whether they send cookies.
    pub allow_credentials: bool,
    /// Which headers they send.
    pub allow_headers: Vec<String>,
    /// By which methods they ask.
    pub allow_methods: Vec<String>,
    /// Which origins may ask.
    pub allow_origins: Vec<String>,
    /// Which headers their code sees.
    pub expose_headers: Vec<String>,
    /// How many seconds they remember all this.
    pub max_age: Option<u32>,
}

/// The address of the URL with that id at an endpoint of that port, as the tools for local AWS know it.
#[must_use]
pub fn url_address(id: &str, region: &str, port: u16) -> String {
    format!("http://{id}.lambda-url.{region}.localhost.localstack.cloud:{port}/")
}

impl LambdaService {
    /// The URL whose address begins with `id`, whatever its case: hosts have none.
    ///
    /// # Errors
    /// Faults of the disk.
    pub async fn url(&self, id: &str) -> Result<Option<Url>, ApiError> {
        let all = self.store.functions.all().await?;
        let found = all.iter().find_map(|(key, record)| {
            let meant = |config: &UrlConfig| id_of(&config.function_url).is_some_and(|known| known.eq_ignore_ascii_case(id));
            let (qualifier, config) = record.urls.iter().find(|(_, config)| meant(config))?;
            Some(shown(key, qualifier, config))
        });
        Ok(found)
    }
}

fn id_of(address: &str) -> Option<&str> {
    address.split_once("://")?.1.split_once('.').map(|(id, _)| id)
}

fn shown(key: &Key, qualifier: &str, config: &UrlConfig) -> Url {
    Url {
        named: Named { key: key.clone(), qualifier: Some(qualifier.to_owned()).filter(|qualifier| !qualifier.is_empty()) },
        iam: config.auth_type == "AWS_IAM",
        stream: config.invoke_mode == "RESPONSE_STREAM",
        cors: config.cors.clone().and_then(|cors| serde_json::from_value(cors).ok()),
    }
}

//! Who signed a request, as its signature says. Signatures are read, not checked.

use serde_json::{Value, json};

use crate::inbound::{Inbound, Query};

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signer {
    pub(crate) access_key: String,
    /// The account: the access key itself where that has twelve digits, else the one that owns the API.
    pub(crate) account: String,
    pub(crate) arn: String,
}

impl Signer {
    /// Whoever signed the request, in its `Authorization` header or its query; none where nobody did.
    pub(crate) fn of(inbound: &Inbound, owner: &str) -> Option<Self> {
        let header = inbound.headers.get("authorization").filter(|value| value.starts_with("AWS4-"));
        let credential = match header {
            Some(header) => header.split_once("Credential=")?.1.split([',', ' ']).next()?.to_owned(),
            None => Query::of(&inbound.query).get("X-Amz-Credential")?.to_owned(),
        };
        let access_key = credential.split('/').next().filter(|key| !key.is_empty())?.to_owned();
        let is_account = access_key.len() == 12 && access_key.bytes().all(|digit| digit.is_ascii_digit());
        let account = if is_account { access_key.clone() } else { owner.to_owned() };
        let arn = format!("arn:aws:iam::{account}:root");
        Some(Self { access_key, account, arn })
    }

    /// `requestContext.authorizer` of payload format 2.0.
    pub(crate) fn shown(&self) -> Value {
        json!({
            "iam": {
                "accessKey": self.access_key,
                "accountId": self.account,
                "callerId": self.account,
                "cognitoIdentity": null,
                "principalOrgId": null,
                "userArn": self.arn,
                "userId": self.account,
            }
        })
    }
}

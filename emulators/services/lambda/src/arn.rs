//! Names of functions, in all the forms in which callers give them.

use greenroom_aws_wire::{ApiError, Context};

use crate::error::{invalid, not_found};

/// A function of an account in a region.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Twelve digits.
    pub account: String,
    /// `us-east-1`.
    pub region: String,
    /// The name of the function, or of what else is meant.
    pub name: String,
}

impl Key {
    /// The ARN of the function, without a qualifier.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:{}:function:{}", self.region, self.account, self.name)
    }

    /// The same with a qualifier, if there is one.
    #[must_use]
    pub fn qualified(&self, qualifier: Option<&str>) -> String {
        qualifier.map_or_else(|| self.arn(), |qualifier| format!("{}:{qualifier}", self.arn()))
    }

    /// The ARN of the layer of that name.
    #[must_use]
    pub fn layer_arn(&self) -> String {
        format!("arn:aws:lambda:{}:{}:layer:{}", self.region, self.account, self.name)
    }
}

/// A function, and which version or alias of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The function.
    pub key: Key,
    /// The version or alias, where one is named.
    pub qualifier: Option<String>,
}

impl Named {
    /// What `name` (a name, a partial or a whole ARN, with or without a qualifier) and the qualifier beside it mean for who calls.
    ///
    /// # Errors
    /// A function of another region, two qualifiers that differ.
    pub fn read(context: &Context, name: &str, qualifier: Option<&str>) -> Result<Self, ApiError> {
        let parts = Parts::of(name);
        if let Some(region) = parts.region.filter(|region| *region != context.region) {
            let message = format!("Functions from '{region}' are not reachable in this region ('{}')", context.region);
            return Err(not_found(message));
        }
        let derived = parts.qualifier;
        if let (Some(derived), Some(given)) = (derived, qualifier)
            && derived != given
        {
            return Err(invalid("The derived qualifier from the function name does not match the specified qualifier."));
        }
        let key = Key {
            account: parts.account.unwrap_or(&context.account).to_owned(),
            region: context.region.clone(),
            name: parts.name.to_owned(),
        };
        Ok(Self { key, qualifier: qualifier.or(derived).map(str::to_owned) })
    }

    /// The function of a whole ARN, wherever it is.
    #[must_use]
    pub fn of_arn(arn: &str) -> Option<Self> {
        let parts = Parts::of(arn);
        let key = Key { account: parts.account?.to_owned(), region: parts.region?.to_owned(), name: parts.name.to_owned() };
        Some(Self { key, qualifier: parts.qualifier.map(str::to_owned) })
    }

    /// The ARN, with the qualifier where one is named.
    #[must_use]
    pub fn arn(&self) -> String {
        self.key.qualified(self.qualifier.as_deref())
    }
}

struct Parts<'a> {
    region: Option<&'a str>,
    account: Option<&'a str>,
    name: &'a str,
    qualifier: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// Reads what the pattern of function names lets through.
    fn of(text: &'a str) -> Self {
        let mut rest: Vec<&str> = text.split(':').collect();
        if rest.len() > 3 && rest[0] == "arn" {
            rest.drain(..3);
        }
        let whole = text.starts_with("arn:");
        let mut rest = &rest[..];
        // A function may have the name of a region, or of an account: it is one where what such a thing stands before comes after it.
        let mut taken = |is: &dyn Fn(&str, &str) -> bool| {
            let (first, others) = rest.split_first()?;
            is(first, others.first()?).then(|| {
                rest = others;
                *first
            })
        };
        let region = taken(&|part, next| whole || is_region(part) && (is_account(next) || next == "function"));
        let account = taken(&|part, _| is_account(part));
        let named = if rest.len() > 1 && rest[0] == "function" { &rest[1..] } else { rest };
        Self { region, account, name: named.first().copied().unwrap_or_default(), qualifier: named.get(1).copied() }
    }
}

fn is_account(part: &str) -> bool {
    part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_region(part: &str) -> bool {
    let mut parts = part.rsplit('-');
    let number = parts.next().is_some_and(|part| part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_digit()));
    number && parts.next().is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_lowercase())) && parts.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, qualifier: Option<&str>) -> Result<String, String> {
        let context = Context {
            account: "111111111111".into(),
            region: "us-east-1".into(),
            request_id: String::new(),
            origin: String::new(),
            headers: http_headers(),
            payload: bytes::Bytes::new(),
            cause: None,
        };
        Named::read(&context, name, qualifier).map(|named| named.arn()).map_err(|error| error.message)
    }

    fn http_headers() -> greenroom_aws_wire::HeaderMap {
        greenroom_aws_wire::HeaderMap::new()
    }

    #[test]
    fn names_are_read_in_every_form() {
        let full = "arn:aws:lambda:us-east-1:111111111111:function:f";
        for name in ["f", full, "111111111111:function:f", "function:f", "us-east-1:111111111111:f"] {
            assert_eq!(read(name, None).as_deref(), Ok(full), "{name}");
        }
        assert_eq!(read("f:live", None).unwrap(), format!("{full}:live"));
        let named = |name: &str| full.replace(":function:f", &format!(":function:{name}"));
        for name in ["my-function-1", "222222222222", "my-function-1:live"] {
            assert_eq!(read(name, None).unwrap(), named(name), "functions may have such names");
        }
        assert_eq!(read(&format!("{full}:3"), Some("3")).unwrap(), format!("{full}:3"));
        assert_eq!(read("222222222222:f", None).unwrap(), full.replace('1', "2").replace("us-east-2", "us-east-1"));
        assert!(read("f:1", Some("2")).unwrap_err().starts_with("The derived qualifier"));
        assert!(read("arn:aws:lambda:eu-west-1:111111111111:function:f", None).unwrap_err().contains("'eu-west-1' are not reachable"));
        assert_eq!(
            read("arn:aws:lambda:us-east-1:111111111111:function", None).unwrap(),
            format!("{}function", full.trim_end_matches('f'))
        );
    }
}

//! Where the identity of a caller is found in a request.

use crate::inbound::{Inbound, Query};

/// What identity sources may name.
pub(crate) struct Sources<'a> {
    pub(crate) inbound: &'a Inbound,
    pub(crate) query: &'a Query,
    /// Values of `$context`, by their names there.
    pub(crate) context: &'a [(&'a str, &'a str)],
    pub(crate) variables: &'a [(String, String)],
}

impl Sources<'_> {
    /// The values of all that `expressions` name; none where one of them is missing or empty, or names what is no source.
    pub(crate) fn all(&self, expressions: &[String]) -> Option<Vec<String>> {
        expressions.iter().map(|expression| self.one(expression)).collect()
    }

    /// The value of one: `method.request.header.x`, `$request.header.x`, `route.request.querystring.x`, `$context.x`, `stageVariables.x`.
    pub(crate) fn one(&self, expression: &str) -> Option<String> {
        let expression = expression.trim().trim_start_matches('$');
        let (place, name) = expression.rsplit_once('.')?;
        let value = match place.trim_start_matches("method.").trim_start_matches("route.") {
            "request.header" => self.inbound.headers.get(name),
            "request.querystring" => self.query.get(name),
            "stageVariables" => self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()),
            _ => {
                let whole = expression.strip_prefix("context.")?;
                self.context.iter().find(|(known, _)| *known == whole).map(|(_, value)| *value)
            }
        };
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    }
}

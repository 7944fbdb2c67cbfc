//! What the removal of rules is asked for with, whatever the rules are about.

use serde::Deserialize;
use utoipa::IntoParams;

/// Which rules to remove.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Those of files too; they are back when their file changes.
    #[serde(default)]
    pub(crate) all: bool,
}

//! Attributes of messages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// One value of an attribute, as it stands on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AttributeValue {
    /// `String`, `Number`, `Binary`, each with a label of the user's own behind a dot if he likes.
    pub data_type: String,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string_value: Option<String>,
    /// The bytes, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub binary_value: Option<String>,
}

impl AttributeValue {
    /// The bytes of the value that its type says.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        if self.is_binary() {
            return self.binary_value.as_deref().and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
        }
        self.string_value.as_ref().map(|text| text.as_bytes().to_vec()).unwrap_or_default()
    }

    pub(crate) fn is_binary(&self) -> bool {
        self.data_type.starts_with("Binary")
    }
}

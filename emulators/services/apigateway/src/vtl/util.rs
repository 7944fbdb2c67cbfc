//! `$util`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::eval::escape;
use super::value::Value;
use crate::inbound::decode_plus;

/// What forms leave as it is: <https://url.spec.whatwg.org/#application-x-www-form-urlencoded-percent-encode-set>. A space is a plus.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_').remove(b' ');

/// Calls one of its functions.
pub(crate) fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let [argument] = arguments else {
        return Err(format!("mapping template: `$util.{name}` with {} arguments is not emulated", arguments.len()));
    };
    let text = argument.text();
    Ok(match name {
        "escapeJavaScript" => Value::Text(escape(&text)),
        "parseJson" => {
            let parsed =
                serde_json::from_str(&text).map_err(|error| format!("mapping template: `$util.parseJson` of what is no JSON: {error}"))?;
            Value::from_json(&parsed)
        }
        "urlEncode" => Value::Text(utf8_percent_encode(&text, FORM).to_string().replace(' ', "+")),
        "urlDecode" => Value::Text(decode_plus(&text)),
        "base64Encode" => Value::Text(BASE64.encode(text)),
        "base64Decode" => {
            let bytes = BASE64.decode(text.trim()).map_err(|_| "mapping template: `$util.base64Decode` of what is no base64".to_owned())?;
            Value::Text(String::from_utf8_lossy(&bytes).into_owned())
        }
        _ => return Err(format!("mapping template: `$util.{name}` is not emulated")),
    })
}

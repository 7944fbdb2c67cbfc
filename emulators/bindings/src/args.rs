//! Arguments of calls: JSON text that `JSON.stringify` wrote.

use greenroom_channel::CallError;
use serde::de::DeserializeOwned;

/// Reads arguments. A surrogate without its other half, which JavaScript strings may have and UTF-8 cannot, becomes three U+FFFD, one
/// for each byte that it would have.
pub(crate) fn parse<T: DeserializeOwned>(args: &[u8]) -> Result<T, CallError> {
    serde_json::from_slice(args).or_else(|error| match replace_lone_surrogates(args) {
        Some(replaced) => serde_json::from_slice(&replaced).map_err(|error| refused(&error)),
        None => Err(refused(&error)),
    })
}

fn refused(error: &serde_json::Error) -> CallError {
    CallError::type_error(format!("these arguments cannot be used: {error}"))
}

/// Whether a string in the arguments has a lone surrogate. `JSON.stringify` escapes those and writes all other characters beyond ASCII as
/// they are, so any escaped surrogate is a lone one.
pub(crate) fn has_lone_surrogate(args: &[u8]) -> bool {
    replace_lone_surrogates(args).is_some()
}

fn replace_lone_surrogates(args: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(args.len() + 12);
    let mut found = false;
    let mut rest = args;
    while let [first, after @ ..] = rest {
        match rest {
            [b'\\', b'u', b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', _, _, after @ ..] => {
                out.extend_from_slice(b"\\ufffd\\ufffd\\ufffd");
                found = true;
                rest = after;
            }
            [b'\\', escaped, after @ ..] => {
                out.extend_from_slice(&[b'\\', *escaped]);
                rest = after;
            }
            _ => {
                out.push(*first);
                rest = after;
            }
        }
    }
    found.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_are_replaced_and_nothing_else() {
        let parsed: Vec<String> = parse(br#"["a\ud800b", "\\ud800", "\u0041"]"#).unwrap();
        assert_eq!(parsed, ["a\u{fffd}\u{fffd}\u{fffd}b", "\\ud800", "A"]);
        assert!(has_lone_surrogate(br#"["\uDFFF"]"#) && !has_lone_surrogate(br#"["\\ud800 \ud7ff"]"#));
    }

    #[test]
    fn what_is_no_json_is_a_type_error() {
        assert_eq!(parse::<Vec<String>>(b"[1]").unwrap_err().name, "TypeError");
    }
}

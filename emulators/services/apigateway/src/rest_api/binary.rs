//! Which bodies are bytes.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html>

/// Whether the first media type of `header` is among `types`.
pub(crate) fn is_binary(types: &[String], header: Option<&str>) -> bool {
    if types.iter().any(|kind| kind == "*/*") {
        return true;
    }
    let first = header.unwrap_or_default().split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some((main, sub)) = first.split_once('/') else { return false };
    types.iter().any(|kind| match kind.split_once('/') {
        Some((known, "*")) => known.eq_ignore_ascii_case(main),
        Some((known, part)) => known.eq_ignore_ascii_case(main) && part.eq_ignore_ascii_case(sub),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_with_and_without_stars() {
        let types = ["image/*".to_owned(), "application/pdf".to_owned()];
        assert!(is_binary(&types, Some("image/png, */*")) && is_binary(&types, Some("Application/PDF; x=y")));
        assert!(!is_binary(&types, Some("text/plain")) && !is_binary(&types, Some("*/*")) && !is_binary(&types, None));
        assert!(is_binary(&["*/*".to_owned()], None));
    }
}

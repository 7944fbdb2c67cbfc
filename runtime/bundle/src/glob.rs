//! The patterns of module rules and externals.
//!
//! Wrangler reads the globs of module rules with `*` as "any characters, slashes included" and every other character as itself
//! (<https://developers.cloudflare.com/workers/wrangler/bundling/#including-non-javascript-modules>), so that `**/*.wasm?module`
//! means a literal question mark.

/// Whether `pattern` covers the whole of `text`; `*` stands for any characters, none included.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        // The leftmost match of each part leaves the most room for those after it.
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_characters() {
        assert!(matches("**/*.wasm", "./add.wasm"));
        assert!(matches("**/*.wasm", "@scope/pkg/deep/add.wasm"));
        assert!(!matches("**/*.wasm", "add.wasm"), "the slash of the pattern must be there");
        assert!(!matches("**/*.wasm", "./add.wasm?module"));
        assert!(matches("node:*", "node:fs/promises"));
        assert!(matches("*", ""));
    }

    #[test]
    fn all_else_is_literal() {
        assert!(matches("**/*.wasm?module", "./add.wasm?module"));
        assert!(!matches("**/*.wasm?module", "./add.wasmXmodule"));
        assert!(!matches("a.b", "a-b"));
        assert!(matches("cloudflare:workers", "cloudflare:workers"));
        assert!(!matches("cloudflare:workers", "cloudflare:workers2"));
    }

    #[test]
    fn parts_do_not_overlap() {
        assert!(!matches("ab*ba", "aba"));
        assert!(matches("a*b*c", "aXbXbXc"));
    }
}

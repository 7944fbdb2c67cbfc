//! Names of resources as the framework makes them.

/// A function's or a layer's name as a part of a logical id.
pub(super) fn normal(name: &str) -> String {
    let mut characters = name.chars();
    let first: String = characters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let rest: String = characters.collect();
    (first + &rest).replace('-', "Dash").replace('_', "Underscore")
}

/// A path as a part of a logical id: `users/{id}` is `UsersIdVar`.
pub(super) fn path(path: &str) -> String {
    let part = |part: &str| {
        let variable = part.starts_with('{');
        let plain: String = part.replace('-', "Dash").replace('_', "Underscore").chars().filter(char::is_ascii_alphanumeric).collect();
        let mut name = capital(&plain);
        if variable {
            name.push_str("Var");
        }
        name
    };
    path.split('/').map(part).collect()
}

/// `text` with its first letter large.
pub(super) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Only letters and digits, the first large.
pub(super) fn plain(text: &str) -> String {
    capital(&text.chars().filter(char::is_ascii_alphanumeric).collect::<String>())
}

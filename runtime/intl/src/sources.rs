//! The JavaScript of the classes.

macro_rules! sources {
    ($($name:literal),* $(,)?) => {
        const SOURCES: &[(&str, &str)] = &[$(($name, include_str!(concat!("js/", $name, ".js")))),*];
    };
}

sources![
    "collator",
    "core",
    "date-parts",
    "date-patterns",
    "date-range",
    "datetime",
    "decimal",
    "display-names",
    "duration",
    "intl",
    "list",
    "locale",
    "methods",
    "number",
    "number-options",
    "number-parts",
    "number-range",
    "plural",
    "plural-rules",
    "relative",
    "segmenter",
    "supported",
    "zones"
];

/// The file of that name: one expression, a function of the loader.
#[must_use]
pub fn source(name: &str) -> Option<&'static str> {
    SOURCES.iter().find(|(own, _)| *own == name).map(|(_, source)| *source)
}

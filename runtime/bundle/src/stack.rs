//! Error stacks in terms of the sources.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use greenroom_host::{Position, source_frame};
use oxc_sourcemap::SourceMap;

/// The source maps of one bundle, to read error stacks with. A map is parsed when a stack first needs it.
#[derive(Debug)]
pub struct SourceMaps {
    maps: BTreeMap<String, Mapped>,
}

#[derive(Debug)]
struct Mapped {
    json: String,
    /// None once parsed and found to be no source map.
    parsed: OnceLock<Option<SourceMap<'static>>>,
}

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePosition {
    /// The file, relative to the project folder.
    pub file: String,
    /// Where in the file.
    pub position: Position,
}

impl SourceMaps {
    /// The maps of a bundle: source map JSON by module name, as in `Bundle::source_maps`.
    #[must_use]
    pub fn new(maps: BTreeMap<String, String>) -> Self {
        let maps = maps.into_iter().map(|(name, json)| (name, Mapped { json, parsed: OnceLock::new() }));
        Self { maps: maps.collect() }
    }

    /// The stack with each frame in a module of the bundle pointing into its source: `at f (file:///index.js:12:3)` becomes
    /// `at f (src/index.ts:4:9)`. Lines and columns count from 1, columns in UTF-16 units as V8 has it. All else stays as it is.
    #[must_use]
    pub fn rewrite(&self, stack: &str) -> String {
        let mut rewritten = String::with_capacity(stack.len());
        for line in stack.split_inclusive('\n') {
            match self.frame_of(line) {
                Some((before, source, after)) => {
                    let Position { line, column } = source.position;
                    rewritten.push_str(&format!("{before}{}:{line}:{column}{after}", source.file));
                }
                None => rewritten.push_str(line),
            }
        }
        rewritten
    }

    /// The source that stands at `line` and `column` (both from 1) of a module.
    #[must_use]
    pub fn locate(&self, module: &str, line: u32, column: u32) -> Option<SourcePosition> {
        let map = self.map(module)?;
        let table = map.generate_lookup_table();
        let token = map.lookup_token_approx(&table, line.checked_sub(1)?, column.saturating_sub(1))?;
        let file = map.get_source(token.get_source_id()?)?;
        // rolldown's own helpers have no file.
        if file.contains('\0') {
            return None;
        }
        let position = Position { line: token.get_src_line() as usize + 1, column: token.get_src_col() as usize + 1 };
        Some(SourcePosition { file: file.to_string(), position })
    }

    /// Where the topmost frame of the user's own code is (installed packages are passed over unless there is nothing else), and the
    /// source around it, ready to print. Takes the stack as the engine wrote it.
    #[must_use]
    pub fn source_frame(&self, stack: &str) -> Option<(SourcePosition, String)> {
        let frames: Vec<SourcePosition> = stack.lines().filter_map(|line| self.frame_of(line)).map(|(_, source, _)| source).collect();
        let own = frames.iter().find(|source| !source.file.split('/').any(|part| part == "node_modules"));
        let source = own.or(frames.first())?.clone();
        let frame = source_frame(self.text(&source.file)?, source.position);
        Some((source, frame))
    }

    /// The text of a source file as it was when it was bundled.
    fn text(&self, file: &str) -> Option<&str> {
        self.maps.keys().find_map(|module| {
            let map = self.map(module)?;
            let index = map.get_sources().position(|source| source == file)?;
            map.get_source_content(u32::try_from(index).ok()?)
        })
    }

    fn map(&self, module: &str) -> Option<&SourceMap<'static>> {
        let mapped = self.maps.get(module)?;
        mapped.parsed.get_or_init(|| SourceMap::from_json_string(&mapped.json).ok().map(SourceMap::into_owned)).as_ref()
    }

    /// Splits the line of a frame into what stands before its location, the source of that location, and what stands after.
    fn frame_of<'a>(&self, line: &'a str) -> Option<(&'a str, SourcePosition, &'a str)> {
        let indent = line.len() - line.trim_start().len();
        let call = line[indent..].strip_prefix("at ")?;
        let call_start = line.len() - call.len();
        // On the console an error's properties, or the next item of a list, may follow.
        let end = line.trim_end_matches([' ', '\r', '\n', '{', ',']).trim_end_matches(')').len();
        let (head, column) = number_at_end(&line[..end])?;
        let (head, row) = number_at_end(head)?;
        // The location is the whole call, or stands in the last brackets; file names may have spaces and brackets of their own.
        let opening = head.rfind(" (").map(|at| at + 2).filter(|_| line[end..].starts_with(')'));
        let start = opening.unwrap_or_else(|| if call.starts_with("async ") { call_start + "async ".len() } else { call_start });
        let module = head.get(start..)?;
        let source = self.locate(self.name_of(module)?, row, column)?;
        Some((&line[..start], source, &line[end..]))
    }

    /// The module that a location names, with or without a scheme and a root in front.
    fn name_of<'a>(&'a self, location: &'a str) -> Option<&'a str> {
        let path = location.split_once("://").map_or(location, |(_, path)| path);
        let path = path.trim_start_matches('/');
        let candidates = [location, path, path.strip_prefix("./").unwrap_or(path)];
        candidates.into_iter().find(|candidate| self.maps.contains_key(*candidate))
    }
}

/// Splits `text:12` into `text` and 12.
fn number_at_end(text: &str) -> Option<(&str, u32)> {
    let (head, number) = text.rsplit_once(':')?;
    Some((head, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxc_sourcemap::Token;

    fn maps() -> SourceMaps {
        let tokens = [Token::new(0, 0, 4, 2, Some(0), None), Token::new(0, 10, 7, 0, Some(1), None), Token::new(1, 0, 0, 0, Some(2), None)];
        let sources = ["src/index.ts", "node_modules/hono/dist/hono.js", "../\0rolldown/runtime.js"];
        let contents = ["1\n2\n3\n4\n  five()\n6", "", ""];
        let map = SourceMap::new(
            None,
            Vec::new(),
            None,
            sources.iter().map(|source| (*source).into()).collect(),
            contents.iter().map(|content| Some((*content).into())).collect(),
            Box::new(tokens),
            None,
        );
        SourceMaps::new(BTreeMap::from([("index.js".to_string(), map.to_json_string())]))
    }

    #[test]
    fn frames_are_rewritten_in_every_form() {
        let stack = "Error: at index.js:1:1\n    at five (file:///index.js:1:3)\n    at async Object.fetch (index.js:1:12)\n    at file:///index.js:1:1\n    at async index.js:1:1\n    at new Five (worker:///./index.js:1:1)\n      at five (index.js:1:3) {\n    at file:///index.js:1:1,\n";
        let expected = "Error: at index.js:1:1\n    at five (src/index.ts:5:3)\n    at async Object.fetch (node_modules/hono/dist/hono.js:8:1)\n    at src/index.ts:5:3\n    at async src/index.ts:5:3\n    at new Five (src/index.ts:5:3)\n      at five (src/index.ts:5:3) {\n    at src/index.ts:5:3,\n";
        assert_eq!(maps().rewrite(stack), expected);
    }

    #[test]
    fn frames_elsewhere_stay() {
        for frame in [
            "    at Array.map (<anonymous>)",
            "    at f (ext:web/fetch.js:3:4)",
            "    at helper (index.js:2:1)",
            "    at f (index.js:99:1)",
            "at",
        ] {
            assert_eq!(maps().rewrite(frame), frame);
        }
    }

    #[test]
    fn the_source_frame_is_that_of_the_users_code() {
        let stack = "Error: x\n    at hono (file:///index.js:1:12)\n    at five (file:///index.js:1:3)";
        let (source, frame) = maps().source_frame(stack).unwrap();
        assert_eq!(source, SourcePosition { file: "src/index.ts".into(), position: Position { line: 5, column: 3 } });
        assert!(frame.contains("> 5 |   five()\n    |   ^"), "{frame}");
    }

    #[test]
    fn a_broken_map_leaves_the_stack_as_it_is() {
        let maps = SourceMaps::new(BTreeMap::from([("index.js".to_string(), "no map".to_string())]));
        assert_eq!(maps.rewrite("    at f (index.js:1:1)"), "    at f (index.js:1:1)");
    }
}

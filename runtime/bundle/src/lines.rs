//! Keeping the lines of the output short.
//!
//! rolldown prints code anew, one statement a line, but a minified package is made of expressions that run over thousands of characters,
//! and QuickJS takes time quadratic in the length of a line. So long lines are broken, and the source map with them.
//!
//! Where to break needs no parsing: the map has an entry for the start of nearly every expression. An entry is never inside a string, a
//! regular expression or a comment, and after a comma, an opening bracket or an infix operator a newline cannot end a statement.

use std::borrow::Cow;

use oxc_sourcemap::{SourceMap, Token};

/// A line is broken where it would get longer than this many UTF-16 units.
pub(crate) const WIDEST: u32 = 160;

/// Breaks the lines of `code` that are longer than [`WIDEST`] at entries of its source map. What has no entry inside stays in one piece
/// however long: a string, a template, a regular expression.
pub(crate) fn shorten(code: &str, map: &SourceMap<'_>) -> (String, SourceMap<'static>) {
    let tokens: Vec<Token> = map.get_tokens().collect();
    let mut output =
        Output { code: String::with_capacity(code.len() + code.len() / 64), tokens: Vec::with_capacity(tokens.len()), line: 0 };
    let mut rest = tokens.as_slice();
    for (number, line) in (0..).zip(code.split('\n')) {
        if number > 0 {
            output.end_line();
        }
        let count = rest.iter().take_while(|token| token.get_dst_line() <= number).count();
        let (here, after) = rest.split_at(count);
        rest = after;
        output.push(line, here);
    }
    let owned = |text: &str| Cow::Owned(text.to_owned());
    let map = SourceMap::new(
        map.get_file().map(owned),
        map.get_names().map(owned).collect(),
        None,
        map.get_sources().map(owned).collect(),
        map.get_source_contents().map(|content| content.map(owned)).collect(),
        output.tokens.into_boxed_slice(),
        None,
    );
    (output.code, map)
}

struct Output {
    code: String,
    tokens: Vec<Token>,
    line: u32,
}

impl Output {
    fn end_line(&mut self) {
        self.code.push('\n');
        self.line += 1;
    }

    /// Adds one line and its entries, broken where needed.
    fn push(&mut self, line: &str, tokens: &[Token]) {
        let mut written = 0;
        let mut shift = 0;
        let mut rest = tokens;
        for place in breaks(line, tokens) {
            let (before, after) = rest.split_at(rest.partition_point(|token| token.get_dst_col() < place.column));
            self.push_tokens(before, shift);
            rest = after;
            self.code.push_str(line[written..place.byte].trim_end_matches(' '));
            self.end_line();
            written = place.byte;
            shift = place.column;
        }
        self.push_tokens(rest, shift);
        self.code.push_str(&line[written..]);
    }

    fn push_tokens(&mut self, tokens: &[Token], shift: u32) {
        self.tokens.extend(tokens.iter().map(|token| {
            let column = token.get_dst_col() - shift;
            Token::new(self.line, column, token.get_src_line(), token.get_src_col(), token.get_source_id(), token.get_name_id())
        }));
    }
}

/// A place in a line: as the source map counts and as Rust counts.
#[derive(Clone, Copy)]
struct Place {
    /// UTF-16 units from the start of the line.
    column: u32,
    /// Bytes from the start of the line.
    byte: usize,
}

/// Where to break a line; nowhere if it is short.
fn breaks(line: &str, tokens: &[Token]) -> Vec<Place> {
    let length = utf16_length(line);
    if length <= WIDEST {
        return Vec::new();
    }
    let candidates = candidates(line, tokens);
    let ends = candidates.iter().skip(1).map(|place| place.column).chain([length]);
    let mut chosen = Vec::new();
    let mut start = 0;
    for (place, next) in candidates.iter().zip(ends) {
        if next - start > WIDEST && place.column > start {
            chosen.push(*place);
            start = place.column;
        }
    }
    chosen
}

/// The entries before which a newline changes nothing.
fn candidates(line: &str, tokens: &[Token]) -> Vec<Place> {
    let mut places = Vec::new();
    let mut columns = tokens.iter().map(Token::get_dst_col).peekable();
    let mut column = 0;
    // The last character that is not a space.
    let mut before = None;
    for (byte, character) in line.char_indices() {
        let mut is_entry = false;
        while columns.next_if(|entry| *entry <= column).is_some() {
            is_entry = true;
        }
        if is_entry && before.is_some_and(|before| ",([{;:?&|=>".contains(before)) {
            places.push(Place { column, byte });
        }
        if character != ' ' {
            before = Some(character);
        }
        column += if character.len_utf16() == 2 { 2 } else { 1 };
    }
    places
}

fn utf16_length(line: &str) -> u32 {
    let length = if line.is_ascii() { line.len() } else { line.encode_utf16().count() };
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map with an entry at each of `columns` of the only line, pointing at the same column of the source.
    fn map_of(columns: &[u32]) -> SourceMap<'static> {
        let tokens = columns.iter().map(|column| Token::new(0, *column, 0, *column, Some(0), None)).collect();
        SourceMap::new(None, Vec::new(), None, vec!["a.js".into()], vec![None], tokens, None)
    }

    #[test]
    fn short_lines_stay() {
        let (code, map) = shorten("f(a, b);\n", &map_of(&[0, 2, 5]));
        assert_eq!(code, "f(a, b);\n");
        assert_eq!(map.get_tokens().count(), 3);
    }

    #[test]
    fn a_long_line_breaks_at_entries_after_commas_and_the_map_follows() {
        let argument = "x".repeat(98);
        let code = format!("f({argument}, {argument}, {argument});");
        let columns = [0, 2, 102, 202];
        let (shortened, map) = shorten(&code, &map_of(&columns));
        assert_eq!(shortened, format!("f({argument},\n{argument},\n{argument});"));
        let table = map.generate_lookup_table();
        for (line, source_column) in [(1, 102), (2, 202)] {
            let token = map.lookup_token(&table, line, 0).unwrap();
            assert_eq!((token.get_dst_line(), token.get_dst_col(), token.get_src_col()), (line, 0, source_column));
        }
    }

    #[test]
    fn strings_and_returns_are_not_torn() {
        let text = "a, ".repeat(100);
        let code = format!("return \"{text}\";");
        let (shortened, _) = shorten(&code, &map_of(&[0, 7]));
        assert_eq!(shortened, code, "a newline after `return` would end the statement");
    }

    #[test]
    fn characters_beyond_the_basic_plane_count_as_two() {
        let text = "😀".repeat(80);
        let code = format!("f(\"{text}\", b, c);");
        // `f(` 2, the string 162, `, ` 2: `b` stands at 166.
        let (shortened, map) = shorten(&code, &map_of(&[0, 2, 166, 169]));
        assert_eq!(shortened, format!("f(\n\"{text}\",\nb, c);"));
        let table = map.generate_lookup_table();
        assert_eq!(map.lookup_token(&table, 2, 3).unwrap().get_src_col(), 169);
    }
}

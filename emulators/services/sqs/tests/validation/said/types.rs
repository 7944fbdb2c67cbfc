//! Other types than the shapes have.

use super::{By, Line, Says, UNVERIFIED, line, typed};
use crate::cases::Of;
use crate::cases::Wrong::{Base64, Decimal, Empty, Flag, List, Map, Null, Number, Text};

/// Other types than the shapes have.
pub(super) fn types() -> Vec<Line> {
    // SQS's own, for one of them; the same parser's for the others: architect/dynalite test/helpers.js, `assertType`, in the words of that time.
    let whole = "https://github.com/async-aws/aws/issues/1667";
    let parser = "the same parser's: architect/dynalite test/helpers.js; of SQS unverified";
    let list = "https://github.com/rusoto/rusoto/issues/586";
    let (no_map, no_list) = ("Start of structure or map found where not expected.", "Start of list found where not expected");
    let mut lines = vec![
        typed(
            Of::Whole,
            &[Text],
            "{value} can not be converted to an Integer",
            "code: https://github.com/aws/aws-sdk-js/issues/2118; text: unverified",
        ),
        typed(Of::Whole, &[Flag], "TRUE_VALUE can not be converted to an Integer", parser),
        typed(Of::Text, &[Number], "NUMBER_VALUE can not be converted to a String", parser),
        typed(Of::Text, &[Decimal], "DECIMAL_VALUE can not be converted to a String", parser),
        typed(Of::Text, &[Flag], "TRUE_VALUE can not be converted to a String", parser),
        typed(Of::Bytes, &[Number, Decimal, Flag], "only base-64-encoded strings are convertible to bytes", parser),
        typed(Of::Bytes, &[Base64], "Base64 encoded length is expected a multiple of 4 bytes but found: 5", parser),
        typed(Of::List, &[Text, Number, Flag], "Unexpected field type", parser),
        typed(Of::Map, &[Text, Number, Flag], "Unexpected field type", parser),
    ];
    lines[0].by = By::Query;
    lines.insert(0, Line { by: By::Json, ..typed(Of::Whole, &[Text], "STRING_VALUE can not be converted to an Integer", whole) });
    for of in [Of::Whole, Of::Text, Of::Bytes, Of::List] {
        lines.push(typed(of, &[Map], no_map, parser));
    }
    for of in [Of::Whole, Of::Text, Of::Bytes, Of::Map] {
        lines.push(typed(of, &[List], no_list, list));
    }
    let null = "1 validation error detected: Value … must satisfy constraint: [Member must not be null]";
    lines.push(line("*[]", &[Null], Says::Refused(400, "ValidationException", "ValidationException", null), UNVERIFIED));
    lines.push(line("*{}", &[Null], Says::Refused(400, "ValidationException", "ValidationException", null), UNVERIFIED));
    // What need not be there may be `null`, and empty.
    lines.push(line("*", &[Null, Empty], Says::Done, UNVERIFIED));
    lines
}

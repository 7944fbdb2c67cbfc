//! Where texts can be cut: graphemes, words, sentences.

use icu_segmenter::options::{SentenceBreakInvariantOptions, WordBreakInvariantOptions};
use icu_segmenter::{GraphemeClusterSegmenter, SentenceSegmenter, WordSegmenter, WordSegmenterBorrowed};

thread_local! {
    // Finding the dictionaries takes much longer than a sentence does.
    static WORDS: WordSegmenterBorrowed<'static> = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
}

/// What a text is cut into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    /// What a reader takes for one character.
    Grapheme,
    /// Words and what stands between them; Chinese, Japanese, Thai, Khmer, Lao and Burmese by dictionary, as in ICU.
    Word,
    /// Sentences.
    Sentence,
}

/// The ends of the segments, in UTF-16 code units; for words doubled, plus one where the segment is like a word.
#[must_use]
pub fn ends(granularity: Granularity, text: &[u16]) -> Vec<u32> {
    let small = |end: usize| u32::try_from(end).unwrap_or(u32::MAX);
    match granularity {
        Granularity::Grapheme => GraphemeClusterSegmenter::new().segment_utf16(text).filter(|end| *end > 0).map(small).collect(),
        Granularity::Sentence => {
            SentenceSegmenter::new(SentenceBreakInvariantOptions::default()).segment_utf16(text).filter(|end| *end > 0).map(small).collect()
        }
        Granularity::Word => WORDS.with(|words| {
            let segments = words.segment_utf16(text).iter_with_word_type().filter(|(end, _)| *end > 0);
            segments.map(|(end, kind)| small(end) * 2 + u32::from(kind.is_word_like())).collect()
        }),
    }
}

//! Text that a user typed or pasted, with marks around it that the user did not mean.

use std::borrow::Cow;

/// Removes white space and invisible marks from both ends.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || is_invisible(character))
}

/// Returns the digits of a code, without separators and in ASCII.
///
/// A code that consists of anything else is only trimmed, because nothing is known about its form.
pub(crate) fn code(text: &str) -> Cow<'_, str> {
    let text = trim(text);
    let is_separator = |character: &char| {
        character.is_whitespace()
            || is_invisible(*character)
            || matches!(character, '-' | '\u{2010}'..='\u{2015}' | '.')
    };
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.into();
    }
    let digits: Option<String> = text.chars().filter(|character| !is_separator(character)).map(ascii_digit).collect();
    digits.filter(|digits| !digits.is_empty()).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Zero-width characters and marks of the writing direction. Programs add them around text that is copied.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn ascii_digit(digit: char) -> Option<char> {
    if digit.is_ascii_digit() {
        return Some(digit);
    }
    let digit = u32::from(digit);
    let zero = ZEROS.into_iter().find(|zero| (*zero..*zero + 10).contains(&digit))?;
    char::from_digit(digit - zero, 10)
}

/// The zeros of the scripts in the Basic Multilingual Plane (Unicode category `Nd`). The other nine digits follow each.
const ZEROS: [u32; 36] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_digits_is_read_however_it_is_written() {
        for typed in
            ["424242", "424 242", " 424242", "424-242", "424242\n", "\u{200b}424\u{2009}242\u{feff}", "424–242"]
                .into_iter()
                .chain(["４２４２４２", "٤٢٤٢٤٢", "۴۲۴۲۴۲", "४२४२४२", "\u{202a}424242\u{202c}"])
        {
            assert_eq!(code(typed), "424242", "{typed:?}");
        }
    }

    #[test]
    fn another_code_is_sent_as_it_was_typed() {
        for (typed, sent) in [("abc-123", "abc-123"), (" a1 b2 ", "a1 b2"), ("½24242", "½24242"), ("-", "-"), ("", "")]
        {
            assert_eq!(code(typed), sent);
        }
    }

    #[test]
    fn every_zero_begins_ten_digits() {
        for zero in ZEROS {
            let digits = (zero..zero + 10).filter_map(char::from_u32);
            assert!(digits.clone().all(char::is_numeric), "{zero:x}");
            assert_eq!(digits.filter_map(ascii_digit).collect::<String>(), "0123456789");
        }
    }
}

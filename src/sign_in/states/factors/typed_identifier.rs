//! Comparing the identifier that the user typed with the addresses that the server lists.

/// An identifier as the user typed it, in a form that can be compared.
pub(super) enum TypedIdentifier {
    EmailAddress(String),
    /// The digits of a phone number. In a national number, the country code is missing.
    PhoneNumber {
        digits: String,
        is_national: bool,
    },
    /// A user name or the address of a wallet.
    Other(String),
}

/// The result of comparing a listed address with the identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    Same,
    /// The listed address is partly hidden, and its visible part is the same.
    MaskedAlike,
    Different,
}

impl TypedIdentifier {
    pub(super) fn new(identifier: &str) -> Self {
        let text = identifier.trim().to_lowercase();
        if text.contains('@') {
            return Self::EmailAddress(text);
        }
        if !text.starts_with(|first: char| first.is_ascii_digit() || "+(".contains(first)) || text.starts_with("0x") {
            return Self::Other(text);
        }
        let number = without_separators(&text);
        let (digits, is_national) = match number.strip_prefix('+').or_else(|| number.strip_prefix("00")) {
            Some(digits) => (digits, false),
            None => (number.trim_start_matches('0'), true),
        };
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Self::Other(text);
        }
        Self::PhoneNumber { digits: digits.to_owned(), is_national }
    }

    pub(super) fn compare(&self, listed: &str) -> Likeness {
        let listed = listed.trim().to_lowercase();
        match self {
            Self::EmailAddress(address) => compare(address, &listed),
            Self::PhoneNumber { digits, is_national } if !listed.contains('@') => {
                let listed = without_separators(&listed);
                let listed = listed.strip_prefix('+').unwrap_or(&listed);
                if *is_national { compare_ends(digits, listed) } else { compare(digits, listed) }
            }
            Self::PhoneNumber { .. } => Likeness::Different,
            Self::Other(text) => compare(text, &listed),
        }
    }
}

fn is_mask(character: char) -> bool {
    matches!(character, '*' | '•')
}

fn without_separators(number: &str) -> String {
    number.chars().filter(|character| !character.is_whitespace() && !"()-./".contains(*character)).collect()
}

/// Compares a text with a listed text in which a run of mask characters stands for any characters.
fn compare(typed: &str, listed: &str) -> Likeness {
    let Some((start, masked)) = listed.split_once(is_mask) else {
        return if typed == listed { Likeness::Same } else { Likeness::Different };
    };
    let (middle, end) = masked.rsplit_once(is_mask).unwrap_or(("", masked));
    let hidden = typed.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    let Some(mut hidden) = hidden else { return Likeness::Different };
    for visible in middle.split(is_mask).filter(|visible| !visible.is_empty()) {
        match hidden.split_once(visible) {
            Some((_, rest)) => hidden = rest,
            None => return Likeness::Different,
        }
    }
    Likeness::MaskedAlike
}

/// Compares the end of a listed number with a number that has no country code.
fn compare_ends(national: &str, listed: &str) -> Likeness {
    match listed.rsplit_once(is_mask) {
        None if listed.ends_with(national) && national.len() >= MIN_NATIONAL_DIGITS => Likeness::Same,
        Some((_, end)) if national.ends_with(end) => Likeness::MaskedAlike,
        None | Some(_) => Likeness::Different,
    }
}

/// A shorter text could be the end of somebody's number by chance.
const MIN_NATIONAL_DIGITS: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_however_it_is_typed() {
        for (typed, listed) in [
            ("Kim.Two@Example.com", "kim.two@example.com"),
            (" kim.two@example.com\n", "Kim.Two@example.com"),
            ("+1 (555) 010-0172", "+15550100172"),
            ("0015550100172", "+1 555 010 0172"),
            ("555.010.0172", "+15550100172"),
            ("0151 23456789", "+4915123456789"),
            ("0xABCdef", "0xabcDEF"),
        ] {
            assert_eq!(TypedIdentifier::new(typed).compare(listed), Likeness::Same, "{typed} {listed}");
        }
    }

    #[test]
    fn a_masked_address_shows_only_that_it_may_be_the_same() {
        for (typed, listed) in [
            ("Kim.Two@Example.com", "k***@example.com"),
            ("k@example.com", "k***@example.com"),
            ("kim@mail.example.com", "k*m@m**l.example.com"),
            ("+15550100172", "+1*******72"),
            ("(555) 010-0172", "+1*******72"),
            ("+15550100172", "+1 *** *** **72"),
            ("kim@example.com", "k••@example.com"),
        ] {
            assert_eq!(TypedIdentifier::new(typed).compare(listed), Likeness::MaskedAlike, "{typed} {listed}");
        }
    }

    #[test]
    fn another_address_is_different() {
        for (typed, listed) in [
            ("kim@example.com", "kim.two@example.com"),
            ("kim@example.com", "a***@example.com"),
            ("kim@example.com", "k***@example.org"),
            ("kim@example.com", "k***x*@example.com"),
            ("kim", "kim@example.com"),
            ("kim", "k***@example.com"),
            ("+15550100172", "+15550100171"),
            ("+15550100172", "+1*******71"),
            ("172", "+15550100172"),
            ("5550100172", "a5550100172@example.com"),
            ("", ""),
        ] {
            let likeness = TypedIdentifier::new(typed).compare(listed);
            assert!(likeness == Likeness::Different || typed.is_empty(), "{typed} {listed}: {likeness:?}");
        }
    }
}

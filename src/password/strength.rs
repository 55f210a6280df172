//! The strength of a password.

use zxcvbn::feedback::{Feedback, Suggestion};
use zxcvbn::zxcvbn;

/// The strength of a password, rated with zxcvbn.
///
/// An app can show the strength as a meter beside the password field, as Clerk's own clients do.
///
/// ```
/// use clerk_sign_in::PasswordStrength;
///
/// let strength = PasswordStrength::rate("password1");
/// assert_eq!(strength.score, 0);
/// assert!(strength.suggestions.iter().any(|suggestion| suggestion.code == "anotherWord"));
/// assert_eq!(PasswordStrength::rate("a-wire-of-11.8-inches").score, 4);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PasswordStrength {
    /// The score, from 0 (guessed immediately) to 4 (very hard to guess).
    pub score: u8,
    /// The reason why the password is easy to guess, in English.
    pub warning: Option<String>,
    /// The changes that would make the password harder to guess.
    pub suggestions: Vec<PasswordSuggestion>,
}

/// A change that would make a password harder to guess.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PasswordSuggestion {
    /// The key, such as `anotherWord`, under which Clerk's own clients look up translations of the text.
    pub code: &'static str,
    /// The text of the suggestion, in English.
    pub message: String,
}

impl PasswordStrength {
    /// Rates a password.
    #[must_use]
    pub fn rate(password: &str) -> Self {
        let rated = zxcvbn(password, &[]);
        let feedback = rated.feedback();
        let suggestions = feedback.map(Feedback::suggestions).unwrap_or_default();
        Self {
            score: u8::from(rated.score()),
            warning: feedback.and_then(Feedback::warning).map(|warning| warning.to_string()),
            suggestions: suggestions.iter().map(PasswordSuggestion::from).collect(),
        }
    }
}

impl From<&Suggestion> for PasswordSuggestion {
    fn from(suggestion: &Suggestion) -> Self {
        use Suggestion as S;
        let code = match suggestion {
            S::UseAFewWordsAvoidCommonPhrases => "useWords",
            S::NoNeedForSymbolsDigitsOrUppercaseLetters => "noNeed",
            S::AddAnotherWordOrTwo => "anotherWord",
            S::CapitalizationDoesntHelpVeryMuch => "capitalization",
            S::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => "allUppercase",
            S::ReversedWordsArentMuchHarderToGuess => "reverseWords",
            S::PredictableSubstitutionsDontHelpVeryMuch => "l33t",
            S::UseALongerKeyboardPatternWithMoreTurns => "longerKeyboardPattern",
            S::AvoidRepeatedWordsAndCharacters => "repeated",
            S::AvoidSequences => "sequences",
            S::AvoidRecentYears => "recentYears",
            S::AvoidYearsThatAreAssociatedWithYou => "associatedYears",
            S::AvoidDatesAndYearsThatAreAssociatedWithYou => "dates",
        };
        Self { code, message: suggestion.to_string() }
    }
}

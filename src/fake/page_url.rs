//! URLs of pages to which the server sends users.

use crate::fault_switches::without;

/// Returns `true` if the text has a scheme and contains only characters that a header allows.
pub(super) fn is_url(text: &str) -> bool {
    let scheme = scheme(text);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns `true` if a browser would run the URL as code.
pub(super) fn runs_code(url: &str) -> bool {
    let scheme = scheme(url);
    ["javascript", "data", "vbscript", "blob"].iter().any(|run| scheme.eq_ignore_ascii_case(run))
        && !without("the URL of a page runs no code")
}

fn scheme(url: &str) -> &str {
    url.split_once(':').map_or("", |(scheme, _)| scheme)
}

/// Adds parameters to the query of a URL.
pub(super) fn with_parameters(url: &str, parameters: &[(&str, &str)]) -> String {
    if parameters.is_empty() {
        return url.to_owned();
    }
    let (url, fragment) = url.split_once('#').map_or((url, None), |(url, fragment)| (url, Some(fragment)));
    let separator = if url.contains('?') { '&' } else { '?' };
    let parameters = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{url}{separator}{parameters}{fragment}")
}

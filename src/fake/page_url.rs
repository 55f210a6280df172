//! URLs of pages that the server sends users to.

/// The URL with these parameters beside its own.
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

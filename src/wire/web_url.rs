//! The rule for URLs that a browser may open.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;
use http::uri::{Authority, Scheme};

use crate::fault_switches::without;

/// Checks a URL that the server sent, before a browser opens it or an app shows it.
///
/// The URL must be an `https://` URL. An `http://` URL is accepted if its host is this machine, or the host of the
/// server's own URL. Only the characters of RFC 3986 are accepted, so every reader of the URL finds the same host in it.
///
/// The error is the reason, and does not quote the URL, because the URL may hold secrets.
pub(crate) fn check(url: &str, server: Option<&str>) -> Result<(), &'static str> {
    if without("only a safe URL reaches a browser") {
        return Ok(());
    }
    let page = Page::parse(url)?;
    if page.is_https || page.is_loopback() || server.is_some_and(|server| page.has_host_of(server)) {
        return Ok(());
    }
    Err("it is an `http://` URL of another host")
}

/// Checks that a URL is an absolute `https://` or `http://` URL, of any host.
#[cfg(feature = "system-browser")]
pub(crate) fn check_form(url: &str) -> Result<(), &'static str> {
    Page::parse(url).map(drop)
}

struct Page<'a> {
    is_https: bool,
    host: &'a str,
    /// The address, if the host is not a name.
    address: Option<IpAddr>,
}

impl<'a> Page<'a> {
    fn parse(url: &'a str) -> Result<Self, &'static str> {
        if !url.bytes().all(is_url_byte) {
            return Err("it contains a character that a URL cannot contain");
        }
        let (_, rest) = url.split_once("://").ok_or("it is not an absolute URL")?;
        let uri: Uri = url.parse().map_err(|_| "it is not a URL")?;
        let is_https = uri.scheme() == Some(&Scheme::HTTPS);
        if !is_https && uri.scheme() != Some(&Scheme::HTTP) {
            return Err("it is neither an `https://` URL nor an `http://` URL");
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if uri.authority().map(Authority::as_str) != Some(authority) {
            return Err("it is not a URL");
        }
        if authority.contains('@') {
            return Err("it contains a user name or a password");
        }
        let (host, port) = split(authority).ok_or("its host is not valid")?;
        if !port.is_none_or(is_port) {
            return Err("its port is not valid");
        }
        let address = address_of(host)?;
        Ok(Self { is_https, host, address })
    }

    fn is_loopback(&self) -> bool {
        self.address.map_or_else(|| self.host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
    }

    fn has_host_of(&self, server: &str) -> bool {
        let server = server.parse::<Uri>();
        server.is_ok_and(|server| server.host().is_some_and(|host| host.eq_ignore_ascii_case(self.host)))
    }
}

/// Returns `true` for the characters of RFC 3986: unreserved, reserved, and `%`.
const fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// Splits an authority into the host and the port.
fn split(authority: &str) -> Option<(&str, Option<&str>)> {
    let host_ends = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, port) = authority.split_at_checked(host_ends)?;
    match port {
        "" => Some((host, None)),
        port => Some((host, Some(port.strip_prefix(':')?))),
    }
}

/// Returns the address of a host, or `None` if the host is a name.
fn address_of(host: &str) -> Result<Option<IpAddr>, &'static str> {
    const NOT_VALID: &str = "its host is not valid";
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']').and_then(|address| address.parse::<Ipv6Addr>().ok());
        return address.map(|address| Some(address.into())).ok_or(NOT_VALID);
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    if name.len() > 253 || !name.split('.').all(is_label) {
        return Err(NOT_VALID);
    }
    // A browser reads `0x7f.1` and `127.0.0.1.` as addresses. Only the usual form of an address is accepted.
    let last = name.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !is_number {
        return Ok(None);
    }
    host.parse::<Ipv4Addr>().map(|address| Some(address.into())).map_err(|_| NOT_VALID)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_why() {
        for (url, why) in [
            ("https://provider.example.com/a b", "character"),
            ("provider.example.com", "not an absolute URL"),
            ("ftp://provider.example.com", "neither"),
            ("https://ada@provider.example.com", "user name"),
            ("https://provider.example.com:", "port"),
            ("https://provider.example.com:+443", "port"),
            ("https://0x7f.1", "host"),
            ("https://127.0.0.1.", "host"),
            ("https://[::1%25lo]", "host"),
            ("http://provider.example.com", "another host"),
        ] {
            let refused = check(url, None).unwrap_err();
            assert!(refused.contains(why), "{url}: {refused}");
        }
    }

    #[test]
    fn the_servers_host_is_compared_whole() {
        let server = Some("http://user:password@clerk.test:4010/__clerk");
        assert_eq!(check("http://Clerk.Test:8080/authorize", server), Ok(()));
        assert!(check("http://evil.clerk.test/authorize", server).is_err());
        assert!(check("http://clerk.test.example.com/authorize", server).is_err());
    }
}

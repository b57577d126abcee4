//! The patterns of the CRDs, matched by hand: a dozen short ones need no engine.

use crate::compat::duration;

/// A pattern of a CRD. The generator refuses a CRD with one that is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// A duration with hours.
    Duration,
    /// A duration without hours: what sources take for `timeout`.
    DurationWithoutHours,
    /// `oci://…`
    OciUrl,
    /// `http://…`, `https://…`
    HttpUrl,
    /// `http://…`, `https://…`, `ssh://…`
    GitUrl,
    /// `http://…`, `https://…`, `oci://…`
    HelmUrl,
    /// The same, or nothing.
    HelmUrlOrEmpty,
    /// A label of DNS.
    DnsLabel,
    /// The key of a Secret or ConfigMap.
    DataKey,
    /// A path into Helm values.
    ValuesPath,
}

impl Pattern {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Duration,
        Self::DurationWithoutHours,
        Self::OciUrl,
        Self::HttpUrl,
        Self::GitUrl,
        Self::HelmUrl,
        Self::HelmUrlOrEmpty,
        Self::DnsLabel,
        Self::DataKey,
        Self::ValuesPath,
    ];

    /// As the CRDs write it: a Go regular expression.
    pub fn source(self) -> &'static str {
        match self {
            Self::Duration => r"^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$",
            Self::DurationWithoutHours => r"^([0-9]+(\.[0-9]+)?(ms|s|m))+$",
            Self::OciUrl => "^oci://.*$",
            Self::HttpUrl => "^(http|https)://.*$",
            Self::GitUrl => "^(http|https|ssh)://.*$",
            Self::HelmUrl => "^(http|https|oci)://.*$",
            Self::HelmUrlOrEmpty => "^((http|https|oci)://.*){0,1}$",
            Self::DnsLabel => "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
            Self::DataKey => r"^[\-._a-zA-Z0-9]+$",
            Self::ValuesPath => r"^([a-zA-Z0-9_\-.\\\/]|\[[0-9]{1,5}\])+$",
        }
    }

    /// Does a text match?
    pub fn matches(self, text: &str) -> bool {
        match self {
            Self::Duration => duration::matches_interval_pattern(text),
            Self::DurationWithoutHours => duration::matches_timeout_pattern(text),
            Self::OciUrl => is_url(text, &["oci"]),
            Self::HttpUrl => is_url(text, &["http", "https"]),
            Self::GitUrl => is_url(text, &["http", "https", "ssh"]),
            Self::HelmUrl => is_url(text, &["http", "https", "oci"]),
            Self::HelmUrlOrEmpty => text.is_empty() || is_url(text, &["http", "https", "oci"]),
            Self::DnsLabel => is_dns_label(text),
            Self::DataKey => {
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
            }
            Self::ValuesPath => is_values_path(text.as_bytes()),
        }
    }

    /// True for the patterns of durations.
    pub fn is_duration(self) -> bool {
        matches!(self, Self::Duration | Self::DurationWithoutHours)
    }
}

/// A label of DNS without its limit of 63 characters.
fn is_dns_label(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// One scheme of several, `://`, and anything but a line break: `.` matches none in Go.
fn is_url(text: &str, schemes: &[&str]) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| schemes.contains(&scheme) && !rest.contains('\n'))
}

/// What follows one or more digits.
fn digits(text: &[u8]) -> Option<&[u8]> {
    let len = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if len == 0 { None } else { text.get(len..) }
}

fn is_values_path(mut rest: &[u8]) -> bool {
    if rest.is_empty() {
        return false;
    }
    while let Some((&first, after)) = rest.split_first() {
        rest = match first {
            b'[' => {
                let Some(close) = digits(after) else { return false };
                if after.len() - close.len() > 5 || close.first() != Some(&b']') {
                    return false;
                }
                close.get(1..).unwrap_or_default()
            }
            b if b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'\\' | b'/') => after,
            _ => return false,
        };
    }
    true
}

//! Durations: `spec.interval`, `spec.timeout` and their like.
//!
//! A port of Go 1.26's `time.ParseDuration`, and of the two patterns by which the CRDs of Flux admit
//! a duration before it gets there. Vectors: `duration.jsonl`.

use std::fmt::{self, Write};

const NANOSECOND: u64 = 1;
const MICROSECOND: u64 = 1_000;
const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// One more than the nanoseconds that Go's duration holds, and what it counts up to while reading: a
/// negative duration may reach it.
const LIMIT: u64 = 1 << 63;

/// Whether a text fits `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`, the pattern of `interval`, and of
/// `timeout` on HelmRelease and Kustomization.
pub fn matches_interval_pattern(text: &str) -> bool {
    matches_pattern(text, &["ms", "s", "m", "h"])
}

/// Whether a text fits `^([0-9]+(\.[0-9]+)?(ms|s|m))+$`, the pattern of `timeout` on the kinds of
/// source-controller: without hours.
pub fn matches_timeout_pattern(text: &str) -> bool {
    matches_pattern(text, &["ms", "s", "m"])
}

fn matches_pattern(text: &str, units: &[&str]) -> bool {
    let mut rest = text;
    while let Some(behind) = strip_digits(rest) {
        rest = match behind.strip_prefix('.') {
            Some(fraction) => match strip_digits(fraction) {
                Some(behind) => behind,
                None => return false,
            },
            None => behind,
        };
        // The longer unit is tried first; a number has to follow, or the end, so that the first
        // fit is the only one.
        rest = match units.iter().find_map(|unit| rest.strip_prefix(unit)) {
            Some(behind) => behind,
            None => return false,
        };
        if rest.is_empty() {
            return true;
        }
    }
    false
}

/// What follows the digits that a text begins with; nothing if it begins with none.
fn strip_digits(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len()).then_some(rest)
}

/// Reads a duration as `time.ParseDuration` does, into nanoseconds: a sign, then numbers with `ns`,
/// `us`, `ms`, `s`, `m` or `h` each; or `0`.
///
/// # Errors
///
/// A text that is none, or one longer than about 292 years, in Go's words.
pub fn parse(text: &str) -> Result<i64, DurationError> {
    let error = |kind| {
        let text = text.to_owned();
        DurationError { kind, text }
    };
    let invalid = || error(DurationErrorKind::Invalid);
    let (negative, mut rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0u64;
    while !rest.is_empty() {
        let (whole, behind) = leading_integer(rest).ok_or_else(invalid)?;
        let mut digits = behind.len() < rest.len();
        rest = behind;
        let (mut fraction, mut scale) = (0, 1.0);
        if let Some(point) = rest.strip_prefix('.') {
            (fraction, scale, rest) = leading_fraction(point);
            digits |= rest.len() < point.len();
        }
        if !digits {
            return Err(invalid());
        }
        let end = rest.find(|c: char| c == '.' || c.is_ascii_digit());
        let (name, behind) = rest.split_at(end.unwrap_or(rest.len()));
        rest = behind;
        if name.is_empty() {
            return Err(error(DurationErrorKind::MissingUnit));
        }
        let unit = unit_of(name).ok_or_else(|| error(DurationErrorKind::UnknownUnit(name.to_owned())))?;
        let part = scaled(whole, fraction, scale, unit).ok_or_else(invalid)?;
        total = total.checked_add(part).filter(|sum| *sum <= LIMIT).ok_or_else(invalid)?;
    }
    match (i64::try_from(total), negative) {
        (Ok(nanoseconds), true) => Ok(-nanoseconds),
        (Ok(nanoseconds), false) => Ok(nanoseconds),
        (Err(_), true) => Ok(i64::MIN),
        (Err(_), false) => Err(invalid()),
    }
}

fn unit_of(name: &str) -> Option<u64> {
    Some(match name {
        "ns" => NANOSECOND,
        "us" | "µs" | "μs" => MICROSECOND,
        "ms" => MILLISECOND,
        "s" => SECOND,
        "m" => MINUTE,
        "h" => HOUR,
        _ => return None,
    })
}

/// The number that a text begins with, and what follows it. Nothing beyond 2^63.
fn leading_integer(text: &str) -> Option<(u64, &str)> {
    let mut value = 0u64;
    for (at, byte) in text.bytes().enumerate() {
        if !byte.is_ascii_digit() {
            return Some((value, text.get(at..)?));
        }
        if value > LIMIT / 10 {
            return None;
        }
        value = value * 10 + u64::from(byte - b'0');
        if value > LIMIT {
            return None;
        }
    }
    Some((value, ""))
}

/// The digits behind a decimal point, what to divide them by, and what follows them. Digits beyond
/// what fits are dropped.
fn leading_fraction(text: &str) -> (u64, f64, &str) {
    let (mut value, mut scale, mut full) = (0u64, 1.0, false);
    for (at, byte) in text.bytes().enumerate() {
        if !byte.is_ascii_digit() {
            return (value, scale, text.get(at..).unwrap_or_default());
        }
        full = full || value > (LIMIT - 1) / 10;
        if full {
            continue;
        }
        let longer = value * 10 + u64::from(byte - b'0');
        if longer > LIMIT {
            full = true;
            continue;
        }
        value = longer;
        scale *= 10.0;
    }
    (value, scale, "")
}

/// `whole` and `fraction / scale` units in nanoseconds, rounded down as Go's floating point does.
fn scaled(whole: u64, fraction: u64, scale: f64, unit: u64) -> Option<u64> {
    if whole > LIMIT / unit {
        return None;
    }
    let mut value = whole * unit;
    if fraction > 0 {
        // Below one unit, hence far from the end of u64.
        let part = (fraction as f64 * (unit as f64 / scale)) as u64;
        value += part;
        if value > LIMIT {
            return None;
        }
    }
    Some(value)
}

/// Writes a duration without hours, so that [`matches_timeout_pattern`] holds: minutes, seconds and
/// milliseconds, those that are zero left out. `1h30m` in nanoseconds is `90m`.
pub fn format_without_hours(nanoseconds: u64) -> String {
    let mut out = String::new();
    let minutes = nanoseconds / MINUTE;
    let seconds = nanoseconds % MINUTE / SECOND;
    let below = nanoseconds % SECOND;
    if minutes > 0 {
        let _ = write!(out, "{minutes}m");
    }
    if seconds > 0 || nanoseconds == 0 {
        let _ = write!(out, "{seconds}s");
    }
    if below > 0 {
        let (milliseconds, fraction) = (below / MILLISECOND, below % MILLISECOND);
        let _ = write!(out, "{milliseconds}");
        if fraction > 0 {
            let digits = format!("{fraction:06}");
            let _ = write!(out, ".{}", digits.trim_end_matches('0'));
        }
        out.push_str("ms");
    }
    out
}

/// Rewrites a duration with hours for a field whose pattern has none: `1h` → `60m`, `1.5h` → `90m`,
/// `1h0m30s` → `60m30s`. Nothing for a text that [`parse`] refuses or that is negative.
pub fn to_minutes(text: &str) -> Option<String> {
    let nanoseconds = u64::try_from(parse(text).ok()?).ok()?;
    Some(format_without_hours(nanoseconds))
}

/// Why a text is no duration. `Display` gives Go's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationError {
    kind: DurationErrorKind,
    text: String,
}

/// What is wrong with a duration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DurationErrorKind {
    /// No number where one is due, or too long.
    Invalid,
    /// A number without a unit.
    MissingUnit,
    /// A unit that there is not.
    UnknownUnit(String),
}

impl DurationError {
    /// What is wrong.
    pub fn kind(&self) -> &DurationErrorKind {
        &self.kind
    }
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = quote(&self.text);
        match &self.kind {
            DurationErrorKind::Invalid => write!(f, "time: invalid duration {text}"),
            DurationErrorKind::MissingUnit => {
                write!(f, "time: missing unit in duration {text}")
            }
            DurationErrorKind::UnknownUnit(unit) => {
                write!(f, "time: unknown unit {} in duration {text}", quote(unit))
            }
        }
    }
}

impl std::error::Error for DurationError {}

/// Quotes as package `time` does on its own account: everything beyond printable ASCII byte by byte.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=0x7f => out.push(char::from(byte)),
            _ => drop(write!(out, "\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rewrites_hours() {
        for (text, expected) in [
            ("1h", "60m"),
            ("1h30m", "90m"),
            ("1.5h", "90m"),
            ("1h0m30s", "60m30s"),
            ("0.0001h", "360ms"),
            ("0.00001h1us", "36.001ms"),
            ("0h", "0s"),
            ("90s", "1m30s"),
            ("0.0000000001h", "0.00036ms"),
        ] {
            let rewritten = to_minutes(text).unwrap();
            assert_eq!(rewritten, expected, "{text}");
            assert!(matches_timeout_pattern(&rewritten), "{text}");
            assert_eq!(parse(&rewritten), parse(text), "{text}");
        }
        assert_eq!(to_minutes("1d"), None);
        assert_eq!(to_minutes("-1h"), None);
    }

    #[test]
    fn quotes_bytes() {
        assert_eq!(
            parse("1\"é\x7f\n").unwrap_err().to_string(),
            "time: unknown unit \"\\\"\\xc3\\xa9\x7f\\x0a\" in duration \"1\\\"\\xc3\\xa9\x7f\\x0a\""
        );
    }

    #[test]
    fn reaches_the_limits() {
        assert_eq!(parse("9223372036854775807ns"), Ok(i64::MAX));
        assert_eq!(parse("-9223372036854775808ns"), Ok(i64::MIN));
        assert!(parse("9223372036854775808ns").is_err());
        assert!(parse("-9223372036854775809ns").is_err());
    }
}

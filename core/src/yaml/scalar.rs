//! What Kubernetes makes of a scalar: the YAML 1.1 types of sigs.k8s.io/yaml (go-yaml v2 fork).

use super::float;
use super::timestamp::is_timestamp;
use super::tree::{Style, Tag};

/// A typed scalar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar<'a> {
    /// Nothing, `~`, `null`.
    Null,
    /// `true`, and also `yes`, `on`, `y` and their like.
    Bool(bool),
    /// A whole number that fits 64 bits with sign.
    Int(i64),
    /// A whole number above that, within 64 bits.
    UInt(u64),
    /// Any other number; infinite and not-a-number included, which JSON cannot carry.
    Float(f64),
    /// Text.
    String(&'a str),
    /// `!!binary`: the encoded text.
    Binary(&'a str),
    /// A tag that does not fit the text, such as `!!int x`.
    Mismatch,
}

impl<'a> Scalar<'a> {
    /// What Kubernetes makes of a text that stands without quotes and without a tag.
    pub fn plain(text: &'a str) -> Self {
        plain(text)
    }

    /// A number as people write it, without an exponent; `None` for anything else.
    pub fn number_text(&self) -> Option<String> {
        Some(match self {
            Self::Int(value) => value.to_string(),
            Self::UInt(value) => value.to_string(),
            Self::Float(value) => float::decimal(*value),
            _ => return None,
        })
    }

    /// What a person calls the type: "boolean", "number", "string", "null".
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) | Self::UInt(_) | Self::Float(_) => "number",
            Self::String(_) | Self::Binary(_) => "string",
            Self::Mismatch => "value that does not fit its tag",
        }
    }
}

/// Types a scalar. Source: go-yaml v2 `resolve.go` as forked by sigs.k8s.io/yaml (goyaml.v2).
pub(super) fn resolve(text: &str, style: Style, tag: Tag) -> Scalar<'_> {
    match tag {
        Tag::None if style == Style::Plain => plain(text),
        Tag::None | Tag::Str | Tag::Other => Scalar::String(text),
        Tag::Timestamp if is_timestamp(text) => Scalar::String(text),
        Tag::Timestamp => Scalar::Mismatch,
        Tag::Binary => Scalar::Binary(text),
        // An explicit tag re-reads the text as if it were plain, and must come to its own type.
        Tag::Int => match plain(text) {
            value @ (Scalar::Int(_) | Scalar::UInt(_)) => value,
            _ => Scalar::Mismatch,
        },
        Tag::Float => match plain(text) {
            Scalar::Int(value) => Scalar::Float(value as f64),
            value @ Scalar::Float(_) => value,
            _ => Scalar::Mismatch,
        },
        Tag::Bool => match plain(text) {
            value @ Scalar::Bool(_) => value,
            _ => Scalar::Mismatch,
        },
        Tag::Null => match plain(text) {
            Scalar::Null => Scalar::Null,
            _ => Scalar::Mismatch,
        },
    }
}

/// Types a plain scalar by its first character, as the original's table does.
fn plain(text: &str) -> Scalar<'_> {
    let Some(&first) = text.as_bytes().first() else {
        return Scalar::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => special_float(text).or_else(|| float(text)).map_or(Scalar::String(text), Scalar::Float),
        // Durations, versions and sizes begin as numbers do; most of them end as none does.
        b'+' | b'-' | b'0'..=b'9' if !may_end_a_number(text) => Scalar::String(text),
        b'+' | b'-' | b'0'..=b'9' => {
            special_float(text).map(Scalar::Float).or_else(|| number(text)).unwrap_or(Scalar::String(text))
        }
        _ => Scalar::String(text),
    }
}

/// A digit of any base, a point, an underscore (they are dropped), or the end of `+.inf`.
fn may_end_a_number(text: &str) -> bool {
    text.bytes().last().is_some_and(|last| last.is_ascii_hexdigit() || last == b'.' || last == b'_')
}

fn word(text: &str) -> Scalar<'_> {
    const LONGEST: usize = "false".len();
    if text.len() > LONGEST {
        return Scalar::String(text);
    }
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => Scalar::String(text),
    }
}

fn special_float(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn number(text: &str) -> Option<Scalar<'static>> {
    let digits: std::borrow::Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    if let Some(value) = integer(&digits) {
        return Some(value);
    }
    if let Some(value) = float(&digits) {
        return Some(Scalar::Float(value));
    }
    // The original then tries binary and 1.1-style octal by hand.
    let (sign, rest) = match digits.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, digits.as_ref()),
    };
    let radix = |prefix: &str, radix| rest.strip_prefix(prefix).and_then(|body| i64::from_str_radix(body, radix).ok());
    radix("0b", 2).or_else(|| radix("0o", 8)).map(|value| Scalar::Int(sign * value))
}

/// Go's `strconv.ParseInt(text, 0, 64)`, then `ParseUint`: base by prefix, a leading 0 is octal.
fn integer(text: &str) -> Option<Scalar<'static>> {
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (radix, digits) = match body.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, body.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, body.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, body.get(2..)?),
        _ if body.len() > 1 && body.starts_with('0') => (8, body.get(1..)?),
        _ => (10, body),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    match (u64::from_str_radix(digits, radix).ok()?, negative) {
        (value, true) => 0i64.checked_sub_unsigned(value).map(Scalar::Int),
        (value, false) => match i64::try_from(value) {
            Ok(value) => Some(Scalar::Int(value)),
            // ParseUint takes no sign.
            Err(_) => (!text.starts_with('+')).then_some(Scalar::UInt(value)),
        },
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, then Go's ParseFloat, which refuses what
/// overflows.
fn float(text: &str) -> Option<f64> {
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match body.find(['e', 'E']) {
        Some(at) => (body.get(..at)?, Some(body.get(at + 1..)?)),
        None => (body, None),
    };
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let fits = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && all_digits(fraction),
        Some((whole, fraction)) => all_digits(whole) && all_digits(fraction),
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    if !fits || !exponent_fits {
        return None;
    }
    float::parse(text)
}

//! How Go's `%v` prints a value that was read from JSON into `any`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::compat::go::json::{Kind, Value};

/// What is still to be printed. A list of it, not recursion: a body may nest ten thousand levels.
enum Piece<'j> {
    Value(Value<'j>),
    Text(&'static str),
    Key(Cow<'j, str>),
}

/// A value as `%v` prints it; nothing for `null` at the top.
pub(super) fn printed(value: Value<'_>) -> Option<String> {
    if value.kind() == Kind::Null || value.kind() == Kind::Number && number(value.literal()).is_none() {
        return None;
    }
    let mut out = String::new();
    let mut pieces = vec![Piece::Value(value)];
    while let Some(piece) = pieces.pop() {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Key(key) => {
                out.push_str(&key);
                out.push(':');
            }
            Piece::Value(value) => print(value, &mut out, &mut pieces),
        }
    }
    Some(out)
}

/// Prints what a value begins with, and leaves the rest as pieces, the next one last.
fn print<'j>(value: Value<'j>, out: &mut String, pieces: &mut Vec<Piece<'j>>) {
    match value.kind() {
        Kind::Null => out.push_str("<nil>"),
        Kind::String => out.push_str(&value.text()),
        Kind::Bool => out.push_str(value.literal()),
        Kind::Number => out.push_str(&number(value.literal()).unwrap_or_else(|| "<nil>".to_owned())),
        Kind::Array => {
            out.push('[');
            let mut inside = vec![];
            for element in value.elements() {
                if !inside.is_empty() {
                    inside.push(Piece::Text(" "));
                }
                inside.push(Piece::Value(element));
            }
            pieces.push(Piece::Text("]"));
            pieces.extend(inside.into_iter().rev());
        }
        Kind::Object => {
            out.push_str("map[");
            // Sorted, and of equal keys the last.
            let members: BTreeMap<Cow<'j, str>, Value<'j>> = value.members().collect();
            pieces.push(Piece::Text("]"));
            for (index, (key, member)) in members.into_iter().enumerate().rev() {
                pieces.push(Piece::Value(member));
                pieces.push(Piece::Key(key));
                if index > 0 {
                    pieces.push(Piece::Text(" "));
                }
            }
        }
    }
}

/// A `float64` as `%v` prints it: the fewest digits, an exponent from a million on. `None` where it is beyond the
/// range, which leaves Go with nothing.
fn number(literal: &str) -> Option<String> {
    let value: f64 = literal.parse().ok().filter(|value: &f64| value.is_finite())?;
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    if (-4..6).contains(&exponent) {
        return Some(format!("{value}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    Some(format!("{mantissa}e{sign}{:02}", exponent.abs()))
}

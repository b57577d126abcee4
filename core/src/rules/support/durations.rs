//! What people write where a duration belongs, as one that Flux takes.

use crate::compat::duration;
use crate::model::schema::Pattern;

const UNITS: &[(&[&str], u64)] = &[
    (&["ms", "msec", "msecs", "millisecond", "milliseconds"], 1),
    (&["s", "sec", "secs", "second", "seconds"], 1_000),
    (&["m", "min", "mins", "minute", "minutes"], 60_000),
    (&["h", "hr", "hrs", "hour", "hours"], 3_600_000),
    (&["d", "day", "days"], 86_400_000),
    (&["w", "week", "weeks"], 604_800_000),
];

/// A text such as `1d`, `5 m`, `10 minutes` or `1H` as the pattern wants it: `24h`, `5m`, `10m`,
/// `1h`. `None` where a unit is missing or no unit is meant for certain.
pub(in crate::rules) fn mended(text: &str, pattern: Pattern) -> Option<String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0)?;
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?.trim_start();
        let len = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let unit = rest.get(..len)?.to_ascii_lowercase();
        let (_, milliseconds) = UNITS.iter().find(|(names, _)| names.contains(&unit.as_str()))?;
        total = total.checked_add(number.checked_mul(*milliseconds)?)?;
        rest = rest.get(len..)?.trim_start();
    }
    let written = written(total, pattern == Pattern::Duration)?;
    pattern.matches(&written).then_some(written)
}

fn written(milliseconds: u64, hours: bool) -> Option<String> {
    if hours && milliseconds > 0 && milliseconds.is_multiple_of(3_600_000) {
        return Some(format!("{}h", milliseconds / 3_600_000));
    }
    let nanoseconds = milliseconds.checked_mul(1_000_000)?;
    Some(duration::format_without_hours(nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_mean_is_written_as_flux_takes_it() {
        for (text, with_hours, without) in [
            ("1d", Some("24h"), Some("1440m")),
            ("5 m", Some("5m"), Some("5m")),
            ("10 Minutes", Some("10m"), Some("10m")),
            ("1h 30min", Some("90m"), Some("90m")),
            ("1w", Some("168h"), Some("10080m")),
            ("10", None, None),
            ("5x", None, None),
            ("", None, None),
            ("99999999999999999999d", None, None),
        ] {
            assert_eq!(mended(text, Pattern::Duration).as_deref(), with_hours, "{text}");
            assert_eq!(mended(text, Pattern::DurationWithoutHours).as_deref(), without, "{text}");
        }
    }
}

//! Times as AWS writes them.

use std::time::{Duration, UNIX_EPOCH};

/// `20150830T123600Z`, of seconds since 1970.
pub(super) fn stamp(seconds: i64) -> String {
    let time = UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    // "Sun, 30 Aug 2015 12:36:00 GMT": the parts are all there.
    let text = httpdate::fmt_http_date(time);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|month| *month == part(8..11)).unwrap_or_default() + 1;
    format!("{}{month:02}{}T{}{}{}Z", part(12..16), part(5..7), part(17..19), part(20..22), part(23..25))
}

/// Whether `2015-08-30T12:36:00Z` has come. What is written otherwise has not.
pub(super) fn is_past(text: &str, now: i64) -> bool {
    let is_utc = text.ends_with('Z') || text.ends_with("+00:00");
    let digits: String = text.chars().take(19).filter(char::is_ascii_digit).collect();
    is_utc && digits.len() == 14 && digits <= stamp(now).replace(['T', 'Z'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_compared() {
        assert_eq!(stamp(1_440_938_160), "20150830T123600Z");
        assert_eq!(stamp(0), "19700101T000000Z");
        assert_eq!(stamp(1_709_164_800), "20240229T000000Z");
        assert!(is_past("2015-08-30T12:36:00Z", 1_440_938_160));
        assert!(is_past("2015-08-30T12:35:59.123Z", 1_440_938_160));
        assert!(!is_past("2015-08-30T12:36:01Z", 1_440_938_160));
        assert!(!is_past("soon", 1_440_938_160));
    }
}

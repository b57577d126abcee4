//! Certificates: their key, and how long they are valid.

use super::der::{Reader, tag};
use super::key::PublicKey;

/// A certificate, as far as a linter needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The last second of its validity, in Unix seconds; `None` where it is not written as usual.
    pub not_after: Option<i64>,
    /// Its key.
    pub key: PublicKey,
}

impl Certificate {
    /// Reads one from the front of some DER, and says what follows it. It knows less than Go's
    /// `x509.ParseCertificate`, so it takes certificates that Go refuses; never the reverse.
    pub(super) fn read<'a>(input: &mut Reader<'a>) -> Option<Self> {
        let mut certificate = input.enter(tag::SEQUENCE)?;
        let mut tbs = certificate.enter(tag::SEQUENCE)?;
        certificate.read(tag::SEQUENCE)?;
        certificate.read(tag::BIT_STRING)?;
        tbs.read_optional(tag::CONTEXT_0);
        tbs.read(tag::INTEGER)?;
        tbs.read(tag::SEQUENCE)?; // signature algorithm
        tbs.read(tag::SEQUENCE)?; // issuer
        let mut validity = tbs.enter(tag::SEQUENCE)?;
        tbs.read(tag::SEQUENCE)?; // subject
        let key = PublicKey::of_spki_contents(tbs.enter(tag::SEQUENCE)?)?;
        read_time(&mut validity)?;
        let not_after = read_time(&mut validity)?;
        Some(Self { not_after, key })
    }

    /// One certificate and nothing behind it.
    pub(super) fn of_der(der: &[u8]) -> Option<Self> {
        let mut input = Reader::new(der);
        let certificate = Self::read(&mut input)?;
        input.is_empty().then_some(certificate)
    }
}

/// A time; `Some(None)` where it is a time and not one we can read.
pub(super) fn read_time(input: &mut Reader<'_>) -> Option<Option<i64>> {
    let (years, text) = match input.peek()? {
        tag::UTC_TIME => (2, input.read(tag::UTC_TIME)?),
        _ => (4, input.read(tag::GENERALIZED_TIME)?),
    };
    Some(unix_seconds(years, text))
}

/// `YYMMDDhhmmssZ` or `YYYYMMDDhhmmssZ`, as RFC 5280 wants it.
fn unix_seconds(years: usize, text: &[u8]) -> Option<i64> {
    let digits = text.strip_suffix(b"Z")?;
    if digits.len() != years + 10 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        Some(digits.get(range)?.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
    };
    let year = match (years, number(0..years)?) {
        (2, year) => year + if year < 50 { 2000 } else { 1900 },
        (_, year) => year,
    };
    let part = |index: usize| number(years + 2 * index..years + 2 * index + 2);
    let (month, day) = (part(0)?, part(1)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    Some(days_from_civil(year, month, day) * 86_400 + part(2)? * 3600 + part(3)? * 60 + part(4)?)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. Counts in years that begin in March,
/// so that the leap day comes last.
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The date of a moment, `2026-11-24`, in UTC.
pub fn date(unix_seconds: i64) -> String {
    let days = unix_seconds.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year_of_era + carry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_dates_written() {
        assert_eq!(unix_seconds(2, b"700101000000Z"), Some(0));
        assert_eq!(unix_seconds(4, b"20240229235959Z"), Some(1_709_251_199));
        assert_eq!(unix_seconds(2, b"490101000000Z"), Some(2_493_072_000));
        assert_eq!(unix_seconds(2, b"500101000000Z"), Some(-631_152_000));
        assert_eq!(unix_seconds(2, b"7001010000Z"), None);
        assert_eq!(unix_seconds(4, b"20241329235959Z"), None);
        for (seconds, text) in [(0, "1970-01-01"), (1_709_251_199, "2024-02-29"), (-1, "1969-12-31")] {
            assert_eq!(date(seconds), text);
        }
        assert_eq!(date(days_from_civil(2100, 3, 1) * 86_400), "2100-03-01");
        assert_eq!(date(days_from_civil(2000, 12, 31) * 86_400), "2000-12-31");
    }
}

//! Configuration and manifest of what was packed.

use std::collections::BTreeMap;

use bytes::Bytes;
use kubectl_oci_core::artifact::{CREATED, REVISION, SOURCE};
use kubectl_oci_core::compat::flux_artifact::{self, Blob, MANIFEST, MediaTypes, REPRODUCIBLE_TIME};
use kubectl_oci_core::publication::Labels;

use super::Package;
use crate::archive::Layer;
use crate::cli::PushArgs;
use crate::error::{Error, Result};
use crate::registry::sha256;

/// What is put into the registry beside the layer.
#[derive(Debug)]
pub(crate) struct Described {
    pub(crate) types: MediaTypes,
    pub(crate) config: Bytes,
    pub(crate) config_digest: String,
    pub(crate) manifest: Bytes,
    /// Of the manifest.
    pub(crate) digest: String,
}

impl Described {
    /// The media type of the manifest.
    pub(crate) const MEDIA_TYPE: &'static str = MANIFEST;
}

/// The annotations that are to be written, those of a chart included.
#[derive(Debug, Clone)]
pub(crate) struct Annotations {
    all: BTreeMap<String, String>,
    created: String,
}

impl Annotations {
    /// Those that the arguments ask for. What is written by hand wins.
    pub(crate) fn new(args: &PushArgs, package: &Package) -> Result<Self> {
        let created = match args.created.as_deref() {
            None => REPRODUCIBLE_TIME.to_owned(),
            Some("now") => now(),
            Some(time) if is_time(time) => time.to_owned(),
            Some(time) => {
                let help = "write it as 2026-11-24T12:00:00Z, or leave it out for now";
                return Err(Error::usage(format!("\"{time}\" is no time in RFC 3339"), help));
            }
        };
        let mut all = package.chart().map(|chart| chart.annotations()).unwrap_or_default();
        all.insert(CREATED.to_owned(), created);
        for (name, value) in [(SOURCE, &args.source), (REVISION, &args.revision)] {
            if let Some(value) = value {
                all.insert(name.to_owned(), value.clone());
            }
        }
        all.extend(args.annotations.iter().cloned());
        // An annotation by hand is the time of the configuration too, as for Flux.
        let created = all.get(CREATED).cloned().unwrap_or_default();
        if !is_time(&created) {
            let help = "write it as 2026-11-24T12:00:00Z";
            return Err(Error::usage(format!("the annotation {CREATED}=\"{created}\" is no time in RFC 3339"), help));
        }
        Ok(Self { all, created })
    }

    /// Those that Flux knows.
    pub(crate) fn labels(&self) -> Labels {
        let get = |name: &str| self.all.get(name).filter(|value| !value.is_empty()).cloned();
        Labels { created: get(CREATED), source: get(SOURCE), revision: get(REVISION) }
    }
}

/// Describes a layer.
pub(crate) fn describe(package: &Package, is_compatible: bool, annotations: &Annotations, layer: &Layer) -> Described {
    let types = match package.chart() {
        Some(_) => MediaTypes::HELM_CHART,
        None if is_compatible => MediaTypes::IMAGE,
        None => MediaTypes::FLUX,
    };
    let config = match package.chart() {
        Some(chart) => chart.config(),
        None => flux_artifact::config(&annotations.created, &layer.diff_id),
    };
    let config_digest = sha256(config.as_bytes());
    let pointers =
        (Blob { digest: &config_digest, size: config.len() as u64 }, Blob { digest: &layer.digest, size: layer.size });
    let manifest = match package.chart() {
        Some(_) => flux_artifact::chart_manifest(pointers.0, pointers.1, &annotations.all),
        None => flux_artifact::manifest(types, pointers.0, pointers.1, &annotations.all),
    };
    let digest = sha256(manifest.as_bytes());
    Described { types, config: config.into(), config_digest, manifest: manifest.into(), digest }
}

/// The time, to the second, in UTC.
fn now() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
    rfc3339(since.as_secs())
}

/// Seconds since 1970 as RFC 3339. The days of the Gregorian calendar by eras of 400 years that begin in March.
fn rfc3339(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Whether a text is a time in RFC 3339, its numbers within their bounds.
fn is_time(text: &str) -> bool {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse::<u32>().ok()
    };
    let is = |at: usize, bytes: &[u8]| text.as_bytes().get(at).is_some_and(|byte| bytes.contains(byte));
    let within = |from: usize, to: usize, bounds: std::ops::RangeInclusive<u32>| {
        number(from, to).is_some_and(|number| bounds.contains(&number))
    };
    let is_date = within(0, 4, 0..=9999) && is(4, b"-") && within(5, 7, 1..=12) && is(7, b"-") && within(8, 10, 1..=31);
    let is_clock = is(10, b"T") && within(11, 13, 0..=23) && is(13, b":") && within(14, 16, 0..=59);
    let is_clock = is_clock && is(16, b":") && within(17, 19, 0..=59);
    let mut rest = text.get(19..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == fraction.len() {
            return false;
        }
    }
    let is_zone = match rest.as_bytes() {
        b"Z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            [h1, h2, m1, m2].iter().all(|byte| byte.is_ascii_digit()) && (*h1, *h2) < (b'2', b'4') && *m1 < b'6'
        }
        _ => false,
    };
    is_date && is_clock && is_zone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(rfc3339(951_868_800), "2000-03-01T00:00:00Z");
        assert_eq!(rfc3339(1_795_519_667), "2026-11-24T11:27:47Z");
        assert!(is_time(&now()));
        for time in ["2026-11-24T11:27:47.5+01:00", "2000-02-29T00:00:00Z"] {
            assert!(is_time(time), "{time}");
        }
        for text in ["", "now", "2026-11-24", "2026-13-24T11:27:47Z", "2026-11-24T11:27:47", "2026-11-24T11:27:47.Z"] {
            assert!(!is_time(text), "{text}");
        }
    }
}

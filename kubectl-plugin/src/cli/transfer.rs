//! The commands that move artifacts about: `tag`, `copy`, `delete`.

use std::time::Duration;

use clap::Args;

use super::{RegistryArgs, TextOrJson};

/// How to answer.
#[derive(Debug, Clone, Args)]
pub(crate) struct Answer {
    /// How to answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: TextOrJson,
    /// The same as --output json
    #[arg(long, conflicts_with = "output")]
    json: bool,
}

impl Answer {
    pub(crate) fn is_json(&self) -> bool {
        self.json || self.output == TextOrJson::Json
    }
}

/// `tag`
#[derive(Debug, Args)]
pub(crate) struct TagArgs {
    /// The artifact: oci://HOST/NAME[:TAG|@DIGEST]
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// A tag that it gets; may be repeated
    #[arg(long, value_name = "TAG", required = true)]
    pub(crate) tag: Vec<String>,
    #[command(flatten)]
    pub(crate) answer: Answer,
    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

/// `copy`
#[derive(Debug, Args)]
pub(crate) struct CopyArgs {
    /// What to copy: oci://HOST/NAME[:TAG|@DIGEST], or oci-layout://DIR[:TAG|@DIGEST] on disk
    #[arg(value_name = "SRC")]
    pub(crate) source: String,
    /// Where to: the same; with the source's tag where it names none
    #[arg(value_name = "DST")]
    pub(crate) destination: String,
    /// Leave signatures, attestations and whatever else refers to it
    #[arg(long)]
    pub(crate) no_referrers: bool,
    /// Copy all tags of SRC
    #[arg(long)]
    pub(crate) all_tags: bool,
    #[command(flatten)]
    pub(crate) answer: Answer,
    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

/// `delete`
#[derive(Debug, Args)]
pub(crate) struct DeleteArgs {
    /// An artifact: oci://HOST/NAME:TAG or @DIGEST; for retention the repository
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// Keep the N highest versions, delete the others
    #[arg(long, help_heading = "Retention", value_name = "N")]
    pub(crate) keep_semver: Option<usize>,
    /// Delete only what was made longer ago, such as 30d, 12w or 36h
    #[arg(long, help_heading = "Retention", value_name = "DURATION", value_parser = age)]
    pub(crate) older_than: Option<Duration>,
    /// Among the tags of this range alone
    #[arg(long, help_heading = "Retention", visible_alias = "filter-semver", value_name = "RANGE")]
    pub(crate) semver: Option<String>,
    /// Among the tags alone that this expression (Go's) matches
    #[arg(long, help_heading = "Retention", value_name = "REGEX")]
    pub(crate) filter_regex: Option<String>,
    /// Delete the signatures, attestations and other referrers of what goes, too
    #[arg(long)]
    pub(crate) referrers: bool,
    /// Show what would go, and delete nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(short, long, conflicts_with = "dry_run")]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) answer: Answer,
    #[command(flatten)]
    pub(crate) registry: RegistryArgs,
}

/// A duration as Go writes it, or in days or weeks.
fn age(text: &str) -> Result<Duration, String> {
    let whole = |unit: char, seconds: u64| {
        let number = text.strip_suffix(unit)?.parse::<u64>().ok()?;
        number.checked_mul(seconds).filter(|seconds| *seconds > 0).map(Duration::from_secs)
    };
    match whole('d', 86_400).or_else(|| whole('w', 7 * 86_400)) {
        Some(age) => Ok(age),
        None => super::registry::duration(text).map_err(|words| format!("{words} (or in days or weeks: 30d, 12w)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_go_s_durations_or_days_or_weeks() {
        assert_eq!(age("30d"), Ok(Duration::from_secs(30 * 86_400)));
        assert_eq!(age("2w"), Ok(Duration::from_secs(14 * 86_400)));
        assert_eq!(age("36h"), Ok(Duration::from_secs(36 * 3600)));
        for wrong in ["0d", "d", "-1d", "30", "", "99999999999999999999d"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }
}

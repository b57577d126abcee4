//! A repository's tags as a table.

use crate::compat::image_name::is_valid_tag;
use crate::listing::{Listing, Row};

use super::super::printable::one_line;
use super::look::Look;
use super::shorten::{shorten, shorten_message};
use super::table::{size, table};
use super::{count, thousands};

/// The tags alone, one a line. What a registry calls a tag may be anything, and is not to steer a terminal.
pub fn listing_names(listing: &Listing) -> String {
    listing.rows.iter().map(|row| format!("{}\n", one_line(&row.tag))).collect()
}

/// A tag a line. `wide` shows everything, and whole.
pub fn listing_text(listing: &Listing, wide: bool, look: &Look) -> String {
    if listing.rows.is_empty() {
        let none = if listing.tags == 0 { "has no tags".to_owned() } else { nothing_matches(listing) };
        return format!("{} {none}\n", listing.url);
    }
    let heading: &[&str] = if wide {
        &["TAG", "DIGEST", "CREATED", "SOURCE", "REVISION", "KIND", "SIZE"]
    } else {
        &["TAG", "DIGEST", "CREATED", "SOURCE", "REVISION"]
    };
    let rows: Vec<Vec<String>> = listing.rows.iter().map(|row| cells(row, wide)).collect();
    let mut out = table(heading, &rows, look);
    let hidden = listing.matching - listing.rows.len().min(listing.matching);
    if hidden > 0 {
        out.push_str(&look.dim(&format!("and {} more: --limit 0 shows all\n", thousands(hidden))));
    }
    for row in &listing.rows {
        if let Some(error) = &row.error {
            out.push_str(&format!(
                "{} {}: {}\n",
                look.error("✗"),
                one_line(&tag(row)),
                shorten_message(&one_line(error.trim_end()))
            ));
        }
    }
    out
}

/// Registries may list what is no tag, of any length.
fn tag(row: &Row) -> String {
    if is_valid_tag(&row.tag) { row.tag.clone() } else { shorten(&row.tag).into_owned() }
}

fn nothing_matches(listing: &Listing) -> String {
    format!("has {}, of which the filters admit none", count(listing.tags, "tag"))
}

fn cells(row: &Row, wide: bool) -> Vec<String> {
    let shown = |value: Option<&str>| match value {
        Some(value) if wide => value.to_owned(),
        Some(value) => shorten(value).into_owned(),
        None => "-".to_owned(),
    };
    let digest = if row.error.is_some() { "error (below)".to_owned() } else { shown(row.digest.as_deref()) };
    let mut out = vec![tag(row), digest, shown(row.created()), shown(row.source()), shown(row.revision())];
    if wide {
        let kind = row.artifact.as_ref().map(|artifact| artifact.kind().as_str());
        let bytes = row.artifact.as_ref().map(|artifact| size(artifact.size()));
        out.extend([kind.unwrap_or("-").to_owned(), bytes.unwrap_or_else(|| "-".to_owned())]);
    }
    out
}

//! The JSON contract of `diff`, version 1.

use serde::Serialize;

use super::json::line;
use crate::difference::{Comparison, FileDifference, Side};

#[derive(Serialize)]
struct Head<'a> {
    name: &'a str,
    digest: Option<&'a str>,
}

impl<'a> From<&'a Side> for Head<'a> {
    fn from(side: &'a Side) -> Self {
        Self { name: &side.name, digest: side.digest.as_deref() }
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    path: &'a str,
    change: &'static str,
    binary: bool,
    unified: Option<&'a str>,
}

/// `{"version": 1, "before", "after", "same", "results": […]}`, a file a line.
pub fn comparison_json(of: &Comparison) -> String {
    let side = |side| line(&Head::from(side)).unwrap_or_default();
    let (before, after) = (side(&of.before), side(&of.after));
    let mut out = format!("{{\"version\":1,\"before\":{before},\"after\":{after},\"same\":{},\n\"results\":[", of.same);
    for (index, difference) in of.differences.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&line(&answer(difference)).unwrap_or_default());
    }
    out.push_str("]}\n");
    out
}

fn answer(of: &FileDifference) -> Answer<'_> {
    Answer { path: &of.path, change: of.change.as_str(), binary: of.is_binary, unified: of.unified.as_deref() }
}

//! The JSON of commands that act: what became of each thing, in the frame of all contracts.

use kubectl_oci_core::render::printable_json;
use serde::Serialize;

/// `{"version":1,"results":[…]}`, a result a line.
pub(crate) fn results_json<'a, Row: Serialize + 'a>(rows: impl Iterator<Item = &'a Row>) -> String {
    printable_json(format!("{{\"version\":1,\n\"results\":[{}]}}\n", lines(rows)))
}

/// The same with one more member, behind the results.
pub(crate) fn results_json_with<'a, Row: Serialize + 'a>(
    rows: impl Iterator<Item = &'a Row>,
    name: &str,
    value: &impl Serialize,
) -> String {
    let value = serde_json::to_string(value).unwrap_or_default();
    printable_json(format!("{{\"version\":1,\n\"results\":[{}],\n\"{name}\":{value}}}\n", lines(rows)))
}

/// Maps with keys that are no strings alone could fail, and there are none.
fn lines<'a, Row: Serialize + 'a>(rows: impl Iterator<Item = &'a Row>) -> String {
    let rows = rows.map(|row| format!("\n{}", serde_json::to_string(row).unwrap_or_default()));
    rows.collect::<Vec<_>>().join(",")
}

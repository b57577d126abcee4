//! Agreement with the Go libraries behind Flux.

use std::path::Path;

use kubectl_oci_tests::conformance::{KINDS, Verdict};
use serde_json::Value;

#[test]
fn every_vector_agrees() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut failures = Vec::new();
    for (kind, judge) in KINDS {
        let text = std::fs::read_to_string(dir.join(format!("{kind}.jsonl"))).expect("vectors of every kind");
        let mut judge = judge();
        for (number, line) in text.lines().enumerate() {
            let vector: Value = serde_json::from_str(line).expect("a vector is JSON");
            if let Some(Verdict::Differs { ours, theirs }) = judge(&vector["in"], &vector["out"]) {
                failures.push(format!("{kind}:{}: {}\n  ours   {ours}\n  theirs {theirs}", number + 1, vector["in"]));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} vectors differ:\n{}",
        failures.len(),
        failures[..failures.len().min(20)].join("\n")
    );
}

//! The rules against what the real controllers did.
//!
//! `tests/controller/cases.jsonl` and `consumers.jsonl` hold manifests that were given to
//! source-controller, helm-controller and kustomize-controller, and what came back. No case that
//! came out ready may carry an error; which rules explain the others stands in `findings.txt`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use kubectl_oci_core::config::Config;
use kubectl_oci_core::diag::Severity;
use kubectl_oci_core::lint::{self, Input};
use kubectl_oci_core::model::Role;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("controller")
}

fn lines(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder().join(name)).expect("recorded cases");
    text.lines().map(|line| serde_json::from_str(line).expect("a case is JSON")).collect()
}

/// The Secrets and ServiceAccounts that existed, as files that are only looked at.
fn secrets() -> Vec<Input> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder().join("secrets"))
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    paths.sort();
    paths
        .iter()
        .map(|path| Input {
            path: format!("secrets/{}", path.file_name().unwrap_or_default().to_string_lossy()),
            text: std::fs::read_to_string(path).expect("a Secret"),
            role: Role::Context,
        })
        .collect()
}

/// Each case: its name, its manifests, and how it came out: "ready", or a reason.
fn cases() -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    for case in lines("cases.jsonl").into_iter().chain(lines("consumers.jsonl")) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let manifests = if case["manifest"].is_null() { &case["manifests"] } else { &case["manifest"] };
        let outcome = &case["outcome"];
        let outcome = match (&outcome["rejected"], &outcome["ready"]) {
            (Value::String(_), _) => "Rejected".to_owned(),
            (_, Value::Bool(true)) => "ready".to_owned(),
            _ => text(&outcome["reason"]),
        };
        out.push((text(&case["name"]), text(manifests), outcome));
    }
    out
}

#[test]
fn no_case_that_came_out_ready_carries_an_error() {
    let secrets = secrets();
    let mut failures = String::new();
    let mut table = String::new();
    for (name, manifests, outcome) in cases() {
        let mut inputs = secrets.clone();
        inputs.push(Input { path: "case.yaml".to_owned(), text: manifests, role: Role::Named });
        let (_, report) = lint::check(inputs, &Config::default());
        let mut rules: Vec<&str> =
            report.diagnostics.iter().filter(|d| d.severity == Severity::Error).map(|d| d.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        if outcome == "ready" && !rules.is_empty() {
            let _ = writeln!(failures, "{name} came out ready and carries {rules:?}");
        }
        if outcome != "ready" {
            let _ = writeln!(table, "{name:<36} {outcome:<34} {}", rules.join(" "));
        }
    }
    assert!(failures.is_empty(), "{failures}");
    kubectl_oci_tests::golden::check(&folder().join("findings.txt"), &table);
}

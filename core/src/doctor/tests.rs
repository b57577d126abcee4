//! The recorded outcomes of the real controller, on a registry that is played from a script.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::context::Surroundings;
use crate::lint::{Input, read};
use crate::model::{Role, Set};

mod explanations;
pub(super) mod script;

fn recorded() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/controller")
}

/// The Secrets and accounts that existed when the outcomes were recorded.
fn secrets() -> Vec<(String, String)> {
    #[allow(clippy::disallowed_methods)] // Tests read their data.
    let read = |path: &Path| std::fs::read_to_string(path).unwrap();
    #[allow(clippy::disallowed_methods)]
    let entries = std::fs::read_dir(recorded().join("secrets")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| (path.display().to_string(), read(path))).collect()
}

/// The first OCIRepository of a manifest, beside other files.
pub(super) fn case(manifest: &str, with: &[(String, String)]) -> Case {
    let inputs = std::iter::once(("source.yaml".to_owned(), manifest.to_owned(), Role::Named))
        .chain(with.iter().map(|(path, text)| (path.clone(), text.clone(), Role::Context)));
    let files: Vec<_> = inputs
        .enumerate()
        .map(|(index, (path, text, role))| read(index, Input { path, text, role }, Arc::default()))
        .collect();
    let set = Set::new(&files);
    let surroundings = Surroundings::new(&set);
    Cases::new(&set, &surroundings).of_file(&files[0]).remove(0)
}

/// Drives a case to its end.
pub(super) fn drive(case: &Case, mut ask: impl FnMut(&Connection, &Fetch) -> Answer) -> Diagnosis {
    let mut evidence = Evidence::default();
    for _ in 0..40 {
        match case.step(&evidence) {
            Progress::Done(diagnosis) => return *diagnosis,
            Progress::Need(fetches) => {
                assert!(!fetches.is_empty());
                for fetch in fetches {
                    assert!(evidence.get(&fetch).is_none(), "asked twice: {fetch:?}");
                    let answer = ask(case.connection().expect("a connection"), &fetch);
                    evidence.insert(fetch, answer);
                }
            }
        }
    }
    panic!("no end");
}

/// The message as far as it must agree: whole, unless Go's HTTP or TLS stack speaks in it.
fn comparable(message: &str) -> &str {
    let is_of_go = message.contains("x509:") || message.contains("tls:") || message.contains("dial tcp");
    if is_of_go { message.split(": ").next().unwrap_or(message) } else { message }
}

#[test]
fn recorded_outcomes_are_reproduced() {
    #[allow(clippy::disallowed_methods)]
    let cases = std::fs::read_to_string(recorded().join("cases.jsonl")).unwrap();
    let secrets = secrets();
    let mut failures = Vec::new();
    let mut count = 0;
    for line in cases.lines() {
        let recorded: Value = serde_json::from_str(line).unwrap();
        let name = recorded["name"].as_str().unwrap();
        let manifest = recorded["manifest"].as_str().unwrap();
        let signatures_decide = manifest.contains("\n  verify:") && !script::is_told_offline(name);
        let outcome = &recorded["outcome"];
        let case = case(manifest, &secrets);
        let diagnosis = drive(&case, script::registry(&case));
        let verdict = &diagnosis.verdict;
        if signatures_decide {
            if verdict.ready || verdict.decided || verdict.verified.is_some() {
                failures.push(format!("{name}: a signature was not looked at, and yet {verdict:?}"));
            }
            continue;
        }
        count += 1;
        if let Some(words) = outcome["rejected"].as_str() {
            if (verdict.reason, verdict.message.as_str(), verdict.ready) != (Verdict::REJECTED, words, false) {
                failures.push(format!("{name}: {verdict:?}"));
            }
            continue;
        }
        let ready = outcome["ready"].as_bool().unwrap();
        let message = if ready { "" } else { outcome["message"].as_str().unwrap() };
        let same = verdict.ready == ready
            && outcome["reason"] == verdict.reason
            && comparable(&verdict.message) == comparable(message)
            && outcome["revision"].as_str() == verdict.revision.as_deref()
            && outcome["stalled"] == verdict.stalled
            && outcome["verified"].as_bool() == verdict.verified;
        if !same {
            failures.push(format!("{name}:\n  wanted {outcome}\n  found  {verdict:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(count, 76 + script::TOLD_OFFLINE.len());
}

#[test]
fn steps_are_in_the_controllers_order() {
    let case = case(include_str!("tests/ready.yaml"), &[]);
    let diagnosis = drive(&case, script::registry(&case));
    let names: Vec<_> = diagnosis.steps.iter().map(|step| step.name).collect();
    assert_eq!(names, StepName::ALL, "{:#?}", diagnosis.steps);
}

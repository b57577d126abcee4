//! `doctor` against the recorded outcomes of the real controller, through the binary and real
//! registries.
//!
//! Every case that no signature decides must come out with the recorded reason, revision and message;
//! those that a signature decides must come out undecided. What is said of each stands in
//! `tests/controller/diagnoses.txt`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use kubectl_oci_core::rules::{Scope, rule};
use kubectl_oci_tests::golden;
use kubectl_oci_tests::recorded::{Registries, recordings};
use serde_json::Value;

use kubectl_oci_tests::run::binary;

/// Cases with a `verify` block that fails before a signature is looked at.
const TOLD_WITHOUT_A_SIGNATURE: [&str; 4] =
    ["verify-missing-secret", "verify-keyless-root-missing", "verify-notation-no-policy", "verify-notation-no-secret"];

/// How many cases run side by side.
const AT_A_TIME: usize = 4;

struct Case {
    name: String,
    manifest: String,
    outcome: Value,
}

impl Case {
    /// Whether signatures decide on it, which nobody looks at yet.
    fn hangs_on_a_signature(&self) -> bool {
        self.manifest.contains("\n  verify:") && !TOLD_WITHOUT_A_SIGNATURE.contains(&self.name.as_str())
    }
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(recordings().join("cases.jsonl")).expect("the recorded cases");
    let case = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("JSON");
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        Case { name: text("name"), manifest: text("manifest"), outcome: value["outcome"].clone() }
    };
    text.lines().map(case).collect()
}

fn doctor(folder: &Path, name: &str, secrets: &Path, format: &str) -> (String, Option<i32>) {
    let output = Command::new(binary())
        .args(["doctor", "--no-config", "-o", format, "-f"])
        .arg(folder.join(format!("{name}.yaml")))
        .arg("--with")
        .arg(secrets)
        .env_clear()
        .env("COLUMNS", "100")
        .output()
        .expect("the binary");
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
}

/// What came of a case.
struct Done {
    index: usize,
    /// What `doctor` says to a person.
    text: String,
    /// What the linter finds by asking.
    found: String,
    difference: Option<String>,
}

/// The findings of the rules that ask the registry, a line each.
fn online(folder: &Path, case: &Case, secrets: &Path) -> String {
    let file = folder.join(format!("{}.yaml", case.name));
    let output = Command::new(binary())
        .args(["lint", "--online", "--no-config", "-o", "concise"])
        .arg(&file)
        .arg("--with")
        .arg(secrets)
        .env_clear()
        .output()
        .expect("the binary");
    let asks = |line: &&str| {
        let id = line.split(": ").nth(1).and_then(|words| words.split(' ').nth(1));
        id.and_then(rule).is_some_and(|rule| rule.scope == Scope::Registry)
    };
    let text = String::from_utf8_lossy(&output.stdout).replace(&format!("{}/", folder.display()), "");
    text.lines().filter(asks).collect::<Vec<_>>().join("\n")
}

/// A false error is the worst of all: what came out ready carries none.
fn false_error(case: &Case, found: &str) -> Option<String> {
    let is_wrong = case.outcome["ready"] == true && found.contains(": error ");
    is_wrong.then(|| format!("{} came out ready, and the linter says {found}", case.name))
}

/// How a result differs from what was recorded; nothing where it does not.
fn difference(case: &Case, result: &Value, exit: Option<i32>, registries: &Registries) -> Option<String> {
    let outcome = &case.outcome;
    let wanted_exit = i32::from(!outcome["ready"].as_bool().unwrap_or_default() || case.hangs_on_a_signature());
    let differs = |what: &str| Some(format!("{} {what}:\n  wanted {outcome}\n  found  {result}", case.name));
    if exit != Some(wanted_exit) {
        return differs("exit code");
    }
    if case.hangs_on_a_signature() {
        let is_open = result["decided"] == false && result["ready"] == false && result["verified"].is_null();
        return if is_open { None } else { differs("says more than it knows") };
    }
    let message = registries.as_recorded(result["message"].as_str().unwrap_or_default());
    if let Some(words) = outcome["rejected"].as_str() {
        return if result["reason"] == "Rejected" && message == words { None } else { differs("refusal") };
    }
    // A message of an object that is ready is no news; the contract leaves it out.
    let wanted = if outcome["ready"] == true { "" } else { outcome["message"].as_str().unwrap_or_default() };
    let same = ["ready", "reason", "revision", "stalled", "verified"].iter().all(|key| result[key] == outcome[key]);
    // Of what is unpacked and packed again the digest is not known.
    let is_copied = outcome["ready"] == true && case.manifest.contains("operation: copy");
    let content = if is_copied { &outcome["content"] } else { &Value::Null };
    if same && message == wanted && result["content"] == *content { None } else { differs("outcome") }
}

#[test]
fn recorded_outcomes_are_reproduced() {
    let Some(registries) = Registries::start() else {
        println!("skipped: docker-registry is not installed");
        return;
    };
    let cases = cases();
    let secrets = registries.secrets();
    let folder = secrets.with_file_name("cases");
    std::fs::create_dir_all(&folder).expect("a folder");
    for case in &cases {
        let manifest = registries.today(&case.manifest);
        std::fs::write(folder.join(format!("{}.yaml", case.name)), manifest).expect("a manifest");
    }
    let queue = Mutex::new(cases.iter().enumerate());
    let done: Mutex<Vec<Done>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let Some((index, case)) = queue.lock().expect("the queue").next() else { break };
                    let (json, exit) = doctor(&folder, &case.name, &secrets, "json");
                    let value: Value = serde_json::from_str(&json).unwrap_or_default();
                    let difference = difference(case, &value["results"][0], exit, &registries);
                    let (text, _) = doctor(&folder, &case.name, &secrets, "text");
                    let found = online(&folder, case, &secrets);
                    let difference = difference.or_else(|| false_error(case, &found));
                    let text = registries.as_recorded(&text);
                    let found = registries.as_recorded(&found);
                    done.lock().expect("the results").push(Done { index, text, found, difference });
                }
            });
        }
    });
    let mut done = done.into_inner().expect("the results");
    done.sort_by_key(|done| done.index);
    let failures: Vec<&str> = done.iter().filter_map(|done| done.difference.as_deref()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(done.len(), 116);
    let together = |each: fn(&Done) -> &str| {
        done.iter().fold(String::new(), |mut out, done| {
            let _ = writeln!(out, "{}", each(done));
            out
        })
    };
    golden::check(&recordings().join("diagnoses.txt"), &together(|done| &done.text));
    golden::check(
        &recordings().join("online.txt"),
        &together(|done| &done.found)
            .lines()
            .filter(|line| !line.is_empty())
            .fold(String::new(), |out, line| out + line + "\n"),
    );
    consumers(&registries, &folder, &secrets);
}

/// What consumes the sources: no finding of the registry may contradict what the controllers did.
fn consumers(registries: &Registries, folder: &Path, secrets: &Path) {
    let text = std::fs::read_to_string(recordings().join("consumers.jsonl")).expect("the recorded consumers");
    let mut said = String::new();
    let mut failures = Vec::new();
    for line in text.lines() {
        let value: Value = serde_json::from_str(line).expect("JSON");
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let case = Case { name: text("name"), manifest: text("manifests"), outcome: value["outcome"].clone() };
        let manifest = registries.today(&case.manifest);
        std::fs::write(folder.join(format!("{}.yaml", case.name)), manifest).expect("a manifest");
        let found = online(folder, &case, secrets);
        failures.extend(false_error(&case, &found));
        for (words, rule) in [
            ("path not found", "kustomization-path-missing"),
            ("does not match chart version", "chart-version-mismatch"),
        ] {
            let is_so = case.outcome["message"].as_str().is_some_and(|message| message.contains(words));
            if is_so != found.contains(rule) {
                failures.push(format!("{}: {words} {is_so}, and found is {found:?}", case.name));
            }
        }
        let _ = writeln!(said, "{}: {}", case.name, registries.as_recorded(&found));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    golden::check(&recordings().join("online-consumers.txt"), &said);
}

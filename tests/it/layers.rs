//! The architecture, held: what `core` may depend on, and that its modules use only those to
//! their left.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything that `core` may depend on, directly.
const ALLOWED: &[&str] = &["annotate-snippets", "fast-glob", "foldhash", "hashbrown", "memchr", "serde", "serde_json"];

/// The modules of `core` from left to right; those on one line do not use each other.
const ORDER: &[&[&str]] = &[
    &["collections"],
    &["text"],
    &["yaml"],
    &["diag"],
    &["compat"],
    &["model"],
    &["config"],
    &["context"],
    &["artifact", "reference", "provider", "verify"],
    &["rules"],
    &["lint", "listing", "resolve", "doctor"],
    &["difference", "ide", "inspection", "publication", "pulled", "retention"],
    &["ide", "render"],
];

fn core() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core")
}

#[test]
fn core_depends_on_nothing_else() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--manifest-path"])
        .arg(core().join("Cargo.toml"))
        .output()
        .expect("cargo metadata");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON of cargo metadata");
    let packages = metadata["packages"].as_array().expect("packages");
    let core = packages.iter().find(|package| package["name"] == "kubectl-oci-core").expect("the core");
    let dependencies: BTreeSet<&str> = core["dependencies"]
        .as_array()
        .expect("dependencies")
        .iter()
        .filter(|dependency| dependency["kind"].is_null())
        .filter_map(|dependency| dependency["name"].as_str())
        .collect();
    let unexpected: Vec<_> = dependencies.iter().filter(|name| !ALLOWED.contains(name)).collect();
    assert!(unexpected.is_empty(), "core may not depend on {unexpected:?}: it does no I/O and must stay small");
}

#[test]
fn modules_use_only_those_to_their_left() {
    let rank = |module: &str| ORDER.iter().position(|layer| layer.contains(&module));
    let mut failures = Vec::new();
    let mut folders = vec![core().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of core") {
            let path = entry.expect("an entry").path();
            // What tests use is their own affair.
            if path.file_stem().is_some_and(|name| name == "tests") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let inside = path.strip_prefix(core().join("src")).expect("inside core").to_owned();
            let module = inside.iter().next().and_then(|part| part.to_str()).unwrap_or_default();
            let module = module.strip_suffix(".rs").unwrap_or(module);
            if module == "lib" {
                continue;
            }
            let Some(own) = rank(module) else {
                failures.push(format!("{module} has no place in the order"));
                continue;
            };
            let text = std::fs::read_to_string(&path).expect("a source file");
            // What tests use is their own affair.
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            for (number, line) in code.enumerate() {
                for used in line.split("crate::").skip(1) {
                    let used: String = used.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                    if rank(&used).is_some_and(|other| other > own || other == own && used != module) {
                        failures.push(format!("{}:{}: {module} uses {used}", inside.display(), number + 1));
                    }
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

//! The table of rules, their files and their pages.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kubectl_oci_core::rules::{Check, FixKind, RULES, Scope};
use kubectl_oci_tests::pages::examples;

fn rules_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src/rules")
}

#[test]
fn the_table_equals_the_folder() {
    let mut files = BTreeSet::new();
    let mut pages = BTreeSet::new();
    for entry in std::fs::read_dir(rules_folder()).expect("the folder of rules") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
        match path.extension().and_then(|e| e.to_str()) {
            Some("rs") if stem != "mod" => files.insert(stem.replace('_', "-")),
            Some("md") => pages.insert(stem),
            _ => false,
        };
    }
    let table: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    assert_eq!(table.len(), RULES.len(), "an id stands twice in the table");
    assert_eq!(table, files, "a rule's file is named after its id");
    assert_eq!(table, pages, "each rule has its page");
}

#[test]
fn rules_are_well_formed() {
    for rule in RULES {
        assert!(!rule.summary.is_empty() && !rule.summary.ends_with('.'), "{}: summary", rule.id);
        assert!(rule.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", rule.id);
        for general in rule.silences {
            assert!(RULES.iter().any(|other| other.id == *general), "{} silences unknown {general}", rule.id);
        }
        let page = rule.page;
        assert!(page.starts_with(&format!("# {}\n", rule.id)), "{}: the page begins with its id", rule.id);
        for heading in ["\n## Why\n", "\n## Examples\n", "\n## When to switch it off\n"] {
            assert!(page.contains(heading), "{}: the page lacks {}", rule.id, heading.trim());
        }
    }
}

#[test]
fn the_examples_of_the_pages_hold() {
    let mut failures = Vec::new();
    for rule in RULES {
        let examples = examples(rule.page);
        let of = |kind: &str| examples.iter().filter(|example| example.kind == kind).count();
        let needs_more = matches!(rule.scope, Scope::Registry | Scope::Schema);
        if of("good") == 0 || of("bad") == 0 && !needs_more {
            failures.push(format!("{}: needs a bad and a good example", rule.id));
        }
        if rule.fix == FixKind::Safe && of("fixed") == 0 && matches!(rule.check, Check::Object(_)) {
            failures.push(format!("{}: a safe fix needs a fixed example", rule.id));
        }
        for (index, example) in examples.iter().enumerate() {
            let place = format!("{}.md:{}", rule.id, example.line);
            let found = example.findings(rule);
            match example.kind.as_str() {
                "bad" if found.is_empty() => failures.push(format!("{place}: the bad example makes it say nothing")),
                "bad" => {
                    let wanted = example.settings.iter().find(|(name, _)| name == "severity");
                    if let Some((_, severity)) = wanted
                        && !found.iter().any(|diagnostic| diagnostic.severity.as_str() == severity)
                    {
                        failures.push(format!("{place}: no finding of severity {severity}: {found:#?}"));
                    }
                }
                "good" if !found.is_empty() => {
                    failures.push(format!("{place}: the good example makes it say {found:#?}"))
                }
                "good" => {}
                "fixed" => match index.checked_sub(1).map(|before| &examples[before]) {
                    Some(bad) if bad.kind == "bad" => {
                        let fixed = bad.fixed(rule);
                        if fixed != example.text {
                            failures.push(format!("{place}: the fix makes\n{fixed}"));
                        } else if !example.findings(rule).is_empty() {
                            failures.push(format!("{place}: the fix does not convince the rule itself"));
                        }
                    }
                    _ => failures.push(format!("{place}: a fixed example stands behind a bad one")),
                },
                other => failures.push(format!("{place}: an example is bad, good or fixed, not {other}")),
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

//! What is said where a YAML text cannot be read: `cases/yaml-errors/*.yaml`, each with what is
//! expected beside it. `UPDATE=1` writes the expectations anew.

use std::fmt::Write as _;
use std::path::Path;

use kubectl_oci_core::text::{Encoding, LineIndex};
use kubectl_oci_core::yaml;

#[test]
fn errors_point_at_the_fault() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/yaml-errors");
    let mut cases: Vec<_> = std::fs::read_dir(dir)
        .expect("the folder of cases")
        .map(|entry| entry.expect("a case").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    cases.sort();
    assert!(cases.len() > 80, "{} cases", cases.len());
    let mut failures = String::new();
    for case in cases {
        let text = std::fs::read_to_string(&case).expect("a case is text");
        let said = describe(&text);
        assert!(!said.is_empty(), "{} is no error", case.display());
        let expected = case.with_extension("expected");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, &said).expect("expectations can be written");
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != said {
            let _ = write!(failures, "{}:\n{said}", expected.display());
        }
    }
    assert!(failures.is_empty(), "expected otherwise (UPDATE=1 takes it over):\n{failures}");
}

/// For each document with an error: where and what, the text at fault, and what stays in the tree.
fn describe(text: &str) -> String {
    let tree = yaml::parse(text);
    let lines = LineIndex::new(text);
    let mut said = String::new();
    for (index, document) in tree.documents().iter().enumerate() {
        let Some(error) = &document.error else { continue };
        let at = lines.position(text, error.span.start(), Encoding::Utf32);
        let fault: String = error.span.of(text).chars().take(60).collect();
        let _ = writeln!(said, "document {index}, {}:{}: {}", at.line + 1, at.column + 1, error.message);
        let _ = writeln!(said, "  fault {fault:?}");
        match tree.root(text, index).map(yaml::to_json) {
            None => said.push_str("  keeps nothing\n"),
            Some(Ok(value)) => said.push_str(&clipped(&format!("  keeps {value}"))),
            Some(Err(error)) => said.push_str(&clipped(&format!("  keeps no JSON: {:?}", error.kind))),
        }
    }
    said
}

fn clipped(line: &str) -> String {
    let mut clipped: String = line.chars().take(200).collect();
    clipped.push('\n');
    clipped
}

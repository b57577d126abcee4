//! Linting any text ends; fixes keep a text that parsed parseable.
#![no_main]

use kubectl_oci_core::config::{Config, Profile};
use kubectl_oci_core::diag::Applicability;
use kubectl_oci_core::lint::{self, Input};
use kubectl_oci_core::model::Role;
use libfuzzer_sys::fuzz_target;

fn input(text: &str) -> Vec<Input> {
    vec![Input { path: "a.yaml".to_owned(), text: text.to_owned(), role: Role::Named }]
}

fuzz_target!(|text: &str| {
    let config = Config { profile: Profile::Strict, ..Config::default() };
    // What the fuzzer finds is put where it counts as well: inside a source.
    let wrapped = format!("apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nspec:\n  url: {text}\n");
    for text in [text, &wrapped] {
        let (files, report) = lint::check(input(text), &config);
        for diagnostic in &report.diagnostics {
            assert!(text.get(diagnostic.at.span.start()..diagnostic.at.span.end()).is_some());
        }
        let fixed = lint::apply_fixes(&files, &report.diagnostics, Applicability::Unsafe);
        if files[0].syntax_errors().next().is_none() {
            for fixed in fixed.texts.values() {
                let (fixed_files, _) = lint::check(input(fixed), &config);
                assert!(fixed_files[0].syntax_errors().next().is_none(), "{text}\n->\n{fixed}");
            }
        }
    }
});

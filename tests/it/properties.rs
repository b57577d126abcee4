//! What must hold for any text: no panic, spans within it, fixes that keep it parseable and keep
//! its comments. The texts are the examples and the pages', mutated the same way on every run.

use std::collections::BTreeMap;
use std::path::Path;

use kubectl_oci_core::config::{Config, Profile};
use kubectl_oci_core::diag::Applicability;
use kubectl_oci_core::lint::{self, Input};
use kubectl_oci_core::model::{File, Role};
use kubectl_oci_core::rules::RULES;
use kubectl_oci_core::yaml;
use kubectl_oci_tests::mutate::{Random, mutate};
use kubectl_oci_tests::pages::examples;

/// Mutations of each seed text. The fuzz targets go on where this ends.
const ROUNDS: u64 = 12;

fn seeds() -> Vec<String> {
    let mut out = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the examples") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                out.push(std::fs::read_to_string(path).expect("an example"));
            }
        }
    }
    out.extend(RULES.iter().flat_map(|rule| examples(rule.page)).map(|example| example.text));
    out.sort();
    out.dedup();
    out
}

fn config() -> Config {
    Config { profile: Profile::Strict, ..Config::default() }
}

fn input(text: &str) -> Input {
    Input { path: "a.yaml".to_owned(), text: text.to_owned(), role: Role::Named }
}

fn parses(file: &File) -> bool {
    file.syntax_errors().next().is_none()
}

fn comments(text: &str) -> BTreeMap<String, usize> {
    let tree = yaml::parse(text);
    let mut out = BTreeMap::new();
    for comment in yaml::comments(text, &tree) {
        let comment = comment.span.of(text).trim_end();
        // The fix of an unused suppression is to remove it.
        if !comment.contains("kubectl-oci:") {
            *out.entry(comment.to_owned()).or_default() += 1;
        }
    }
    out
}

#[test]
fn findings_lie_within_the_text_and_fixes_keep_it_whole() {
    let config = config();
    for (index, seed) in seeds().iter().enumerate() {
        let mut random = Random::new(index as u64 + 1);
        for round in 0..=ROUNDS {
            let text = if round == 0 { seed.clone() } else { mutate(seed, &mut random) };
            let (files, report) = lint::check(vec![input(&text)], &config);
            for diagnostic in &report.diagnostics {
                let span = diagnostic.at.span;
                assert!(
                    text.get(span.start()..span.end()).is_some(),
                    "{}: {span:?} is no range of characters of\n{text}",
                    diagnostic.rule
                );
                let message = &diagnostic.message;
                assert!(!message.is_empty(), "{}", diagnostic.rule);
                assert!(round > 0 || !message.ends_with('.'), "{message}");
            }
            let fixed = lint::apply_fixes(&files, &report.diagnostics, Applicability::Unsafe);
            let Some(fixed) = fixed.texts.values().next() else { continue };
            let (fixed_files, _) = lint::check(vec![input(fixed)], &config);
            if parses(&files[0]) {
                assert!(parses(&fixed_files[0]), "the fixes of\n{text}\nmade\n{fixed}");
                let after = comments(fixed);
                for (comment, count) in comments(&text) {
                    assert!(
                        after.get(&comment).is_some_and(|have| *have >= count),
                        "{comment} is gone from\n{text}\n->\n{fixed}"
                    );
                }
            }
        }
    }
}

#[test]
fn fixing_comes_to_an_end() {
    let config = config();
    for seed in seeds() {
        let mut text = seed.clone();
        let mut passes = 0;
        loop {
            let (files, report) = lint::check(vec![input(&text)], &config);
            let fixed = lint::apply_fixes(&files, &report.diagnostics, Applicability::Unsafe);
            let Some(next) = fixed.texts.into_iter().next().map(|(_, text)| text) else { break };
            text = next;
            passes += 1;
            assert!(passes <= 10, "fixes never end for\n{seed}\nnow\n{text}");
        }
    }
}

#[test]
fn hostile_texts_end_in_a_result() {
    let deep_flow = "[".repeat(100_000);
    let deep_block = "- ".repeat(100_000);
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned()
        + &(0..12)
            .map(|i| format!("{0}: &{0} [*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1},*{1}]\n", name(i + 1), name(i)))
            .collect::<String>();
    let head = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nspec:\n  x: ";
    for body in [&deep_flow, &deep_block, &bomb, &"a".repeat(5_000_000), &"{a: ".repeat(50_000), &"\u{0}".repeat(1000)]
    {
        for text in [body.clone(), format!("{head}{body}\n---\n{head}1\n")] {
            let (files, report) = lint::check(vec![input(&text)], &config());
            assert_eq!(files.len(), 1);
            assert!(report.diagnostics.len() < 10_000);
        }
    }
}

/// Work that grew with the square of the findings of an object took minutes here.
#[test]
fn an_object_that_is_wrong_from_end_to_end_ends_in_a_result() {
    let head = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: a}\n";
    let same = "a:\n".repeat(30_000);
    let each_twice: String = (0..30_000).map(|number| format!("k{}:\n", number % 15_000)).collect();
    for body in [same, each_twice] {
        let (_, report) = lint::check(vec![input(&format!("{head}{body}"))], &config());
        assert!(report.diagnostics.len() > 15_000);
    }
}

fn name(index: usize) -> char {
    char::from(b'a' + u8::try_from(index).expect("few"))
}

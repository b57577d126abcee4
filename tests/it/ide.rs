//! What editors are answered. `tests/ide/QUESTION/` holds texts in which `<|>` marks the places that
//! are asked about, beside each the answers; `UPDATE=1` writes those anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use kubectl_oci_core::config::Config;
use kubectl_oci_core::diag::{Applicability, Location};
use kubectl_oci_core::ide::{self, Completion, CompletionKind, Symbol, Workspace};
use kubectl_oci_core::lint::Linter;
use kubectl_oci_core::model::{File, Role};
use kubectl_oci_core::text::{self, Edit, Encoding, Span};
use kubectl_oci_tests::golden;
use kubectl_oci_tests::mutate::{Random, mutate};

const MARK: &str = "<|>";

/// Files that stand beside the text that is asked about.
const NEIGHBOURS: &str = "neighbours";

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ide").join(name)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of texts") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "mdx") {
                out.push(path);
            }
        }
    }
    out.sort();
    assert!(!out.is_empty(), "{} holds nothing", folder.display());
    out
}

/// The text without its marks, and where they stood.
fn unmarked(text: &str) -> (String, Vec<usize>) {
    let mut out = String::new();
    let mut places = Vec::new();
    for (index, part) in text.split(MARK).enumerate() {
        if index > 0 {
            places.push(out.len());
        }
        out.push_str(part);
    }
    (out, places)
}

/// Asks about each mark of each text of a folder and compares the answers.
fn ask(question: &str, extension: &str, answer: impl Fn(&Linter<'_>, &File, usize) -> String) {
    for path in files(&folder(question)) {
        let (text, places) = unmarked(&std::fs::read_to_string(&path).expect("a text"));
        let mut workspace = Workspace::new(Config::default());
        for neighbour in files(&folder(NEIGHBOURS)) {
            let name = neighbour.file_name().and_then(|name| name.to_str()).expect("a name");
            workspace.put(name, std::fs::read_to_string(&neighbour).expect("a text"), Role::Named);
        }
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        workspace.put(name, text, Role::Named);
        let linter = workspace.linter();
        let file = workspace.files().last().expect("the text");
        let mut out = String::new();
        for place in places {
            let position = file.lines().position(&file.text, place, Encoding::Utf32);
            let _ = writeln!(out, "# {}:{}\n", position.line + 1, position.column + 1);
            let _ = writeln!(out, "{}\n", answer(&linter, file, place).trim_end());
        }
        golden::check(&path.with_extension(extension), &format!("{}\n", out.trim_end()));
    }
}

#[test]
fn hovers_say_what_is_meant() {
    ask("hover", "md", |linter, file, offset| match ide::hover(linter, unbound(file, linter), offset) {
        None => "nothing".to_owned(),
        Some(hover) => format!("`{}`\n\n{}", hover.span.of(&file.text).replace('\n', "⏎"), hover.markdown),
    });
}

/// The file as the linter has it: it lives as long as the set.
fn unbound<'a>(file: &File, linter: &Linter<'a>) -> &'a File {
    &linter.set().files()[file.id.0 as usize]
}

#[test]
fn completions_fit_the_place() {
    ask("complete", "txt", |linter, file, offset| {
        let mut out = String::new();
        for found in ide::completions(linter, unbound(file, linter), offset) {
            let span = found.edit.span;
            assert!(span.start() <= offset && offset <= span.end(), "{} is not at {offset}", found.label);
            let _ = write!(out, "{:?} {}", found.kind, found.label);
            let _ = write!(out, " → {:?}", found.edit.text);
            if span.end() > offset || span.start() < offset {
                let _ = write!(out, " for {:?}", span.of(&file.text));
            }
            let _ = writeln!(out, " ({})", found.detail.as_deref().unwrap_or_default());
        }
        if out.is_empty() { "nothing".to_owned() } else { out }
    });
}

#[test]
fn actions_mend_and_silence() {
    ask("actions", "txt", |linter, file, offset| {
        let file = unbound(file, linter);
        let report = linter.check(file);
        let mut out = String::new();
        for action in ide::actions(file, &report.diagnostics, Span::at(offset)) {
            let rule = action.diagnostic.map_or("", |index| report.diagnostics[index].rule);
            let _ = writeln!(out, "{:?} {} ({}): {}", action.kind, rule, action.applicability.as_str(), action.title);
            for (id, edit) in &action.edits {
                let text = &linter.set().files()[id.0 as usize].text;
                let line = text[..edit.span.start()].matches('\n').count() + 1;
                let _ = writeln!(out, "  line {line}: {:?} → {:?}", edit.span.of(text), edit.text);
            }
        }
        if out.is_empty() { "nothing".to_owned() } else { out }
    });
}

fn locations(linter: &Linter<'_>, locations: &[Location]) -> String {
    let mut out = String::new();
    for at in locations {
        let file = &linter.set().files()[at.file.0 as usize];
        let position = file.lines().position(&file.text, at.span.start(), Encoding::Utf32);
        let (line, column) = (position.line + 1, position.column + 1);
        let _ = writeln!(out, "  {}:{line}:{column} {}", file.path, at.span.of(&file.text));
    }
    out
}

#[test]
fn names_lead_to_objects_and_back() {
    ask("links", "txt", |linter, file, offset| {
        let file = unbound(file, linter);
        let definition = ide::definition(linter, file, offset);
        let references = ide::references(linter, file, offset);
        assert!(references.iter().all(|at| !definition.contains(at)), "a definition is no reference");
        format!("definition\n{}references\n{}", locations(linter, &definition), locations(linter, &references))
    });
}

fn outline(symbols: &[Symbol], depth: usize, out: &mut String) {
    for symbol in symbols {
        assert!(symbol.span.contains(symbol.selection), "{}", symbol.name);
        let _ = writeln!(out, "{:1$}{2} {3}", "", depth * 2, symbol.name, symbol.detail);
        outline(&symbol.children, depth + 1, out);
    }
}

#[test]
fn an_outline_has_objects_and_fields() {
    ask("symbols", "txt", |_, file, _| {
        let mut out = String::new();
        outline(&ide::symbols(file), 0, &mut out);
        out
    });
}

/// Every text of the examples and the cases.
fn texts() -> Vec<String> {
    let mut paths = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples"));
    paths.extend(files(&folder("")));
    paths.iter().map(|path| unmarked(&std::fs::read_to_string(path).expect("a text")).0).collect()
}

/// Puts every question to every place of a text, and tries what is answered.
fn ask_everywhere(path: &str, source: &str, step: usize) {
    let mut workspace = Workspace::new(Config::default());
    workspace.put(path, source.to_owned(), Role::Named);
    let linter = workspace.linter();
    let file = &workspace.files()[0];
    let lies_within = |span: Span| assert!(source.get(span.start()..span.end()).is_some(), "{span:?} of\n{source}");
    let diagnostics = linter.check(file).diagnostics;
    for symbol in ide::symbols(file) {
        lies_within(symbol.span);
        lies_within(symbol.selection);
    }
    for offset in (0..=source.len() + 1).step_by(step) {
        if let Some(hover) = ide::hover(&linter, file, offset) {
            lies_within(hover.span);
            assert!(!hover.markdown.is_empty());
        }
        for at in ide::definition(&linter, file, offset).iter().chain(&ide::references(&linter, file, offset)) {
            lies_within(at.span);
        }
        for found in ide::completions(&linter, file, offset) {
            let span = found.edit.span;
            assert!(span.start() <= offset && offset <= span.end(), "{} at {offset} of\n{source}", found.label);
            check_edit(path, source, std::slice::from_ref(&found.edit));
            // In a text that is broken on purpose nobody knows what a line stands for.
            if step == 1 && offset % 3 == 0 {
                check_completion(path, source, &found);
            }
        }
    }
    for found in &diagnostics {
        for action in ide::actions(file, &diagnostics, found.at.span) {
            assert_ne!(action.applicability, Applicability::Display);
            let edits: Vec<Edit> = action.edits.into_iter().map(|(_, edit)| edit).collect();
            check_edit(path, source, &edits);
        }
    }
}

/// A text that could be read can be read with the completion in it; and a field is where it should be.
fn check_completion(path: &str, source: &str, found: &Completion) {
    let after = check_edit(path, source, std::slice::from_ref(&found.edit));
    let mut workspace = Workspace::new(Config::default());
    workspace.put(path, source.to_owned(), Role::Named);
    if workspace.files()[0].syntax_errors().next().is_some() || found.kind == CompletionKind::Snippet {
        return;
    }
    workspace.put(path, after.clone(), Role::Named);
    let (linter, file) = (workspace.linter(), &workspace.files()[0]);
    assert!(file.syntax_errors().next().is_none(), "{} makes unreadable\n{after}", found.label);
    let Some(documentation) = found.documentation.as_ref().filter(|_| found.kind == CompletionKind::Field) else {
        return;
    };
    // Without its kind an object is nobody's.
    if matches!(found.label.as_str(), "apiVersion" | "kind" | "metadata" | "spec") {
        return;
    }
    let key = found.edit.span.start() + found.edit.text.find(&found.label).expect("the key");
    let hover = ide::hover(&linter, file, key).map(|hover| hover.markdown).unwrap_or_default();
    assert!(hover.starts_with(documentation), "{} is another field in\n{after}\n{hover}", found.label);
}

fn check_edit(path: &str, source: &str, edits: &[Edit]) -> String {
    let after = text::apply(source, edits).unwrap_or_else(|error| panic!("{error} in {edits:?} of\n{source}"));
    Workspace::new(Config::default()).put(path, after.clone(), Role::Named);
    after
}

#[test]
fn every_place_of_every_text_has_an_answer_within_it() {
    for text in texts() {
        ask_everywhere("a.yaml", &text, 1);
    }
}

#[test]
fn half_written_and_broken_texts_are_answered_too() {
    for (index, seed) in texts().iter().enumerate() {
        let mut random = Random::new(index as u64 + 1);
        for round in 0..4 {
            let mut text = mutate(seed, &mut random);
            let cut = text.floor_char_boundary(text.len() * (round + 1) / 5);
            text.truncate(cut);
            ask_everywhere("a.yaml", &text, 3);
            ask_everywhere("a.md", &format!("# é\n\n- x\n\n  ```yaml\n{text}\n"), 5);
            ask_everywhere("kustomization.yaml", &text.replace('\n', "\r\n"), 7);
        }
    }
}

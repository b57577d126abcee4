//! What holds of any text: reading it never panics, spans lie where they should, nothing takes long.

use std::time::{Duration, Instant};

use kubectl_oci_core::text::Span;
use kubectl_oci_core::yaml::{self, Kind, MAX_DEPTH, Node, Style};

use crate::yaml_mutations::{Mutations, seeds};

#[test]
fn spans_lie_within_the_text_and_each_other() {
    let seeds = seeds();
    for seed in &seeds {
        check(seed);
    }
    let mut mutations = Mutations::new(1, &seeds);
    for _ in 0..40_000 {
        check(&mutations.next_text());
    }
}

fn check(text: &str) {
    let tree = yaml::parse(text);
    let mut end = 0;
    for (index, document) in tree.documents().iter().enumerate() {
        assert!(lies_in(text, document.span), "{text:?}: document {index}");
        assert!(document.span.start() >= end || document.error.is_some(), "{text:?}: document {index} overlaps");
        end = document.span.start();
        if let Some(error) = &document.error {
            assert!(lies_in(text, error.span) && !error.message.is_empty(), "{text:?}: {error:?}");
        }
        let Some(root) = tree.root(text, index) else { continue };
        check_node(text, root, Span::new(document.span.start(), text.len()));
        // Whatever comes of it.
        let _ = yaml::to_json(root);
    }
    check_comments(text, &tree);
}

fn check_node(text: &str, node: Node<'_>, around: Span) {
    let span = node.span();
    assert!(lies_in(text, span) && around.contains(span), "{text:?}: {node:?} in {around:?}");
    assert!(span.contains(node.text_span()), "{text:?}: {node:?} has its text at {:?}", node.text_span());
    if node.is_alias() {
        assert!(span.of(text).starts_with('*'), "{text:?}: {node:?}");
        return;
    }
    match node.kind() {
        Kind::Scalar => check_scalar(text, node),
        Kind::Sequence => check_children(text, node, node.items()),
        Kind::Mapping => check_children(text, node, node.entries().flat_map(|entry| [entry.key, entry.value])),
    }
}

fn check_scalar(text: &str, node: Node<'_>) {
    let written = node.span().of(text);
    let begins = match node.style() {
        Style::SingleQuoted => written.starts_with('\'') && written.ends_with('\''),
        Style::DoubleQuoted => written.starts_with('"') && written.ends_with('"'),
        Style::Literal => written.starts_with('|'),
        Style::Folded => written.starts_with('>'),
        Style::Plain => written.is_empty() == node.text().is_empty(),
        Style::Block | Style::Flow => false,
    };
    assert!(begins && !written.ends_with([' ', '\t', '\n', '\r']), "{text:?}: {node:?} is {written:?}");
    let _ = node.scalar();
}

fn check_children<'a>(text: &str, node: Node<'a>, children: impl Iterator<Item = Node<'a>>) {
    let mut end = node.span().start;
    for child in children {
        assert!(child.span().start >= end, "{text:?}: {child:?} begins before {end}");
        end = child.span().end;
        check_node(text, child, node.span());
    }
    match node.style() {
        // A sequence begins with its dash; a mapping with its key, or with `?`.
        Style::Block => assert!(node.span().end == end, "{text:?}: {node:?} ends at {end}"),
        _ => assert!(node.span().end >= end, "{text:?}: {node:?} ends at {end}"),
    }
}

fn check_comments(text: &str, tree: &yaml::Tree) {
    let mut end = 0;
    for comment in yaml::comments(text, tree) {
        let written = comment.span.of(text);
        assert!(lies_in(text, comment.span) && comment.span.start() >= end, "{text:?}: {comment:?}");
        assert!(written.starts_with('#') && !written.contains(['\n', '\r']), "{text:?}: {comment:?}");
        end = comment.span.end();
    }
}

fn lies_in(text: &str, span: Span) -> bool {
    span.end() <= text.len() && text.is_char_boundary(span.start()) && text.is_char_boundary(span.end())
}

/// Reads on a stack of 1 MiB, as a browser has it, and within a time that only a loop of loops misses.
fn reads(text: String) -> yaml::Tree {
    let reader = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
        let start = Instant::now();
        let tree = yaml::parse(&text);
        for index in 0..tree.documents().len().min(10) {
            if let Some(root) = tree.root(&text, index) {
                let _ = yaml::to_json(root);
            }
        }
        let _ = yaml::comments(&text, &tree).count();
        assert!(start.elapsed() < Duration::from_secs(20), "{} bytes took {:?}", text.len(), start.elapsed());
        tree
    });
    reader.expect("a thread").join().expect("reading does not panic")
}

#[test]
fn nothing_nests_too_deep() {
    let deep = 100_000;
    let mut indented = String::new();
    for depth in 0..3_000 {
        indented += &format!("{}a:\n", " ".repeat(depth));
    }
    for text in [
        "[".repeat(deep),
        "{a: ".repeat(deep),
        "[{".repeat(deep),
        "- ".repeat(deep),
        "? ".repeat(deep),
        "- ? ".repeat(deep),
        format!("{}{}", "[".repeat(deep), "]".repeat(deep)),
        indented,
    ] {
        let start: String = text.chars().take(20).collect();
        let tree = reads(text);
        let message = tree.documents()[0].error.as_ref().map_or("", |error| &error.message);
        assert!(message.contains("nest more than 1,000 deep"), "{start}: {message}");
    }
    let fits = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert_eq!(reads(fits).documents()[0].error, None);
}

#[test]
fn aliases_do_not_blow_up() {
    // Each line stands for ten times the one before.
    let mut bomb = "a0: &a0 x\n".to_owned();
    for line in 1..40 {
        let alias = format!("*a{}, ", line - 1);
        bomb += &format!("a{line}: &a{line} [{}]\n", alias.repeat(10));
    }
    // Each line stands for a value one deeper.
    let mut tower = "a0: &a0 [x]\n".to_owned();
    for line in 1..20_000 {
        tower += &format!("a{line}: &a{line} [*a{}]\n", line - 1);
    }
    let mut merges = "a0: &a0 {k: v}\n".to_owned();
    for line in 1..2_000 {
        merges += &format!("a{line}: &a{line} {{<<: *a{}, k{line}: v}}\n", line - 1);
    }
    for text in [bomb, tower, merges] {
        let tree = reads(text);
        assert!(tree.documents()[0].error.is_some());
    }
    let many: String = (0..50_000).map(|line| format!("a{line}: &a{line} x\nb{line}: *a{line}\n")).collect();
    assert_eq!(reads(many).documents()[0].error, None);
}

#[test]
fn large_and_strange_texts_are_read_in_time() {
    let long = "x".repeat(500_000);
    let texts = [
        format!("a: {long}"),
        format!("a: '{long}'"),
        format!("a: \"{long}\\n\""),
        format!("a: |\n  {long}\n"),
        format!("a: |\n{}", "  line\n".repeat(50_000)),
        format!("a: >\n{}", "  line\n\n".repeat(50_000)),
        format!("a: b\n{}", "  c\n".repeat(50_000)),
        format!("a: \"{}\"", "é\n ".repeat(50_000)),
        format!("a: b\n{}", "\n".repeat(50_000)),
        format!("a: b\n{}", "# c\n".repeat(50_000)),
        format!("a: {}", "b # c ".repeat(50_000)),
        format!("[{}]", "a, ".repeat(50_000)),
        format!("{{{}}}", "a: b, ".repeat(50_000)),
        "a: 1\n".repeat(20_000),
        "- a\n".repeat(50_000),
        "---\n".repeat(50_000),
        "a: [\n---\n".repeat(20_000),
        "a: 'x\n---\n".repeat(20_000),
        "\u{1}\n---\n".repeat(20_000),
        "%YAML 1.2\n---\n".repeat(20_000),
        "-".repeat(50_000),
        "- - ".repeat(20_000),
        "#".repeat(50_000),
        "\t".repeat(50_000),
        "\r".repeat(50_000),
        "\u{2028}".repeat(50_000),
        "\u{feff}".repeat(50_000),
        "&a ".repeat(50_000),
        "!a ".repeat(50_000),
        "!".repeat(50_000),
        format!("!{}", "%41".repeat(50_000)),
        ": ".repeat(50_000),
        "? \n".repeat(50_000),
        "\"".repeat(500_001),
        "'".repeat(500_001),
        "\\".repeat(50_000),
        format!("a: \"{}", "\\".repeat(500_001)),
        "{{ x }}\n".repeat(20_000),
        "%TAG !e! x\n".repeat(20_000),
    ];
    for text in texts {
        reads(text);
    }
}

use super::parse;
use crate::yaml::{Kind, Node, Style, Tree};

/// The nodes of the first document in the order of the text: what is written where they stand. An
/// empty one is its offset.
fn written(text: &str) -> Vec<String> {
    fn walk(node: Node<'_>, out: &mut Vec<String>) {
        let span = node.span();
        let written = span.of(node.source());
        out.push(if span.is_empty() { format!("@{}", span.start) } else { written.to_owned() });
        if node.is_alias() {
            return;
        }
        match node.kind() {
            Kind::Scalar => {}
            Kind::Sequence => node.items().for_each(|item| walk(item, out)),
            Kind::Mapping => node.entries().for_each(|entry| {
                walk(entry.key, out);
                walk(entry.value, out);
            }),
        }
    }
    let tree = parse(text);
    let mut out = Vec::new();
    if let Some(root) = tree.root(text, 0) {
        walk(root, &mut out);
    }
    out
}

#[test]
fn block_collections_run_from_the_first_key_or_dash_to_the_last_value() {
    assert_eq!(written("# a\nb: c  # d\n\n"), ["b: c", "b", "c"]);
    assert_eq!(written("a:\n- b\n-  c # d\n"), ["a:\n- b\n-  c", "a", "- b\n-  c", "b", "c"]);
    assert_eq!(written("- - a\n  - b: c\n"), ["- - a\n  - b: c", "- a\n  - b: c", "a", "b: c", "b", "c"]);
    assert_eq!(written("&x\n!!map\n&y a: &z\n  b: c\n"), ["a: &z\n  b: c", "a", "b: c", "b", "c"]);
    assert_eq!(written("? a\n: b\n"), ["? a\n: b", "a", "b"]);
}

#[test]
fn an_empty_value_stands_behind_its_indicator() {
    assert_eq!(written("a:   # b\nc: d\n"), ["a:   # b\nc: d", "a", "@2", "c", "d"]);
    assert_eq!(written("-\n- a\n- # b\n"), ["-\n- a\n-", "@1", "a", "@7"]);
    assert_eq!(written("a: &x !!str\nb: *x\n"), ["a: &x !!str\nb: *x", "a", "@11", "b", "*x"]);
    assert_eq!(written("? a\n? \n"), ["? a\n?", "a", "@3", "@5", "@5"]);
    assert_eq!(written("--- # a\n"), ["@3"]);
    assert_eq!(written("{a, b: , c: }"), ["{a, b: , c: }", "a", "@2", "b", "@6", "c", "@11"]);
}

#[test]
fn scalars_include_quotes_and_headers() {
    assert_eq!(written("a: 'b' # c\nd: \"e\\\n  f\"\n")[2..], ["'b'", "d", "\"e\\\n  f\""]);
    assert_eq!(written("a: |- # b\n  c  \n\n  d  \n\n\ne: 1")[2..], ["|- # b\n  c  \n\n  d", "e", "1"]);
    assert_eq!(written("a: >+  # b\n\nc: d")[2..], [">+", "c", "d"]);
    assert_eq!(written("a: b\n  c \t # d\n")[2..], ["b\n  c"]);
    assert_eq!(written("[a b , 'c':d]"), ["[a b , 'c':d]", "a b", "'c':d", "'c'", "d"]);
    assert_eq!(written("{ a: [ b ] , ? c : d }"), ["{ a: [ b ] , ? c : d }", "a", "[ b ]", "b", "c", "d"]);
}

#[test]
fn parts_of_a_scalar_stand_in_the_source() {
    let parts = |text: &str, start, end| {
        let tree = parse(text);
        tree.root(text, 0).and_then(|root| root.get("a")).map(|node| node.part(start, end).of(text).to_owned())
    };
    assert_eq!(parts("a: bcd", 1, 2).as_deref(), Some("c"));
    assert_eq!(parts("a: 'bcd'", 1, 9).as_deref(), Some("cd"));
    assert_eq!(parts("a: |\n  bcd\n", 0, 9).as_deref(), Some("bcd"), "the line break lies outside");
    assert_eq!(parts("a: \"b\\tc\"", 0, 1).as_deref(), Some("\"b\\tc\""), "cooked text has no parts");
}

#[test]
fn one_line_in_a_block_scalar_is_not_copied() {
    let cooked = |text: &str| parse(text).cooked.len();
    assert_eq!(cooked("a: >-\n  b\n"), 0);
    assert_eq!(cooked("a: |\n  b\n"), 0);
    assert_eq!(cooked("a: |\n  b\n  c\n"), 4);
    assert_eq!(cooked("a: b\nc: 'd'\ne: \"f\"\n"), 0);
}

fn documents(text: &str, tree: &Tree) -> Vec<(String, Option<String>)> {
    let documents = tree.documents().iter();
    documents
        .map(|document| (document.span.of(text).to_owned(), document.error.as_ref().map(|error| error.message.clone())))
        .collect()
}

#[test]
fn documents_are_read_on_their_own() {
    let read = |text: &str| documents(text, &parse(text));
    let fine = |text: &str| (text.to_owned(), None);
    assert_eq!(read(""), []);
    assert_eq!(read("# a\n\n"), []);
    assert_eq!(read("# a\nb: c\n# d\n---\ne"), [fine("b: c\n# d\n"), fine("---\ne")]);
    assert_eq!(read("---\n---\n"), [fine("---\n"), fine("---\n")]);
    assert_eq!(read("a\n...\n...\n--- b\n"), [fine("a\n..."), fine("--- b\n")]);
    assert_eq!(read("a: 1\n---\n\u{feff}b: 2\n").len(), 2);
    let broken = read("a: [\n--- # next\nb: 'c\n---\nd: e\n");
    assert_eq!(broken.iter().map(|(_, error)| error.is_some()).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(broken[2].0, "---\nd: e\n");
    // What an anchor or a %TAG line says holds in its document alone.
    assert!(read("&a b\n---\n*a\n")[1].1.is_some());
    assert!(read("%TAG !e! x\n---\n!e!a b\n---\n!e!a b\n")[1].1.is_some());
}

#[test]
fn a_byte_order_mark_begins_a_file_or_a_joined_one() {
    for (text, document) in [("\u{feff}a: b\n", 0), ("x: y\n---\n\u{feff}a: b\n", 1)] {
        let tree = parse(text);
        let value = tree.root(text, document).and_then(|root| root.get("a"));
        assert_eq!(value.map(Node::text), Some("b"), "{text:?}");
    }
}

#[test]
fn merges_are_told_by_tag_and_style() {
    for (text, merges) in [
        ("<<: {}", true),
        ("'<<': {}", false),
        ("!!merge '<<': {}", true),
        ("! '<<': {}", true),
        ("!!str <<: {}", false),
    ] {
        let tree = parse(text);
        let key = tree.root(text, 0).and_then(|root| root.entries().next()).map(|entry| entry.key);
        assert_eq!(key.map(Node::is_merge), Some(merges), "{text}");
    }
}

#[test]
fn styles_are_kept() {
    let text = "a: b\nc: 'd'\ne: \"f\"\ng: |\n  h\ni: >\n  j\nk: []\nl:\n- m\n";
    let tree = parse(text);
    let styles: Vec<Style> =
        tree.root(text, 0).into_iter().flat_map(Node::entries).map(|entry| entry.value.style()).collect();
    let expected = [
        Style::Plain,
        Style::SingleQuoted,
        Style::DoubleQuoted,
        Style::Literal,
        Style::Folded,
        Style::Flow,
        Style::Block,
    ];
    assert_eq!(styles, expected);
}

//! Our reader against a parser of YAML 1.2: documents that both accept mean the same, save where the
//! two versions of YAML differ.

use std::fmt::Write as _;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};
use kubectl_oci_core::yaml::{self, Kind, MAX_DEPTH, Node, Style, Tag};

use crate::yaml_mutations::{Mutations, seeds};

type Holds = fn(&str) -> bool;

/// The differences of the two versions, by what a text must hold for them.
const KNOWN: &[(&str, Holds)] = &[
    ("1.2 breaks lines at U+0085, U+2028 and U+2029 no longer", |text| {
        text.contains(['\u{85}', '\u{2028}', '\u{2029}'])
    }),
    ("between brackets, a `?` begins a key in 1.1 whatever follows", |text| text.contains('?')),
    ("the name of an anchor is letters, digits, `-` and `_` in libyaml", |text| {
        text.split(['&', '*']).skip(1).any(|after| {
            let end = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
            !end.is_empty() && !end.starts_with([' ', '\t', '\n', '\r'])
        })
    }),
    ("the lines of a block scalar are indented in libyaml, even at the outermost level", |text| {
        text.lines().any(|line| line.trim_start_matches("---").trim_start().starts_with(['|', '>', '!', '&']))
    }),
    ("a `:` before a bracket or comma belongs to the scalar in 1.1", |text| {
        [":,", ":[", ":]", ":{", ":}"].iter().any(|pair| text.contains(pair))
    }),
    ("a tag may hold commas and brackets in libyaml", |text| text.contains('!') && text.contains(['[', '{'])),
    ("a byte order mark is one at the beginning alone, for go-yaml", |text| text.contains('\u{feff}')),
];

#[test]
fn both_parsers_mean_the_same() {
    let seeds = seeds();
    let mut mutations = Mutations::new(2, &seeds);
    let texts = seeds.iter().cloned().chain((0..40_000).map(|_| mutations.next_text())).collect::<Vec<_>>();
    let (mut compared, mut differ) = (0, Vec::new());
    for text in &texts {
        let (Some(ours), Some(theirs)) = (ours(text), theirs(text)) else { continue };
        compared += 1;
        if ours != theirs && !KNOWN.iter().any(|(_, holds)| holds(text)) {
            differ.push(format!("{text:?}\n  ours   {ours}\n  theirs {theirs}"));
        }
    }
    assert!(compared > texts.len() / 4, "both accept {compared} of {}", texts.len());
    assert!(differ.is_empty(), "{} of {compared} differ:\n{}", differ.len(), differ[..differ.len().min(8)].join("\n"));
}

/// What a text means to us, written as events; `None` where a document cannot be read.
fn ours(text: &str) -> Option<String> {
    let tree = yaml::parse(text);
    let mut said = String::new();
    for (index, document) in tree.documents().iter().enumerate() {
        if document.error.is_some() {
            return None;
        }
        said.push_str("document ");
        if let Some(root) = tree.root(text, index) {
            describe(root, &mut said);
        }
    }
    Some(said)
}

fn describe(node: Node<'_>, said: &mut String) {
    if node.is_alias() {
        said.push_str("alias ");
        return;
    }
    match node.kind() {
        Kind::Scalar => scalar(said, node.style(), node.tag(), node.text()),
        Kind::Sequence => {
            let _ = write!(said, "[{:?} ", node.style());
            node.items().for_each(|item| describe(item, said));
            said.push_str("end ");
        }
        Kind::Mapping => {
            let _ = write!(said, "{{{:?} ", node.style());
            for entry in node.entries() {
                describe(entry.key, said);
                describe(entry.value, said);
            }
            said.push_str("end ");
        }
    }
}

fn scalar(said: &mut String, style: Style, tag: Tag, text: &str) {
    let _ = write!(said, "{style:?} {tag:?} {text:?} ");
}

/// The same of the other parser.
fn theirs(text: &str) -> Option<String> {
    let mut options = Options::default();
    options.block_scalar_eof_without_line_feed = true;
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut said = String::new();
    while let Some(event) = parser.next_event() {
        let (event, span) = event.ok()?;
        match event {
            Event::DocumentStart(..) => said.push_str("document "),
            Event::Alias(_) => said.push_str("alias "),
            Event::SequenceStart(style, ..) => {
                let _ = write!(said, "[{} ", structure(style));
            }
            Event::MappingStart(style, ..) => {
                let _ = write!(said, "{{{} ", structure(style));
            }
            Event::SequenceEnd | Event::MappingEnd => said.push_str("end "),
            Event::Scalar(value, style, _, tag) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::SingleQuoted,
                    ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                };
                // Nothing written is null; this parser says "~" with an empty span.
                let nothing = style == Style::Plain && span.byte_range().is_none_or(|range| range.is_empty());
                let tag = tag.map_or(Tag::None, |tag| meaning(&tag));
                scalar(&mut said, style, tag, if nothing { "" } else { &value });
            }
            _ => {}
        }
    }
    Some(said)
}

fn structure(style: StructureStyle) -> &'static str {
    if style == StructureStyle::Flow { "Flow" } else { "Block" }
}

fn meaning(tag: &granit_parser::Tag) -> Tag {
    if tag.handle().is_empty() && tag.suffix() == "!" {
        return Tag::Str;
    }
    match tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() {
        Some("str") => Tag::Str,
        Some("int") => Tag::Int,
        Some("float") => Tag::Float,
        Some("bool") => Tag::Bool,
        Some("null") => Tag::Null,
        Some("binary") => Tag::Binary,
        Some("timestamp") => Tag::Timestamp,
        _ => Tag::Other,
    }
}

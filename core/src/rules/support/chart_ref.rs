//! Rewriting a HelmRelease's `chart:` block as `chartRef:`, its comments kept.

use crate::collections::Gather;
use crate::model::HelmRelease;
use crate::text::{Edit, Span};
use crate::yaml::patch::{self, Value};
use crate::yaml::{self, Entry, Node, Style};

/// The edits that replace `chart` by a `chartRef` to the same source. `None` where the block is
/// not written out in the release itself, or something in it is used elsewhere.
pub(in crate::rules) fn replace_chart(release: &HelmRelease<'_>) -> Option<Vec<Edit>> {
    let source_ref = release.chart.as_ref()?.source_ref.as_ref()?;
    let chart = own_entry(release.spec, "chart")?;
    let spec = own_entry(chart.value, "spec")?;
    let reference = own_entry(spec.value, "sourceRef")?;
    if reference.value.is_alias() || release.chart_ref.is_some() {
        return None;
    }
    let text = chart.key.source();
    let written = ["kind", "name", "namespace"].map(|key| own_entry(reference.value, key));
    if chart.value.style() == Style::Block && spec.value.style() == Style::Block {
        return rewrite_lines(text, chart, &written);
    }
    if Span::new(chart.key.span().start(), chart.value.span().end()).of(text).contains(['#', '&', '*']) {
        return None;
    }
    let mut entries = vec![("kind", "OCIRepository"), ("name", source_ref.name.as_ref()?.node.text())];
    entries.extend(source_ref.namespace.as_ref().map(|namespace| ("namespace", namespace.node.text())));
    Some(vec![patch::replace_entry(release.spec, chart, "chartRef", &Value::strings(&entries))])
}

/// An entry that stands in the mapping itself, not merged into it.
fn own_entry<'a>(mapping: Node<'a>, key: &str) -> Option<Entry<'a>> {
    if mapping.is_alias() {
        return None;
    }
    mapping.entries().filter(|entry| entry.key.text() == key).last()
}

/// Goes through the block line by line: what names the source moves up, comments stay, the rest
/// goes.
fn rewrite_lines(text: &str, chart: Entry<'_>, written: &[Option<Entry<'_>>; 3]) -> Option<Vec<Edit>> {
    let start = line_end(text, chart.key.span().end());
    let end = line_end(text, chart.value.span().end());
    let first = chart.value.span().start();
    let indent = " ".repeat(first - text.get(..first)?.rfind('\n')? - 1);
    let newline = if text.get(..start)?.ends_with('\r') { "\r\n" } else { "\n" };
    let comments: Vec<Span> = yaml::comments(text, chart.key.tree())
        .map(|comment| comment.span)
        .skip_while(|span| span.start() < start)
        .take_while(|span| span.start() < end)
        .gather();
    let mut out = String::new();
    let mut at = start;
    for line in text.get(start..end)?.split_inclusive('\n') {
        let span = Span::new(at, at + line.len());
        at += line.len();
        let comment = comments.iter().find(|comment| span.contains(**comment)).map_or("", |comment| comment.of(text));
        let moved: Vec<&str> = written
            .iter()
            .flatten()
            .map(|entry| Span::new(entry.key.span().start(), entry.value.span().end()))
            .filter(|entry| span.contains(*entry))
            .map(|entry| entry.of(text))
            .gather();
        // An anchor that goes may be missed elsewhere.
        let kept: usize = moved.iter().map(|entry| entry.matches('&').count()).sum();
        if line.replace(comment, "").matches('&').count() > kept {
            return None;
        }
        match (moved.as_slice(), comment) {
            ([], "") => {}
            ([], comment) => out.push_str(&format!("{newline}{indent}{comment}")),
            ([entry], "") => out.push_str(&format!("{newline}{indent}{entry}")),
            ([entry], comment) => out.push_str(&format!("{newline}{indent}{entry} {comment}")),
            (entries, comment) => {
                let lines = entries.iter().copied().chain((!comment.is_empty()).then_some(comment));
                lines.for_each(|line| out.push_str(&format!("{newline}{indent}{line}")));
            }
        }
    }
    if written.iter().flatten().count() != out.lines().filter(|line| is_entry(line)).count() {
        return None;
    }
    let after_key = start - usize::from(newline == "\r\n");
    let end = if text.get(..end)?.ends_with('\r') { end - 1 } else { end };
    Some(vec![Edit::replace(chart.key.span(), "chartRef"), Edit::replace(Span::new(after_key, end), out)])
}

fn is_entry(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with('#')
}

/// Where the line of `at` ends, before its `\n`.
fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |len| at + len)
}

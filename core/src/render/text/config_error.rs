use annotate_snippets::renderer::Renderer;
use annotate_snippets::{AnnotationKind, Group, Level, Snippet};

use crate::config::ConfigError;
use crate::text::{LineIndex, Span};

use super::super::printable::{one_line, printable};
use super::look::Look;

/// What is wrong with a configuration, at its place.
pub fn config_error_text(path: &str, text: &str, error: &ConfigError, look: &Look) -> String {
    let lines = LineIndex::new(text);
    let first = lines.line(error.span.start());
    let line = lines.span(text, first);
    let start = error.span.start().clamp(line.start(), line.end());
    // The first line shows what is meant; the rest of a mapping is not at fault.
    let marked = Span::new(start, error.span.end().clamp(start, line.end()));
    let range = marked.start() - line.start()..marked.end() - line.start();
    let snippet = Snippet::source(line.of(text))
        .path(path)
        .line_start(first + 1)
        .annotation(AnnotationKind::Primary.span(range).label(error.help.as_deref().map(one_line)));
    let groups = [Group::with_title(Level::ERROR.primary_title(printable(&error.message))).element(snippet)];
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let mut out = renderer.hyperlink(false).term_width(look.width).render(&groups);
    if !look.color {
        out = out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    }
    out.push('\n');
    out
}

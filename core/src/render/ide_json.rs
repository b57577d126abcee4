//! What editors ask, as JSON: `docs/schemas/ide.schema.json`. Ranges are those of `lint`'s contract, in the units that
//! the editor counts in.

use serde::Serialize;

use crate::collections::Gather;
use crate::diag::Location;
use crate::ide::{Action, ActionKind, Completion, CompletionKind, Hover, Symbol, SymbolKind};
use crate::model::File;
use crate::text::{Encoding, Span};

use super::json::{JsonEdit, line};
use super::place::JsonRange;

#[derive(Serialize)]
struct JsonHover<'a> {
    range: JsonRange,
    markdown: &'a str,
}

/// `{"range", "markdown"}`, or `null` where nothing is said.
pub fn hover_json(hover: Option<&Hover>, file: &File, encoding: Encoding) -> String {
    let hover = hover
        .map(|hover| JsonHover { range: JsonRange::counted(file, hover.span, encoding), markdown: &hover.markdown });
    line(&hover).unwrap_or_default()
}

#[derive(Serialize)]
struct JsonCompletion<'a> {
    label: &'a str,
    kind: &'static str,
    detail: Option<&'a str>,
    documentation: Option<&'a str>,
    edit: JsonEdit<'a>,
}

/// An array of `{"label", "kind", "detail", "documentation", "edit"}`, the best first.
pub fn completions_json(completions: &[Completion], file: &File, encoding: Encoding) -> String {
    let row = |completion: &Completion| {
        line(&JsonCompletion {
            label: &completion.label,
            kind: match completion.kind {
                CompletionKind::Field => "field",
                CompletionKind::Value => "value",
                CompletionKind::Reference => "reference",
                CompletionKind::Snippet => "snippet",
            },
            detail: completion.detail.as_deref(),
            documentation: completion.documentation.as_deref(),
            edit: JsonEdit {
                path: &file.path,
                range: JsonRange::counted(file, completion.edit.span, encoding),
                text: &completion.edit.text,
            },
        })
    };
    array(completions.iter().map(row))
}

#[derive(Serialize)]
struct JsonAction<'a> {
    title: &'a str,
    kind: &'static str,
    applicability: &'static str,
    diagnostic: Option<usize>,
    edits: Vec<JsonEdit<'a>>,
}

/// An array of `{"title", "kind", "applicability", "diagnostic", "edits"}`; `diagnostic` is the position of the
/// finding among those that were handed in.
pub fn actions_json(actions: &[Action], files: &[File], encoding: Encoding) -> String {
    let row = |action: &Action| {
        let edits = action.edits.iter().filter_map(|(id, edit)| {
            let file = files.get(id.0 as usize)?;
            Some(JsonEdit { path: &file.path, range: JsonRange::counted(file, edit.span, encoding), text: &edit.text })
        });
        line(&JsonAction {
            title: &action.title,
            kind: match action.kind {
                ActionKind::Fix => "fix",
                ActionKind::Suppress => "suppress",
            },
            applicability: action.applicability.as_str(),
            diagnostic: action.diagnostic,
            edits: edits.gather(),
        })
    };
    array(actions.iter().map(row))
}

#[derive(Serialize)]
struct JsonSymbol<'a> {
    name: &'a str,
    detail: &'a str,
    kind: &'static str,
    range: JsonRange,
    selection: JsonRange,
    children: Vec<JsonSymbol<'a>>,
}

impl<'a> JsonSymbol<'a> {
    fn of(symbol: &'a Symbol, range: &impl Fn(Span) -> JsonRange) -> Self {
        Self {
            name: &symbol.name,
            detail: &symbol.detail,
            kind: match symbol.kind {
                SymbolKind::Object => "object",
                SymbolKind::Field => "field",
            },
            range: range(symbol.span),
            selection: range(symbol.selection),
            children: symbol.children.iter().map(|child| Self::of(child, range)).gather(),
        }
    }
}

/// An array of `{"name", "detail", "kind", "range", "selection", "children"}`.
pub fn symbols_json(symbols: &[Symbol], file: &File, encoding: Encoding) -> String {
    let range = |span: Span| JsonRange::counted(file, span, encoding);
    array(symbols.iter().map(|symbol| line(&JsonSymbol::of(symbol, &range))))
}

#[derive(Serialize)]
struct JsonLocation<'a> {
    path: &'a str,
    range: JsonRange,
}

/// An array of `{"path", "range"}`.
pub fn locations_json(locations: &[Location], files: &[File], encoding: Encoding) -> String {
    array(locations.iter().filter_map(|at| {
        let file = files.get(at.file.0 as usize)?;
        Some(line(&JsonLocation { path: &file.path, range: JsonRange::counted(file, at.span, encoding) }))
    }))
}

/// A row a line.
fn array(rows: impl Iterator<Item = Result<String, std::fmt::Error>>) -> String {
    let rows: Vec<String> = rows.map(Result::unwrap_or_default).gather();
    format!("[{}]", rows.join(",\n"))
}

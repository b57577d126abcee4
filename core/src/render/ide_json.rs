//! What editors ask, as JSON: `docs/schemas/ide.schema.json`. Ranges are those of `lint`'s contract, in the units that
//! the editor counts in.

use crate::diag::Location;
use crate::ide::{Action, ActionKind, Completion, CompletionKind, Hover, Symbol, SymbolKind};
use crate::model::File;
use crate::text::Encoding;

use super::place::JsonRange;
use super::writer::Json;

/// `{"range", "markdown"}`, or `null` where nothing is said.
pub fn hover_json(hover: Option<&Hover>, file: &File, encoding: Encoding) -> String {
    Json::of(|json| match hover {
        Some(hover) => json.object(|json| {
            json.name("range").range(JsonRange::counted(file, hover.span, encoding));
            json.name("markdown").text(&hover.markdown);
        }),
        None => json.null(),
    })
}

/// An array of `{"label", "kind", "detail", "documentation", "edit"}`, the best first.
pub fn completions_json(completions: &[Completion], file: &File, encoding: Encoding) -> String {
    array(completions, |json, completion| {
        json.object(|json| {
            json.name("label").text(&completion.label);
            json.name("kind").text(match completion.kind {
                CompletionKind::Field => "field",
                CompletionKind::Value => "value",
                CompletionKind::Reference => "reference",
                CompletionKind::Snippet => "snippet",
            });
            json.name("detail").optional(completion.detail.as_deref());
            json.name("documentation").optional(completion.documentation.as_deref());
            let range = JsonRange::counted(file, completion.edit.span, encoding);
            json.name("edit").edit(&file.path, range, &completion.edit.text);
        });
    })
}

/// An array of `{"title", "kind", "applicability", "diagnostic", "edits"}`; `diagnostic` is the position of the
/// finding among those that were handed in.
pub fn actions_json(actions: &[Action], files: &[File], encoding: Encoding) -> String {
    array(actions, |json, action| {
        json.object(|json| {
            json.name("title").text(&action.title);
            json.name("kind").text(match action.kind {
                ActionKind::Fix => "fix",
                ActionKind::Suppress => "suppress",
            });
            json.name("applicability").text(action.applicability.as_str());
            json.name("diagnostic");
            match action.diagnostic {
                Some(position) => json.number(position),
                None => json.null(),
            }
            json.name("edits").list(&action.edits, |json, (id, edit)| {
                if let Some(file) = files.get(id.0 as usize) {
                    json.edit(&file.path, JsonRange::counted(file, edit.span, encoding), &edit.text);
                }
            });
        });
    })
}

/// An array of `{"name", "detail", "kind", "range", "selection", "children"}`.
pub fn symbols_json(symbols: &[Symbol], file: &File, encoding: Encoding) -> String {
    array(symbols, |json, symbol| write_symbol(json, symbol, file, encoding))
}

fn write_symbol(json: &mut Json, symbol: &Symbol, file: &File, encoding: Encoding) {
    json.object(|json| {
        json.name("name").text(&symbol.name);
        json.name("detail").text(&symbol.detail);
        json.name("kind").text(match symbol.kind {
            SymbolKind::Object => "object",
            SymbolKind::Field => "field",
        });
        json.name("range").range(JsonRange::counted(file, symbol.span, encoding));
        json.name("selection").range(JsonRange::counted(file, symbol.selection, encoding));
        json.name("children").list(&symbol.children, |json, child| write_symbol(json, child, file, encoding));
    });
}

/// An array of `{"path", "range"}`.
pub fn locations_json(locations: &[Location], files: &[File], encoding: Encoding) -> String {
    let known = locations.iter().filter_map(|at| Some((files.get(at.file.0 as usize)?, at.span)));
    array(known, |json, (file, span)| {
        json.object(|json| {
            json.name("path").text(&file.path);
            json.name("range").range(JsonRange::counted(file, span, encoding));
        });
    })
}

/// A row a line.
fn array<T>(rows: impl IntoIterator<Item = T>, write_row: impl FnMut(&mut Json, T)) -> String {
    format!("[{}]", Json::rows(rows, write_row).strip_prefix('\n').unwrap_or_default())
}

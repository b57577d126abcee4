//! The fields of a mapping.

use crate::collections::{Arrange, Gather};
use crate::model::schema::{Field, Schema};
use crate::model::{GROUPS, Kind, Kinds};

use super::super::cursor::{Cursor, Slot};
use super::{CompletionKind, List, fields as words, hover};

/// What an object of Flux has at its root.
const ROOT: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

/// The fields of `metadata` that people write.
const METADATA: [&str; 4] = ["name", "namespace", "labels", "annotations"];

/// True for a document that is, or may become, an object of Flux.
pub(super) fn is_of_flux(cursor: &Cursor<'_>) -> bool {
    if Kinds::FLUX.has(cursor.kind) {
        return true;
    }
    let root = cursor.mappings.last().map_or(&[][..], Vec::as_slice);
    let group = cursor.of_root("apiVersion").split('/').next().unwrap_or_default();
    cursor.kind == Kind::Foreign
        && cursor.of_root("kind").is_empty()
        && (group.is_empty() || GROUPS.iter().any(|known| known.name == group))
        && root.iter().all(|(key, _)| ROOT.contains(key))
}

/// The fields that are not there yet, those that must be first.
pub(super) fn fields(list: &mut List<'_, '_>) {
    let cursor = list.cursor;
    if !is_of_flux(cursor) {
        return;
    }
    match cursor.route.as_str() {
        "" => {
            for name in ROOT {
                let is_mapping = matches!(name, "metadata" | "spec");
                offer(list, name, None, is_mapping);
            }
        }
        "metadata" => {
            for name in METADATA {
                offer(list, name, words::field(cursor.kind, &cursor.route_of(name)), false);
            }
        }
        route => {
            let Some(schema) = words::schema_at(cursor.kind, route) else { return };
            for field in sorted(item_of(schema)) {
                offer(list, field.name, Some(field), false);
            }
        }
    }
}

/// The fields of a mapping on the lines below its key, where none of them is there yet.
pub(super) fn below(list: &mut List<'_, '_>, key: &str, schema: &'static Schema) {
    let cursor = list.cursor;
    if cursor.is_flow || cursor.has_lines_below || !list.span.is_empty() || !matches!(schema, Schema::Object { .. }) {
        return;
    }
    let column = cursor.column + 2;
    for field in sorted(schema) {
        let route = [&cursor.route_of(key), ".", field.name].concat();
        if words::since(cursor.kind, &route, None).is_some_and(|since| since > list.release) {
            continue;
        }
        let mut text = list.new_line(column);
        push_entry(&mut text, list, field.name, Some(field.schema), false, column);
        let documentation = hover::field_markdown(cursor.kind, &route);
        list.add(field.name, CompletionKind::Field, Some(detail(field)), documentation, text);
    }
}

/// The fields of a mapping, those first that must be there or are written most often.
fn sorted(schema: &'static Schema) -> Vec<&'static Field> {
    let mut all: Vec<&'static Field> = schema.fields().iter().gather();
    all.arrange_by_key(|field| (!is_needed(field), rank(field.name)));
    all
}

/// What stands where a list is wanted begins an item of it.
fn item_of(schema: &'static Schema) -> &'static Schema {
    match schema {
        Schema::List { items, .. } => items,
        schema => schema,
    }
}

fn is_needed(field: &Field) -> bool {
    field.required && field.default.is_none()
}

/// Fields that are not written beside each other: one of them would not count, or not be allowed.
const RIVALS: [(&str, &str); 2] = [("chart", "chartRef"), ("semver", "tag")];

/// What is written most often comes first; the rest by name, as the table has it.
fn rank(name: &str) -> usize {
    const OFTEN: [&str; 14] = [
        "url",
        "chartRef",
        "sourceRef",
        "kind",
        "name",
        "interval",
        "path",
        "ref",
        "semver",
        "tag",
        "digest",
        "layerSelector",
        "verify",
        "values",
    ];
    OFTEN.iter().position(|often| *often == name).unwrap_or(OFTEN.len())
}

fn offer(list: &mut List<'_, '_>, name: &str, field: Option<&'static Field>, is_mapping: bool) {
    let cursor = list.cursor;
    let is_there = |name: &str| cursor.entries().iter().any(|(key, _)| *key == name);
    let rival = RIVALS.iter().find_map(|(one, other)| match name {
        name if name == *one => Some(other),
        name if name == *other => Some(one),
        _ => None,
    });
    if is_there(name) || rival.is_some_and(|rival| is_there(rival)) {
        return;
    }
    let detail = field.map(detail);
    let route = cursor.route_of(name);
    let is_list = words::schema_at(cursor.kind, &cursor.route).is_some_and(|at| matches!(at, Schema::List { .. }));
    let route = if is_list { [&cursor.route, "[].", name].concat() } else { route };
    let documentation = hover::field_markdown(cursor.kind, &route);
    if words::since(cursor.kind, &route, None).is_some_and(|since| since > list.release) {
        return;
    }
    let text = match cursor.slot {
        Slot::Key { has_colon: true } => name.to_owned(),
        _ => {
            let dash = is_list && !cursor.is_flow;
            let column = if dash { cursor.column + 2 } else { cursor.column };
            let mut text = if dash { "- ".to_owned() } else { String::new() };
            push_entry(&mut text, list, name, field.map(|field| field.schema), is_mapping, column);
            text
        }
    };
    list.add(name, CompletionKind::Field, detail, documentation, text);
}

/// `string, required` · `duration, default 60s`
fn detail(field: &Field) -> String {
    let mut out = hover::type_words(field.schema).to_owned();
    if is_needed(field) {
        out.push_str(", required");
    }
    if let Some(default) = field.default {
        out.push_str(", default ");
        out.push_str(default);
    }
    out
}

/// A key, and what must stand below it: the next line's indentation where its value is a
/// collection, with the one key that it cannot do without.
fn push_entry(
    out: &mut String,
    list: &List<'_, '_>,
    name: &str,
    schema: Option<&'static Schema>,
    is_mapping: bool,
    column: usize,
) {
    out.push_str(name);
    out.push(':');
    let is_collection = is_mapping
        || matches!(schema, Some(Schema::Object { .. } | Schema::Map(_) | Schema::FreeObject | Schema::List { .. }));
    if !is_collection || list.cursor.is_flow {
        out.push(' ');
        return;
    }
    let column = column + 2;
    out.push_str(&list.new_line(column));
    let (schema, column) = match schema {
        Some(Schema::List { items, .. }) => {
            out.push_str("- ");
            (Some(*items), column + 2)
        }
        schema => (schema, column),
    };
    let needed = schema.map_or(&[][..], |schema| schema.fields());
    let mut needed = needed.iter().filter(|field| is_needed(field));
    if let (Some(only), None) = (needed.next(), needed.next()) {
        push_entry(out, list, only.name, Some(only.schema), false, column);
    }
}

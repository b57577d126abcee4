//! A field: its words, and what its schema says.

use crate::model::schema::{self, Pattern, Schema, is_legacy_field};
use crate::model::{Kind, Kinds};

use super::fields;

/// What a field means, is, may be and falls back to; `None` where nothing is known of it.
pub(in crate::ide) fn markdown(kind: Kind, route: &str) -> Option<String> {
    if !Kinds::FLUX_GROUPS.has(kind) && kind != Kind::Foreign {
        return None;
    }
    let words = fields::words(kind, route);
    let field = fields::field(kind, route);
    let name = route.rsplit('.').next().unwrap_or(route);
    let mut out = ["**", name, "**"].concat();
    if words.is_none() && field.is_none() {
        let is_of_spec = route.starts_with("spec.") && schema::at(kind, "spec").is_some();
        let is_legacy = is_of_spec && is_legacy_field(name);
        return is_legacy.then(|| [&out, "\n\nGone from the newest version of the API."].concat());
    }
    if let Some(field) = field {
        out.push_str(" · ");
        out.push_str(type_words(field.schema));
        if field.required && field.default.is_none() {
            out.push_str(" · required");
        }
    }
    if let Some(release) = fields::since(kind, route, None) {
        out.push_str(" · since Flux ");
        push_release(&mut out, release);
    }
    if let Some(words) = words {
        out.push_str("\n\n");
        out.push_str(words);
    }
    if let Some(field) = field {
        push_values(&mut out, field.schema, field.default);
    }
    Some(out)
}

/// Words, and behind them the release that has what they speak of first.
pub(super) fn with_release(mut words: String, since: Option<u32>) -> String {
    if let Some(release) = since {
        words.push_str(" Since Flux ");
        push_release(&mut words, release);
        words.push('.');
    }
    words
}

/// Releases are counted within Flux 2.
pub(super) fn push_release(out: &mut String, release: u32) {
    out.push_str("2.");
    out.push_str(&release.to_string());
}

/// What a value must be, in a word or two.
pub(in crate::ide) fn type_words(schema: &Schema) -> &'static str {
    match schema {
        Schema::Any => "anything",
        Schema::Boolean => "true or false",
        Schema::Integer { .. } => "whole number",
        Schema::String(words) => match words.pattern {
            Some(pattern) if pattern.is_duration() => "duration",
            Some(Pattern::OciUrl | Pattern::HttpUrl | Pattern::GitUrl | Pattern::HelmUrl | Pattern::HelmUrlOrEmpty) => {
                "URL"
            }
            _ => "string",
        },
        Schema::Object { .. } | Schema::Map(_) | Schema::FreeObject => "mapping",
        Schema::List { items, .. } => match items {
            Schema::Object { .. } | Schema::Map(_) | Schema::FreeObject => "list of mappings",
            Schema::String(_) => "list of strings",
            _ => "list",
        },
    }
}

fn push_values(out: &mut String, schema: &Schema, default: Option<&str>) {
    let schema = match schema {
        Schema::List { items, .. } => items,
        schema => schema,
    };
    let one_of = schema.words().map_or(&[][..], |words| words.one_of);
    if one_of.is_empty() {
        if let Some(default) = default {
            out.push_str("\n\nDefault: `");
            out.push_str(default);
            out.push('`');
        }
        return;
    }
    out.push_str("\n\nOne of ");
    for (index, value) in one_of.iter().enumerate() {
        out.push_str(if index == 0 { "`" } else { ", `" });
        out.push_str(value);
        out.push('`');
        if Some(*value) == default {
            out.push_str(" (default)");
        }
    }
}

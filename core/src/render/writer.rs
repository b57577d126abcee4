//! JSON as it is written, one value behind the other.
//!
//! What a browser can ask for is written with it. Serde's code is made anew for every type of a value and of a field, and
//! `serde_json` brings its trees and its maps along: in WebAssembly that was a fiftieth of the download.

use crate::diag::ObjectName;
use crate::text::quoted;

use super::place::{JsonPosition, JsonRange};

/// A JSON text that grows: commas come by themselves.
#[derive(Default)]
pub(super) struct Json(String);

impl Json {
    /// What `write` writes.
    pub(super) fn of(write: impl FnOnce(&mut Self)) -> String {
        let mut json = Self::default();
        write(&mut json);
        json.0
    }

    /// Values, each on a line of its own, with the line breaks before them.
    pub(super) fn rows<T>(items: impl IntoIterator<Item = T>, mut write_item: impl FnMut(&mut Self, T)) -> String {
        Self::of(|json| {
            for item in items {
                json.separate();
                json.0.push('\n');
                write_item(json, item);
            }
        })
    }

    /// The comma before a value; none before the first of a collection, nor behind a name or the comma of a row. A text
    /// ends with its quote, so that nothing in it is taken for a bracket.
    #[inline(never)]
    fn separate(&mut self) {
        if !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[' | b':' | b'\n')) {
            self.0.push(',');
        }
    }

    /// Writes what is JSON already.
    #[inline(never)]
    fn raw(&mut self, json: &str) {
        self.separate();
        self.0.push_str(json);
    }

    /// The name of a field; its value comes next.
    #[inline(never)]
    pub(super) fn name(&mut self, name: &str) -> &mut Self {
        self.text(name);
        self.0.push(':');
        self
    }

    pub(super) fn text(&mut self, text: &str) {
        self.raw(&quoted(text));
    }

    #[inline(never)]
    pub(super) fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    #[inline(never)]
    pub(super) fn number(&mut self, number: usize) {
        self.raw(&number.to_string());
    }

    pub(super) fn bool(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    pub(super) fn null(&mut self) {
        self.raw("null");
    }

    pub(super) fn object(&mut self, write_fields: impl FnOnce(&mut Self)) {
        self.raw("{");
        write_fields(self);
        self.0.push('}');
    }

    pub(super) fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut write_item: impl FnMut(&mut Self, T)) {
        self.raw("[");
        for item in items {
            write_item(self, item);
        }
        self.0.push(']');
    }

    /// How the contracts name an object.
    #[inline(never)]
    pub(super) fn object_name(&mut self, object: Option<&ObjectName>) {
        let Some(object) = object else { return self.null() };
        self.object(|json| {
            json.name("apiVersion").text(&object.api_version);
            json.name("kind").text(&object.kind);
            json.name("namespace").optional(object.namespace.as_deref());
            json.name("name").text(&object.name);
        });
    }

    #[inline(never)]
    pub(super) fn range(&mut self, range: JsonRange) {
        self.object(|json| {
            json.name("start").position(range.start);
            json.name("end").position(range.end);
        });
    }

    #[inline(never)]
    fn position(&mut self, position: JsonPosition) {
        self.object(|json| {
            json.name("line").number(position.line);
            json.name("column").number(position.column);
            json.name("offset").number(position.offset);
        });
    }

    /// An edit of a file.
    #[inline(never)]
    pub(super) fn edit(&mut self, path: &str, range: JsonRange, text: &str) {
        self.object(|json| {
            json.name("path").text(path);
            json.name("range").range(range);
            json.name("text").text(text);
        });
    }
}

//! Values that a field may have.

use crate::collections::Arrange;
use crate::compat::provider_host::Provider;
use crate::model::schema::{Schema, Served, versions};
use crate::model::{GROUPS, Kind};

use super::super::cursor::Cursor;
use super::keys::{self, is_of_flux};
use super::{CompletionKind, List, fields};

/// Issuers whose certificates sign artifacts, as patterns.
const ISSUERS: [&str; 3] =
    [r"^https://token\.actions\.githubusercontent\.com$", r"^https://gitlab\.com$", r"^https://accounts\.google\.com$"];

/// Items of a list of words. True where the place is in such a list.
pub(super) fn items(list: &mut List<'_, '_>) -> bool {
    let cursor = list.cursor;
    let Some(Schema::String(words)) = fields::schema_at(cursor.kind, &cursor.route) else { return false };
    if cursor.route.ends_with("[]") {
        for value in words.one_of {
            offer(list, &cursor.route, value, None);
        }
    }
    true
}

/// The values of a field.
pub(super) fn of_field(list: &mut List<'_, '_>, key: &str) {
    let cursor = list.cursor;
    if !is_of_flux(cursor) {
        return;
    }
    let route = cursor.route_of(key);
    match route.as_str() {
        "apiVersion" => return api_versions(list),
        "kind" => return kinds(list),
        "spec.layerSelector.mediaType" if cursor.kind == Kind::OciRepository => {
            for media_type in fields::LAYERS {
                offer(list, &route, media_type, None);
            }
            return;
        }
        "spec.url" if cursor.kind == Kind::OciRepository && list.written.is_empty() => {
            let text = if cursor.needs_blank { " oci://" } else { "oci://" };
            list.add("oci://", CompletionKind::Value, None, None, text.to_owned());
            return;
        }
        route if route.ends_with("matchOIDCIdentity[].issuer") => {
            for issuer in ISSUERS {
                offer(list, route, issuer, None);
            }
            return;
        }
        _ => {}
    }
    let Some(field) = fields::field(cursor.kind, &route) else { return };
    match field.schema {
        Schema::Boolean => {
            for value in ["true", "false"] {
                let detail = (field.default == Some(value)).then(|| "default".to_owned());
                let text = if cursor.needs_blank { [" ", value].concat() } else { value.to_owned() };
                list.add(value, CompletionKind::Value, detail, None, text);
            }
        }
        Schema::String(words) => {
            let mut values = words.one_of.to_vec();
            values.arrange_by_key(|value| fit(cursor, &route, value));
            for value in values {
                offer(list, &route, value, field.default);
            }
        }
        schema => keys::below(list, key, schema),
    }
}

/// What fits the rest of the object comes first.
fn fit(cursor: &Cursor<'_>, route: &str, value: &str) -> usize {
    if route != "spec.provider" {
        return 0;
    }
    let url = cursor.beside("url");
    let host = url.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
    usize::from(Provider::of_host(host).name() != value)
}

fn offer(list: &mut List<'_, '_>, route: &str, value: &str, default: Option<&str>) {
    let detail = (default == Some(value)).then(|| "default".to_owned());
    let kind = list.cursor.kind;
    if fields::since(kind, route, Some(value)).is_some_and(|since| since > list.release) {
        return;
    }
    let documentation = fields::value(kind, route, value);
    let text = list.value_text(value);
    list.add(value, CompletionKind::Value, detail, documentation, text);
}

/// The kinds of the API version's group; of all groups of Flux where none is written.
fn kinds(list: &mut List<'_, '_>) {
    let group = list.cursor.of_root("apiVersion").split('/').next().unwrap_or_default();
    for known in GROUPS.iter().filter(|known| group.is_empty() || known.name == group) {
        for (kind, _) in known.kinds {
            offer(list, "kind", kind, None);
        }
    }
}

/// The API versions that the target Flux serves and that stay, the newest of each kind first.
fn api_versions(list: &mut List<'_, '_>) {
    let kind = list.cursor.of_root("kind");
    let mut offered: Vec<String> = Vec::new();
    for group in GROUPS {
        for (name, _) in group.kinds.iter().filter(|(name, _)| kind.is_empty() || *name == kind) {
            let is_served = |served: &&Served| served.since <= list.release && served.removed.is_none();
            let served = versions(name).iter().rev().filter(is_served);
            for served in served {
                let text = [group.name, "/", served.version].concat();
                if !offered.contains(&text) {
                    offered.push(text);
                }
            }
        }
    }
    for text in &offered {
        offer(list, "apiVersion", text, None);
    }
}

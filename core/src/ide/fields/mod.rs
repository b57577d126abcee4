//! What fields and values mean, in a sentence or two. To add a field's words, add its row to the
//! table of its kind; what holds for a name on every kind stands in `common`.

mod common;
mod consumers;
mod oci;
mod sources;
mod values;

pub(super) use values::{LAYERS, value};

use crate::model::Kind;
use crate::model::schema::{self, Field, GATES, Schema};

/// A field's route and its words. `[]` behind a name stands for every item of a list.
pub(super) type Row = (&'static str, &'static str);

/// What a field of a kind means.
pub(super) fn words(kind: Kind, route: &str) -> Option<&'static str> {
    let table = match kind {
        Kind::OciRepository => oci::ROWS,
        Kind::HelmRelease => consumers::HELM_RELEASE,
        Kind::Kustomization => consumers::KUSTOMIZATION,
        Kind::HelmRepository => sources::HELM_REPOSITORY,
        Kind::HelmChart => sources::HELM_CHART,
        _ => &[],
    };
    // A HelmChart verifies as an OCIRepository does.
    let verifies = kind == Kind::HelmChart && route.starts_with("spec.verify.");
    let table = if verifies { oci::ROWS } else { table };
    let exact = table.iter().chain(common::ROWS).find(|(name, _)| *name == route);
    let by_name = || {
        let end = route.rsplit_once('.').filter(|(parent, _)| *parent == "spec").map(|(_, name)| name)?;
        common::OF_SPEC.iter().find(|(name, _)| *name == end)
    };
    exact.or_else(by_name).map(|(_, words)| *words)
}

/// What a field must be, by the schema of its kind.
pub(super) fn field(kind: Kind, route: &str) -> Option<&'static Field> {
    let (parent, name) = route.rsplit_once('.')?;
    schema_at(kind, parent)?.field(name.strip_suffix("[]").unwrap_or(name))
}

/// What stands at a route must be this; for a route that ends in `[]`, each item of the list.
pub(super) fn schema_at(kind: Kind, route: &str) -> Option<&'static Schema> {
    let mut steps = route.split('.');
    let mut at = schema::at(kind, steps.next()?)?;
    for step in steps {
        let name = step.trim_end_matches("[]");
        at = at.step(name)?;
        for _ in 0..(step.len() - name.len()) / 2 {
            at = at.step("0")?;
        }
    }
    Some(at)
}

/// The release of Flux 2 that has a field, or a value of one, first; `None` where it was always there.
pub(super) fn since(kind: Kind, route: &str, value: Option<&str>) -> Option<u32> {
    let gate = GATES.iter().find(|gate| gate.kind == kind.name() && gate.route == route && gate.value == value);
    gate.map(|gate| gate.since)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(schema: &'static Schema, route: &str, out: &mut Vec<String>) {
        match schema {
            Schema::Object { fields, .. } => {
                for field in *fields {
                    let route = format!("{route}.{}", field.name);
                    out.push(route.clone());
                    routes(field.schema, &route, out);
                }
            }
            Schema::List { items, .. } => routes(items, &format!("{route}[]"), out),
            _ => {}
        }
    }

    fn all(kind: Kind) -> Vec<String> {
        let mut out = Vec::new();
        routes(schema_at(kind, "spec").unwrap(), "spec", &mut out);
        out
    }

    #[test]
    fn every_field_of_an_oci_repository_has_words() {
        let missing: Vec<_> =
            all(Kind::OciRepository).into_iter().filter(|route| words(Kind::OciRepository, route).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
        for kind in [Kind::HelmRelease, Kind::Kustomization, Kind::HelmRepository, Kind::HelmChart] {
            let top = |route: &&String| route.matches('.').count() == 1;
            let missing: Vec<_> =
                all(kind).into_iter().filter(|route| top(&route) && words(kind, route).is_none()).collect();
            assert!(missing.is_empty(), "{kind:?} {missing:?}");
        }
    }

    #[test]
    fn words_speak_of_fields_that_are_there() {
        let tables = [
            (Kind::OciRepository, oci::ROWS),
            (Kind::HelmRelease, consumers::HELM_RELEASE),
            (Kind::Kustomization, consumers::KUSTOMIZATION),
            (Kind::HelmRepository, sources::HELM_REPOSITORY),
            (Kind::HelmChart, sources::HELM_CHART),
        ];
        for (kind, table) in tables {
            for (route, words) in table {
                assert!(field(kind, route).is_some(), "{kind:?} {route}");
                assert!(words.ends_with('.') && words.len() < 400, "{route}: {words}");
            }
        }
    }
}

use super::{Check, FixKind, Rule, Stage, page};
use crate::collections::Gather;
use crate::context::Context;
use crate::diag::{Applicability, Severity};
use crate::model::{GROUPS, Kind, Kinds};
use crate::yaml::patch;

pub(super) const RULE: Rule = Rule {
    id: "kind-misspelled",
    summary: "a kind that its Flux API group does not have",
    severity: Severity::Error,
    fix: FixKind::Suggested,
    stage: Stage::Admission,
    kinds: Kinds::FLUX_GROUPS,
    check: Check::Object(check),
    page: page!("kind-misspelled"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    if !object.kind().name().is_empty() && object.kind().name() == object.kind_name() {
        return;
    }
    let (Some(kind), Some(api_version)) = (object.text("kind"), object.text("apiVersion")) else { return };
    let (Some(name), Some(version)) = (kind.known_non_empty(), api_version.known()) else { return };
    if Kind::of(version, name) != Kind::Unknown {
        return;
    }
    let group_name = version.split('/').next().unwrap_or_default();
    let Some(group) = GROUPS.iter().find(|group| group.name == group_name) else { return };
    let names = || group.kinds.iter().map(|(name, _)| *name);
    let elsewhere = GROUPS.iter().find(|other| other.kinds.iter().any(|(other, _)| *other == name));
    let meant = Kind::meant(version, name).map(|(meant, _)| meant);
    let finding = ctx.report(kind.text_span(), format!("{group_name} has no kind \"{name}\""));
    finding.why(format!("the API server knows no such kind: no matches for kind \"{name}\" in version \"{version}\""));
    match (meant, elsewhere) {
        (Some(meant), _) => {
            let edit = patch::set_string(kind.node, meant);
            finding.help(format!("did you mean {meant}?"));
            finding.fix(Applicability::Unsafe, format!("Write {meant}"), vec![edit]);
        }
        (None, Some(other)) => {
            finding.help(format!("{name} is a kind of {}", other.name));
        }
        (None, None) => {
            let names: Vec<&str> = names().gather();
            finding.severity(Severity::Warning).help(format!("its kinds are {}", names.join(", ")));
        }
    }
}

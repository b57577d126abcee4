use super::{Check, FixKind, Rule, Scope, page};
use crate::context::{Context, resolve};
use crate::diag::Applicability;
use crate::model::{HelmRelease, Kind, Kinds, Kustomization, Object, SourceRef};
use crate::yaml::patch::{self, Value};
use crate::yaml::{Node, items_of};

pub(super) const RULE: Rule = Rule {
    id: "name-prefix-without-name-reference",
    summary: "a prefix or suffix that renames a source, and a reference that keeps the old name",
    scope: Scope::Set,
    fix: FixKind::Suggested,
    kinds: Kinds::of(&[Kind::Kustomize, Kind::Kustomization]),
    check: Check::Object(check),
    page: page!("name-prefix-without-name-reference"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let object = ctx.object();
    let parent = if object.kind() == Kind::Kustomization { object.spec() } else { object.node() };
    let Some(parent) = parent else { return };
    let affix = ["namePrefix", "nameSuffix"]
        .into_iter()
        .filter_map(|key| parent.entry(key))
        .find(|entry| !entry.value.is_null() && !entry.value.text().is_empty());
    let Some(affix) = affix else { return };
    let (set, inclusion) = (ctx.set(), ctx.surroundings().inclusion(ctx.set()));
    let owner = match ctx.kustomization() {
        Some(kustomization) => {
            if kustomization.path.as_ref().is_some_and(|path| path.known().is_none()) {
                return;
            }
            inclusion.at_folder(kustomization.folder())
        }
        None => Some(object),
    };
    let Some(owner) = owner else { return };
    let members = inclusion.members(set, owner);
    let Some(broken) = first_broken(&members, owner, ctx) else { return };
    let (field, path) = (broken.field, broken.path);
    let (source, name) = (broken.source, broken.source.name());
    let (kind, consumer) = (source.kind().name(), broken.consumer.kind().name());
    let reference = broken.consumer.locate(broken.name.span());
    let config = name_reference(kind, consumer, path);
    let rendered = patch::render_block("nameReference", &config, 0);
    let edit = patch::append_entry(parent, "configurations", &Value::Sequence(vec![Value::string(CONFIGURATION)]))
        .filter(|_| object.kind() == Kind::Kustomize && parent.get("configurations").is_none());
    let key = affix.key.text();
    let message =
        format!("{key} \"{}\" renames the {kind} \"{name}\", and {field} does not follow", affix.value.text());
    let finding = ctx.report(affix.value.text_span(), message);
    finding
        .label(reference, "keeps this name")
        .label(source.locate(source.key_span("metadata.name")), "is renamed")
        .why("kustomize renames references that it knows, and Flux's are not among them: the source is not found")
        .help(format!("list {CONFIGURATION} under configurations, with\n{rendered}"));
    if let Some(edit) = edit {
        finding.fix(Applicability::Display, "List a configuration for name references", vec![edit]);
    }
}

const CONFIGURATION: &str = "kustomizeconfig.yaml";

/// A reference that the renaming breaks.
struct Broken<'a> {
    consumer: Object<'a>,
    source: Object<'a>,
    name: Node<'a>,
    field: &'static str,
    path: &'static str,
}

fn first_broken<'a>(members: &[Object<'a>], owner: Object<'a>, ctx: &Context<'_, 'a>) -> Option<Broken<'a>> {
    let mut broken = members.iter().find_map(|consumer| {
        let (reference, field, path) = reference(*consumer)?;
        let (kind, name) = (reference.source_kind()?, reference.name?.node);
        let source = members.iter().find(|source| source.kind() == kind && source.name() == name.text())?;
        Some(Broken { consumer: *consumer, source: *source, name, field, path })
    });
    // A configuration, a patch or a replacement of the kustomization may see to it.
    broken.take_if(|broken| {
        owner.file.text.contains(broken.field)
            || items_of(owner.at("configurations")).any(|entry| {
                let path = resolve(owner, entry.text());
                let file = ctx.set().files().iter().find(|file| file.path.trim_start_matches("./") == path);
                file.is_none_or(|file| file.text.contains("nameReference") && file.text.contains(broken.field))
            })
    });
    broken
}

fn reference(consumer: Object<'_>) -> Option<(SourceRef<'_>, &'static str, &'static str)> {
    match consumer.kind() {
        Kind::HelmRelease => {
            let release = HelmRelease::of(consumer)?;
            match (release.chart_ref, release.chart) {
                (Some(reference), _) => Some((reference, "chartRef", "spec/chartRef/name")),
                (None, Some(chart)) => Some((chart.source_ref?, "sourceRef", "spec/chart/spec/sourceRef/name")),
                (None, None) => None,
            }
        }
        Kind::Kustomization => Some((Kustomization::of(consumer)?.source_ref?, "sourceRef", "spec/sourceRef/name")),
        _ => None,
    }
}

fn name_reference(source: &str, consumer: &str, path: &str) -> Value {
    let field = Value::strings(&[("kind", consumer), ("path", path)]);
    Value::Sequence(vec![Value::strings(&[("kind", source)]).with("fieldSpecs", Value::Sequence(vec![field]))])
}

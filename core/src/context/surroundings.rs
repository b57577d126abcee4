//! Which documents are whole, and which are completed by something else.
//!
//! Real repositories hold fragments: patches that a `kustomization.yaml` lists, inline patches,
//! documents that a parent Kustomization completes. Nothing is missing in a fragment.

use std::sync::OnceLock;

use crate::collections::IndexSet;
use crate::model::{File, Kind, Kustomization, Object, Set};
use crate::yaml::{Node, items_of};

use super::{Inclusion, PostBuilds, Rings, SecretNames, Unanswered};

/// What the kustomizations of a set do to its objects. Made once for a run.
#[derive(Debug, Default)]
pub struct Surroundings<'a> {
    /// Paths of the files that a `kustomization.yaml` applies as patches.
    patch_files: IndexSet<String>,
    /// Folders that a `kustomization.yaml` takes in as components.
    component_folders: IndexSet<String>,
    /// Patches of Kustomizations and of `kustomization.yaml` files.
    patches: Vec<Patch<'a>>,
    /// Where a kustomization was read to a syntax error only: it may patch anything.
    half_read: Vec<&'a File>,
    inclusion: OnceLock<Inclusion<'a>>,
    unanswered: OnceLock<Unanswered>,
    secrets: OnceLock<SecretNames<'a>>,
    rings: OnceLock<Rings<'a>>,
    post_builds: OnceLock<PostBuilds<'a>>,
}

/// A patch and what it aims at.
#[derive(Debug)]
struct Patch<'a> {
    /// Where it is written.
    file: &'a File,
    /// The target's kind, where it names one.
    kind: Option<&'a str>,
    /// The target's name, where it names one; kustomize reads it as an anchored pattern.
    name: Option<&'a str>,
    /// The patch itself; empty where it lies in another file.
    text: &'a str,
    /// The folder whose objects it reaches; `None` where that is not known.
    folder: Option<String>,
}

impl<'a> Surroundings<'a> {
    /// Reads the kustomizations of a set.
    pub fn new(set: &Set<'a>) -> Self {
        let mut out = Self::default();
        for object in set.of_kind(Kind::Kustomize) {
            out.half_read.extend((!object.is_whole()).then_some(object.file));
            out.read_kustomize(object);
        }
        for object in set.of_kind(Kind::Kustomization) {
            out.half_read.extend((!object.is_whole()).then_some(object.file));
            let Some(kustomization) = Kustomization::of(object) else { continue };
            let known = kustomization.path.as_ref().is_some_and(|path| path.known().is_some());
            let folder = known.then(|| kustomization.folder().to_owned());
            for patch in &kustomization.patches {
                let patch = patch_of(object, *patch);
                // A patch that gives Kustomizations patches of their own reaches what those hold.
                let nests = patch.text.contains("kind: Kustomization") && patch.text.contains("patches:");
                let folder = folder.clone().filter(|_| !nests);
                out.patches.push(Patch { folder, ..patch });
            }
        }
        out
    }

    fn read_kustomize(&mut self, object: Object<'a>) {
        let Some(node) = object.node() else { return };
        let folder = object.file.folder();
        let list = |key: &str| items_of(node.get(key));
        for patch in list("patches").chain(list("patchesJson6902")) {
            match patch.get("path").filter(|path| !path.is_null()) {
                Some(path) => {
                    self.patch_files.insert(seen_from_below(join(folder, path.text())));
                }
                None => self.patches.push(patch_of(object, patch)),
            }
        }
        for patch in list("patchesStrategicMerge") {
            let text = patch.text();
            if text.contains('\n') {
                self.patches.push(Patch { file: object.file, kind: None, name: None, text, folder: None });
            } else {
                self.patch_files.insert(seen_from_below(join(folder, text)));
            }
        }
        for component in list("components") {
            self.component_folders.insert(seen_from_below(join(folder, component.text())));
        }
    }

    /// True where the object is a part of one: its file is applied as a patch or lies in a
    /// component, or its name says that it is none.
    pub fn is_fragment(&self, _set: &Set<'a>, object: Object<'a>) -> bool {
        let path = normalize(&object.file.path);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let name = object.name();
        name.is_empty()
            || is_placeholder(name)
            || self.patch_files.contains(&path)
            || self.component_folders.iter().any(|component| is_within(folder, component))
            || object.at("$patch").is_some()
    }

    /// True where another document of the same kind and name has the field, or a patch in the set
    /// aims at the object and speaks of the field.
    pub fn may_supply(&self, set: &Set<'a>, object: Object<'a>, route: &str) -> bool {
        let elsewhere = set
            .named(object.kind(), object.name())
            .iter()
            .any(|other| !other.is(object) && may_meet(other.file, object.file) && other.at(route).is_some());
        elsewhere || self.may_rewrite(object, route.rsplit('.').next().unwrap_or(route))
    }

    /// True where a patch in the set may reach the object and speaks of a field: what the object
    /// writes there may not be what arrives.
    pub fn may_rewrite(&self, object: Object<'a>, field: &str) -> bool {
        self.is_half_known(object) || self.patches.iter().any(|patch| patch.may_reach(object) && patch.speaks_of(field))
    }

    /// True where a patch in the set may give objects other names.
    pub fn may_rename(&self) -> bool {
        self.patches.iter().any(|patch| patch.text.contains("/metadata/name"))
    }

    /// Which `kustomization.yaml` takes in which file: made when first asked for.
    pub fn inclusion(&self, set: &Set<'a>) -> &Inclusion<'a> {
        self.inclusion.get_or_init(|| Inclusion::new(set))
    }

    /// What is known of references that no source in the set answers: made when first asked for.
    pub fn unanswered(&self, set: &Set<'a>) -> &Unanswered {
        self.unanswered.get_or_init(|| Unanswered::new(set))
    }

    /// Which Kustomization substitutes variables in which folder: made when first asked for.
    pub fn post_builds(&self, set: &Set<'a>) -> &PostBuilds<'a> {
        self.post_builds.get_or_init(|| PostBuilds::new(set))
    }

    /// The objects that wait for each other: made when first asked for.
    pub fn rings(&self, set: &Set<'a>) -> &Rings<'a> {
        self.rings.get_or_init(|| Rings::new(set, self))
    }

    /// The names of the Secrets in the set: made when first asked for.
    pub fn secrets(&self, set: &Set<'a>) -> &SecretNames<'a> {
        self.secrets.get_or_init(|| SecretNames::new(set))
    }

    /// True where a patch in the set may reach the object, whatever it does there.
    pub fn may_be_patched(&self, object: Object<'a>) -> bool {
        self.is_half_known(object) || self.patches.iter().any(|patch| patch.may_reach(object))
    }

    /// True where not all of the patches are known.
    fn is_half_known(&self, object: Object<'a>) -> bool {
        self.half_read.iter().any(|file| may_meet(file, object.file))
    }
}

fn patch_of<'a>(owner: Object<'a>, node: Node<'a>) -> Patch<'a> {
    let target = |key: &str| node.at(&format!("target.{key}")).map(Node::text).filter(|text| !text.is_empty());
    let text = node.get("patch").map_or("", Node::text);
    Patch { file: owner.file, kind: target("kind"), name: target("name"), text, folder: None }
}

/// What Markdown shows is deployed by nothing, and deploys nothing, but what the same text shows.
fn may_meet(one: &File, other: &File) -> bool {
    one.id == other.id || !one.is_markdown() && !other.is_markdown()
}

impl Patch<'_> {
    fn may_reach(&self, object: Object<'_>) -> bool {
        let kind = object.kind_name();
        let kind_fits = match self.kind {
            Some(wanted) => wanted == kind || is_pattern(wanted) || self.text.contains(kind),
            None => self.text.is_empty() || self.text.contains(kind) || !self.text.contains("kind:"),
        };
        let name_fits = self.name.is_none_or(|wanted| {
            wanted == object.name() || is_pattern(wanted) || self.kind.is_some_and(|target| target != kind)
        });
        // A patch that gives patches to Kustomizations reaches what those deploy, wherever it lies.
        let is_handed_down = self.kind.is_some_and(|target| target != kind && self.text.contains(kind));
        let folder_fits = is_handed_down
            || self.folder.as_ref().is_none_or(|folder| {
                folder.is_empty() || format!("/{}/", normalize(object.file.folder())).contains(&format!("/{folder}/"))
            });
        kind_fits && name_fits && folder_fits && may_meet(self.file, object.file)
    }

    /// A patch whose text lies elsewhere may speak of anything.
    fn speaks_of(&self, field: &str) -> bool {
        self.text.is_empty() || self.text.contains(field)
    }
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '.', '|', '(', '['])
}

/// Names that people give to documents which another one completes.
fn is_placeholder(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    matches!(
        plain.as_str(),
        "notused"
            | "unused"
            | "ignored"
            | "ignore"
            | "placeholder"
            | "any"
            | "all"
            | "patch"
            | "dummy"
            | "doesntmatter"
    )
}

/// A path that leads above the current folder and down again, without that way: `../apps/x.yaml` is
/// `x.yaml` where the current folder is `apps`. What that is called only the system knows, so any
/// name is taken for it: a fragment too many is silence, one too few a false error.
fn seen_from_below(path: String) -> String {
    let above = path.split('/').take_while(|part| *part == "..").count();
    match path.splitn(2 * above + 1, '/').nth(2 * above) {
        Some(below) if above > 0 => below.to_owned(),
        _ => path,
    }
}

/// A path below a folder, `.` and `..` resolved by their letters.
pub(super) fn join(folder: &str, path: &str) -> String {
    normalize(&format!("{folder}/{path}"))
}

pub(super) fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

pub(super) fn is_within(folder: &str, ancestor: &str) -> bool {
    folder == ancestor || folder.strip_prefix(ancestor).is_some_and(|rest| rest.starts_with('/'))
}

//! `kustomization path not found`: the source is ready, and a folder that is taken from it is not in
//! it.

use super::say::{list, say};
use super::{Context, Said};
use crate::text::nearest;

/// As many folders are kept of an artifact.
const MOST: usize = 4_000;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let walk = context.walk;
    let Some(contents) = walk.facts.as_ref().map(|facts| &facts.contents) else { return Ok(None) };
    // Nothing is missing in what was stored as it is, or seen in part alone.
    let is_whole = contents.names.len() == contents.files && contents.files > 0;
    if walk.failed.is_some() || !walk.gaps.is_empty() || context.case.fields.copy || !is_whole {
        return Ok(None);
    }
    let holds = |folder: &str| {
        contents.folders.iter().any(|known| known == folder) || contents.names.iter().any(|name| name == folder)
    };
    // A list that was cut says nothing of what is not in it.
    if contents.folders.len() >= MOST {
        return Ok(None);
    }
    let Some(missing) = context.case.folders.iter().find(|folder| !holds(&folder.path)) else { return Ok(None) };
    let folders: Vec<&str> = contents.folders.iter().map(String::as_str).collect();
    let there = match folders.as_slice() {
        [] => "It has no folders: everything lies at its root.".to_owned(),
        folders => format!("It has {}.", list(folders, 8)),
    };
    if contents.left_out.contains(&missing.path) {
        let text = format!(
            "The {} takes the folder \"{}\", which .sourceignore or spec.ignore leaves out of the artifact. The source is ready, and the Kustomization fails: kustomization path not found.",
            missing.title, missing.path
        );
        let said = say(text).advise(
            "let the folder in: patterns of spec.ignore and of .sourceignore files are excluded, those with ! are not",
        );
        return Ok(Some(crate::doctor::Explanation { about: Some(missing.about.clone()), ..said }));
    }
    let text = format!(
        "The {} takes the folder \"{}\", which is not in the artifact. {there} The source is ready, and the Kustomization fails: kustomization path not found.",
        missing.title, missing.path
    );
    let said = match nearest(&missing.path, folders.iter().copied()) {
        Some(near) => say(text).paste(format!("did you mean \"{near}\"?"), format!("path: ./{near}")),
        None if folders.is_empty() => say(text).paste("take the root", "path: ./"),
        None => say(text).advise("write a folder that is there: a path begins at the artifact's root"),
    };
    let about = Some(missing.about.clone());
    Ok(Some(crate::doctor::Explanation { about, ..said }))
}

//! A tag that no registry can have: with a digest in it, a slash, a plus sign.

use super::say::{say, yaml};
use super::{Context, Said};
use crate::compat::digest::Digest;
use crate::compat::image_name::is_valid_tag;
use crate::model::CHART_MEDIA_TYPE;
use crate::rules::support::reference::digested;

pub(super) fn explain(context: &Context<'_>) -> Said {
    let Some(tag) = &context.walk.tag else { return Ok(None) };
    if context.failure().is_none() || is_valid_tag(tag) {
        return Ok(None);
    }
    if let Some(found) = digested(tag) {
        let text = "ref.tag holds a digest. The controller asks for a manifest of that whole name, which no registry has; tag and digest are two fields. Where both are set, the digest decides and the tag is only a label.";
        let mut paste = "ref:".to_owned();
        if !found.before.is_empty() {
            paste.push_str(&format!("\n  tag: {}", yaml(found.before)));
        }
        paste.push_str(&format!("\n  digest: {}", found.digest));
        let said = say(text).paste("split it", paste);
        return Ok(Some(match Digest::parse(found.digest) {
            Ok(_) => said,
            Err(error) => said.advise(format!("the digest is not well formed either: {error}")),
        }));
    }
    if tag.contains('+') {
        let underscored = tag.replace('+', "_");
        let is_chart = context.case.fields.media_type == CHART_MEDIA_TYPE;
        let text = "No tag holds a \"+\". Helm stores the build metadata of a version behind a \"_\" instead, and a tag is taken as it is written.";
        let said = say(text).paste("write the tag as Helm stores it", format!("ref:\n  tag: {}", yaml(&underscored)));
        return Ok(Some(if is_chart {
            said
        } else {
            said.advise("or select by ref.semver, with the chart's media type in layerSelector")
        }));
    }
    let wrong = tag.chars().find(|c| !(c.is_ascii_alphanumeric() || "_.-".contains(*c)));
    let text = match wrong {
        Some(c) => format!("No tag holds a \"{c}\": a tag has letters, digits, \"_\", \".\" and \"-\"."),
        None => "A tag has at most 128 characters, and begins with a letter, a digit or \"_\".".to_owned(),
    };
    let said = say(format!("{text} The controller does not check that, and asks for a manifest that no registry has."));
    Ok(Some(match tag.contains(['>', '<', '~', '^', '*', ' ']) {
        true => said.paste("a range goes into ref.semver", format!("ref:\n  semver: {}", yaml(tag))),
        false => match tag.rsplit_once('/') {
            Some((path, last)) if is_valid_tag(last) => said.paste(
                "if the slash parts a repository from its tag, write",
                format!("url: oci://{}/{path}\nref:\n  tag: {}", context.location(), yaml(last)),
            ),
            _ => said.advise("write a tag that the registry has"),
        },
    }))
}

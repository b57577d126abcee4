//! An artifact, for people.

use crate::artifact::{Artifact, CREATED, Descriptor, Kind, REVISION, SOURCE, layer_words};
use crate::inspection::{FileEntry, Inspection};

use super::super::printable::one_line;
use super::look::{Look, wrap};
use super::shorten::shorten_message;
use super::table::size;

/// The artifacts, a paragraph each.
pub fn inspections_text(inspections: &[Inspection], look: &Look) -> String {
    inspections.iter().map(|inspection| inspection_text(inspection, look)).collect::<Vec<_>>().join("\n")
}

fn inspection_text(of: &Inspection, look: &Look) -> String {
    let mut out = head(of, look);
    if let Some(error) = &of.error {
        out.push_str(&format!("  {} {}\n", look.error("✗"), look.bold(error.reason)));
        for line in wrap(&shorten_message(&one_line(error.message.trim_end())), look.width.min(110).saturating_sub(4)) {
            out.push_str(&format!("    {line}\n"));
        }
        for (index, line) in
            of.help.iter().flat_map(|help| wrap(help, look.width.min(110).saturating_sub(8))).enumerate()
        {
            out.push_str(&format!("    {:<4}{line}\n", if index == 0 { "do" } else { "" }));
        }
    }
    if of.digest.is_none() {
        return out;
    }
    let artifact = &of.artifact;
    out.push_str(&row("digest", of.digest.as_deref().unwrap_or_default()));
    let kind = if artifact.kind() == Kind::Other { "" } else { artifact.kind().as_str() };
    out.push_str(&row("kind", &words(&[kind, &artifact.media_type, &artifact.artifact_type])));
    out.push_str(&annotations(artifact));
    if !artifact.manifests.is_empty() {
        out.push_str(&manifests(of, look));
    }
    out.push_str(&layers(of, look));
    if let Some(subject) = &artifact.subject {
        out.push_str(&row("about", &subject.digest));
    }
    out.push_str(&referrers(of));
    if let Some(files) = &of.files {
        out.push_str(&listing(of, files));
    }
    out
}

fn head(of: &Inspection, look: &Look) -> String {
    let tag = of.tag.as_ref().map_or_else(String::new, |tag| format!(":{tag}"));
    let name = of.object.as_ref().map_or_else(String::new, |object| format!("{}  ", one_line(&object.name)));
    format!("{}\n", look.bold(&format!("{name}{}", one_line(&format!("{}{tag}", of.url)))))
}

fn row(name: &str, text: &str) -> String {
    format!("  {name:<11}  {}\n", one_line(text))
}

fn words(words: &[&str]) -> String {
    words.iter().copied().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("   ")
}

/// The three that Flux knows by their names, then the others.
fn annotations(artifact: &Artifact) -> String {
    let mut out = String::new();
    for (name, key) in [("created", CREATED), ("source", SOURCE), ("revision", REVISION)] {
        if let Some(value) = artifact.annotation(key) {
            out.push_str(&row(name, value));
        }
    }
    let others = artifact.annotations.iter().filter(|(key, _)| ![CREATED, SOURCE, REVISION].contains(&key.as_str()));
    for (index, (key, value)) in others.enumerate() {
        out.push_str(&row(if index == 0 { "annotations" } else { "" }, &format!("{key}: {value}")));
    }
    out
}

fn manifests(of: &Inspection, look: &Look) -> String {
    let mut out = String::new();
    let chosen = of.chosen.as_ref().map(|(digest, _)| digest.as_str());
    for (index, image) in of.artifact.manifests.iter().enumerate() {
        let platform = image.platform.as_ref();
        let platform = platform.map_or_else(String::new, |platform| {
            let variant = if platform.variant.is_empty() { String::new() } else { format!("/{}", platform.variant) };
            format!("{}/{}{variant}", platform.os, platform.architecture)
        });
        let note = if chosen == Some(&image.digest) { look.good("← Flux takes this one") } else { String::new() };
        let text = words(&[&platform, &image.artifact_type, &image.digest]);
        let line = row(if index == 0 { "images" } else { "" }, &text);
        out.push_str(&with_note(&line, &note));
    }
    out
}

fn layers(of: &Inspection, look: &Look) -> String {
    let mut out = String::new();
    let layered = of.layered();
    if let Some(config) = &layered.config {
        out.push_str(&row("config", &content(config, &config_words(of))));
    }
    for (index, layer) in layered.layers.iter().enumerate() {
        let is_selected = of.selected == Some(index) && layered.layers.len() > 1;
        let note = if is_selected { look.good("← Flux takes this one") } else { String::new() };
        let text = content(layer, layer_words(&layer.media_type));
        out.push_str(&with_note(&row(if index == 0 { "layers" } else { "" }, &text), &note));
        for (key, value) in &layer.annotations {
            out.push_str(&row("", &format!("  {key}: {value}")));
        }
    }
    if layered.layers.is_empty() && of.artifact.kind() != Kind::Index {
        out.push_str(&row("layers", "none"));
    }
    out
}

/// What a config says that is worth a glance: a chart's name and version, an image's platform.
fn config_words(of: &Inspection) -> String {
    let text = |name: &str| of.config.as_ref().and_then(|config| config.get(name)?.as_str()).unwrap_or_default();
    match of.layered().kind() {
        Kind::HelmChart => words(&[text("name"), text("version")]),
        Kind::Image => words(&[&[text("os"), text("architecture")].join("/"), text("created")]),
        _ => String::new(),
    }
}

fn content(of: &Descriptor, holds: &str) -> String {
    words(&[holds, &of.media_type, &size(of.size), &of.digest])
}

fn with_note(line: &str, note: &str) -> String {
    if note.is_empty() { line.to_owned() } else { format!("{}   {note}\n", line.trim_end()) }
}

fn referrers(of: &Inspection) -> String {
    let mut out = String::new();
    for (index, referrer) in of.referrers.iter().enumerate() {
        let text = words(&[&referrer.artifact_type, &size(referrer.size), &referrer.digest]);
        out.push_str(&row(if index == 0 { "referrers" } else { "" }, &text));
    }
    for (index, tag) in of.cosign_tags.iter().enumerate() {
        out.push_str(&row(if index == 0 { "cosign tags" } else { "" }, tag));
    }
    if of.referrers_by == "unknown" {
        out.push_str(&row("referrers", "unknown: whether it is signed could not be found out"));
    } else if of.referrers.is_empty() && of.cosign_tags.is_empty() {
        out.push_str(&row("referrers", "none: it is not signed, and nothing is attested of it"));
    }
    out
}

fn listing(of: &Inspection, files: &[FileEntry]) -> String {
    let which = of.layer().map_or("", |layer| layer.digest.as_str());
    let count = super::count(files.len(), "entry").replace("entrys", "entries");
    let mut out = row("files", &format!("{count} in {which}"));
    for file in files {
        let link = file.link.as_ref().map_or_else(String::new, |link| format!(" → {link}"));
        let text = format!("{}  {:>9}  {}{link}", file.mode, size(file.size), file.path);
        out.push_str(&format!("    {}\n", one_line(&text)));
    }
    out
}

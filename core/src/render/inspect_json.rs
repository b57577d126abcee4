//! The JSON contract of `inspect`, version 1.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::json::{JsonObject, line};
use crate::artifact::{Artifact, CREATED, Descriptor, REVISION, SOURCE, layer_words};
use crate::collections::Gather;
use crate::inspection::{FileEntry, Inspection};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    object: Option<JsonObject<'a>>,
    url: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
    media_type: &'a str,
    artifact_type: Option<&'a str>,
    kind: &'static str,
    size: u64,
    created: Option<&'a str>,
    source: Option<&'a str>,
    revision: Option<&'a str>,
    annotations: &'a BTreeMap<String, String>,
    manifests: &'a [Descriptor],
    chosen: Option<&'a str>,
    config: Option<Config<'a>>,
    layers: Vec<Layer<'a>>,
    subject: Option<&'a Descriptor>,
    referrers: &'a [Descriptor],
    referrers_by: &'static str,
    cosign_tags: &'a [String],
    files: Option<&'a [FileEntry]>,
    error: Option<Error<'a>>,
}

#[derive(Serialize)]
struct Config<'a> {
    #[serde(flatten)]
    descriptor: &'a Descriptor,
    content: Option<&'a Value>,
}

#[derive(Serialize)]
struct Layer<'a> {
    #[serde(flatten)]
    descriptor: &'a Descriptor,
    holds: &'static str,
    selected: bool,
}

#[derive(Serialize)]
struct Error<'a> {
    reason: &'a str,
    message: &'a str,
    help: Option<&'a str>,
}

/// `{"version": 1, "results": […]}`, an artifact a line.
pub fn inspections_json(inspections: &[Inspection]) -> String {
    let mut out = String::from("{\"version\":1,\n\"results\":[");
    for (index, inspection) in inspections.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&line(&answer(inspection)).unwrap_or_default());
    }
    out.push_str("]}\n");
    out
}

fn answer(of: &Inspection) -> Answer<'_> {
    let (artifact, layered): (&Artifact, &Artifact) = (&of.artifact, of.layered());
    let layer = |(index, descriptor)| Layer {
        descriptor,
        holds: layer_words(&descriptor.media_type),
        selected: of.selected == Some(index),
    };
    Answer {
        object: of.object.as_ref().map(JsonObject::from),
        url: &of.url,
        tag: of.tag.as_deref(),
        digest: of.digest.as_deref(),
        media_type: &artifact.media_type,
        artifact_type: Some(artifact.artifact_type.as_str()).filter(|text| !text.is_empty()),
        kind: artifact.kind().as_str(),
        size: artifact.size(),
        created: artifact.annotation(CREATED),
        source: artifact.annotation(SOURCE),
        revision: artifact.annotation(REVISION),
        annotations: &artifact.annotations,
        manifests: &artifact.manifests,
        chosen: of.chosen.as_ref().map(|(digest, _)| digest.as_str()),
        config: layered.config.as_ref().map(|descriptor| Config { descriptor, content: of.config.as_ref() }),
        layers: layered.layers.iter().enumerate().map(layer).gather(),
        subject: artifact.subject.as_ref(),
        referrers: &of.referrers,
        referrers_by: of.referrers_by,
        cosign_tags: &of.cosign_tags,
        files: of.files.as_deref(),
        error: of.error.as_ref().map(|error| Error {
            reason: error.reason,
            message: &error.message,
            help: of.help.as_deref(),
        }),
    }
}

//! The JSON contract of `doctor`, version 1.

use serde::Serialize;

use crate::collections::Gather;
use crate::doctor::{Action, Diagnosis, Step};

use super::json::{JsonObject, line};

#[derive(Serialize)]
struct Answer<'a> {
    object: JsonObject<'a>,
    url: &'a str,
    ready: bool,
    reason: &'a str,
    message: &'a str,
    revision: Option<&'a str>,
    content: Option<&'a str>,
    verified: Option<bool>,
    stalled: bool,
    decided: bool,
    suspended: bool,
    /// The row of the explanations that spoke.
    row: Option<&'a str>,
    explanation: Option<&'a str>,
    help: Vec<String>,
    steps: Vec<JsonStep<'a>>,
}

#[derive(Serialize)]
struct JsonStep<'a> {
    name: &'static str,
    status: &'static str,
    detail: &'a str,
}

impl<'a> From<&'a Step> for JsonStep<'a> {
    fn from(step: &'a Step) -> Self {
        Self { name: step.name.as_str(), status: step.status.as_str(), detail: &step.detail }
    }
}

/// `{"version": 1, "results": […]}`, a result a line.
pub fn diagnoses_json(diagnoses: &[Diagnosis]) -> String {
    let mut out = String::from("{\"version\":1,\n\"results\":[");
    for (index, diagnosis) in diagnoses.iter().enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&line(&answer(diagnosis)).unwrap_or_default());
    }
    out.push_str("]}\n");
    out
}

fn answer(diagnosis: &Diagnosis) -> Answer<'_> {
    let verdict = &diagnosis.verdict;
    let explanation = diagnosis.explanation.as_ref();
    Answer {
        object: JsonObject::from(&diagnosis.object),
        url: &diagnosis.url,
        ready: verdict.ready,
        reason: verdict.reason,
        message: &verdict.message,
        revision: verdict.revision.as_deref(),
        content: verdict.content.as_deref(),
        verified: verdict.verified,
        stalled: verdict.stalled,
        decided: verdict.decided,
        suspended: diagnosis.suspended,
        row: explanation.map(|explanation| explanation.row),
        explanation: explanation.map(|explanation| explanation.text.as_str()),
        help: explanation.map_or_else(Vec::new, |explanation| explanation.actions.iter().map(Action::to_help).gather()),
        steps: diagnosis.steps.iter().map(JsonStep::from).gather(),
    }
}

//! The JSON contract of `resolve`, version 1.

use crate::resolve::Resolution;

use super::writer::Json;

/// `{"version": 1, "results": […]}`, a result a line. Without `with_rejected` the tags that failed a
/// test are left out.
pub fn resolutions_json<'r, 'a: 'r>(
    resolutions: impl IntoIterator<Item = &'r Resolution<'a>>,
    with_rejected: bool,
) -> String {
    let rows = Json::rows(resolutions, |json, of| write_answer(json, of, with_rejected));
    format!("{{\"version\":1,\n\"results\":[{rows}]}}\n")
}

fn write_answer(json: &mut Json, resolution: &Resolution<'_>, with_rejected: bool) {
    let outcome = resolution.outcome.as_ref();
    let digest = outcome.and_then(|outcome| outcome.digest);
    let rejected = outcome.filter(|_| with_rejected).map_or(&[][..], |outcome| &outcome.rejected);
    json.object(|json| {
        json.name("object").object_name(resolution.request.object.as_ref());
        json.name("by").text(resolution.request.by().as_str());
        json.name("tag").optional(outcome.and_then(|outcome| outcome.tag.as_deref()));
        json.name("digest").optional(digest.or(resolution.manifest_digest.as_deref()));
        json.name("revision").optional(resolution.revision().as_deref());
        json.name("ties").list(outcome.map_or(&[][..], |outcome| &outcome.ties), |json, tie| json.text(tie.as_ref()));
        json.name("considered").number(outcome.map_or(0, |outcome| outcome.considered));
        json.name("matching").number(outcome.map_or(0, |outcome| outcome.matching));
        json.name("rejected").list(rejected, |json, rejected| {
            json.object(|json| {
                json.name("tag").text(rejected.tag);
                json.name("reason").text(rejected.reason.as_str());
            });
        });
        json.name("error");
        match resolution.error() {
            Some(error) => json.object(|json| {
                json.name("reason").text(error.reason);
                json.name("message").text(&error.message);
            }),
            None => json.null(),
        }
    });
}

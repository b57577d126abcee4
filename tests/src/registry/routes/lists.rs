//! Lists: tags, repositories, referrers.

use serde_json::{Value, json};

use super::super::answer::Answer;
use super::super::quirks::PageLink;
use super::{Call, is_digest, method_not_allowed, name_unknown};

pub(super) fn catalog(call: &Call<'_>) -> Answer {
    Answer::json(200, &json!({"repositories": call.shared.content.store.repositories()}))
}

pub(super) fn tags(call: &Call<'_>) -> Answer {
    let store = &call.shared.content.store;
    if !matches!(call.request.method.as_str(), "GET" | "HEAD") {
        return method_not_allowed();
    }
    if !store.has_repository(call.repository) {
        return name_unknown(call);
    }
    let asked = match call.request.query("n").map(str::parse::<usize>) {
        Some(Err(_)) => return Answer::error(400, "PAGINATION_NUMBER_INVALID", "invalid number of results requested"),
        Some(Ok(number)) => number,
        None => usize::MAX,
    };
    let limit = asked.min(call.quirks.page_size.unwrap_or(usize::MAX));
    let link = &call.quirks.page_link;
    let opaque = call.request.query("next").and_then(opaque_tag);
    let last = opaque.or_else(|| call.request.query("last").map(str::to_owned)).unwrap_or_default();
    if *link == PageLink::EmptyPages && call.request.query("empty").is_some() {
        let next = format!("/v2/{}/tags/list?n={limit}&last={last}", call.repository);
        return page(call, &[]).header("Link", format!("<{next}>; rel=\"next\""));
    }
    let last = if matches!(link, PageLink::Endless | PageLink::Looping) { String::new() } else { last };
    let (tags, more) = store.tags(call.repository, &last, limit);
    let answer = page(call, &tags);
    let (Some(tag), true) = (tags.last(), more) else { return answer };
    match next(call, limit, tag) {
        Some(link) => answer.header("Link", link),
        None => answer,
    }
}

fn page(call: &Call<'_>, tags: &[String]) -> Answer {
    Answer::json(200, &json!({"name": call.repository, "tags": tags}))
}

fn next(call: &Call<'_>, limit: usize, last: &str) -> Option<String> {
    let path = format!("/v2/{}/tags/list", call.repository);
    let query = format!("?n={limit}&last={last}");
    let host = &call.shared.host.base;
    Some(match &call.quirks.page_link {
        PageLink::Relative => format!("<{path}{query}>; rel=\"next\""),
        PageLink::Absolute => format!("<{host}{path}{query}>; rel=\"next\""),
        PageLink::Opaque => format!("<{path}?next={}>; rel=\"next\"", opaque(last)),
        PageLink::RelativeToRequest => format!("<list{query}>; rel=next"),
        PageLink::AmongOthers => {
            format!(
                "<{path}>; rel=\"first\", <{path}{query}>; title=\"1, 2\"; rel=\"next\", <{path}?last=l>; rel=\"last\""
            )
        }
        PageLink::OtherHost(base) => format!("<{base}{path}{query}>; rel=\"next\""),
        PageLink::Looping => format!("<{}>; rel=\"next\"", call.request.target),
        PageLink::Endless => {
            let number: u64 = call.request.query("page").and_then(|page| page.parse().ok()).unwrap_or(0);
            format!("<{path}?n={limit}&page={}>; rel=\"next\"", number + 1)
        }
        PageLink::Missing => return None,
        PageLink::Malformed => "next page please; rel=next".to_owned(),
        PageLink::EmptyPages => format!("<{path}{query}&empty=1>; rel=\"next\""),
    })
}

/// A token that says nothing to clients: the tag in hexadecimal digits.
fn opaque(tag: &str) -> String {
    tag.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn opaque_tag(token: &str) -> Option<String> {
    let pairs = (0..token.len() / 2).map(|at| u8::from_str_radix(token.get(2 * at..2 * at + 2)?, 16).ok());
    String::from_utf8(pairs.collect::<Option<Vec<u8>>>()?).ok()
}

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

pub(super) fn referrers(call: &Call<'_>) -> Answer {
    let quirks = &call.quirks.referrers;
    if quirks.absent {
        return Answer::text(404, "text/plain; charset=utf-8", "404 page not found\n");
    }
    if !is_digest(call.reference) {
        return Answer::error(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
    }
    let kind = call.request.query("artifactType").filter(|_| !quirks.unfiltered);
    let all = call.shared.content.store.referrers(call.repository, call.reference);
    let all = all.iter().map(super::super::Manifest::descriptor);
    let all: Vec<Value> = all.filter(|one| kind.is_none_or(|kind| one["artifactType"] == kind)).collect();
    let start: usize = call.request.query("from").and_then(|from| from.parse().ok()).unwrap_or(0);
    let end = start.saturating_add(quirks.page_size.unwrap_or(all.len())).min(all.len());
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": all.get(start..end).unwrap_or_default()});
    let mut answer = Answer::text(200, INDEX, index.to_string());
    if kind.is_some() {
        answer = answer.header("OCI-Filters-Applied", "artifactType");
    }
    if end < all.len() {
        let filter = kind.map(|kind| format!("&artifactType={}", kind.replace('+', "%2B"))).unwrap_or_default();
        answer = answer.header("Link", format!("<{}?from={end}{filter}>; rel=\"next\"", call.request.path));
    }
    answer
}

//! `TOOMANYREQUESTS`, 429.

use super::say::{count, list, say};
use super::{Context, Said};
use crate::compat::duration;
use crate::doctor::evidence::Failure;

/// Requests of a reconcile: the challenge, the token, the tag.
const REQUESTS: u64 = 3;

pub(super) fn explain(context: &Context<'_>) -> Said {
    if !context.failure().is_some_and(Failure::is_rate_limit) {
        return Ok(None);
    }
    let host = context.host();
    let case = context.case;
    let mut text = format!("\"{host}\" counts requests, and has had enough of them for now.");
    let intervals = case.sharers.iter().filter_map(|sharer| seconds(&sharer.interval));
    let an_hour: u64 = intervals.map(|seconds| REQUESTS * 3600 / seconds.max(1)).sum();
    if an_hour > 0 {
        text.push_str(&format!(
            " Of the files here, {} it: about {an_hour} requests an hour and cluster, even while nothing changes.",
            match case.sharers.len() {
                1 => "this object alone asks".to_owned(),
                objects => format!("{} ask", count(objects, "object")),
            }
        ));
    }
    let others = case.sharers.iter().map(|sharer| sharer.name.as_str()).filter(|name| *name != case.object.name);
    let names: Vec<&str> = others.collect();
    let mut said = say(text).paste("ask less often", "interval: 1h");
    if !names.is_empty() {
        said = said.advise(format!("the others that ask the same host: {}", list(&names, 8)));
    }
    if case.connection.as_ref().is_some_and(|connection| connection.credentials.is_none()) {
        said = said.advise("send credentials with secretRef: most registries allow more to those whom they know");
    }
    Ok(Some(said))
}

fn seconds(interval: &str) -> Option<u64> {
    u64::try_from(duration::parse(interval).ok()? / 1_000_000_000).ok()
}

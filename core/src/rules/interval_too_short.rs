use super::{Check, Rule, Scope, page};
use crate::compat::duration;
use crate::compat::image_name::Repository;
use crate::context::Context;
use crate::diag::Severity;
use crate::model::{OciRepository, Text, Use};

pub(super) const RULE: Rule = Rule {
    id: "interval-too-short",
    summary: "an interval so short that the registry is asked more often than it likes",
    severity: Severity::Warning,
    scope: Scope::Set,
    check: Check::Object(check),
    page: page!("interval-too-short"),
    ..Rule::DEFAULT
};

const MINUTE: i64 = 60_000_000_000;

/// What one registry is asked by a whole set before it is worth a word: one request a second.
const REQUESTS_PER_HOUR: u64 = 3_600;

fn check(ctx: &mut Context<'_, '_>) {
    let Some(oci) = ctx.oci() else { return };
    let Some(interval) = oci.interval.as_ref() else { return };
    let Some(Ok(nanoseconds)) = interval.known().map(duration::parse) else { return };
    // Zero and less are for the schema to refuse.
    if nanoseconds <= 0 {
        return;
    }
    if nanoseconds < MINUTE {
        too_short(ctx, oci, interval);
    } else if nanoseconds < 60 * MINUTE {
        too_many(ctx, oci, interval);
    }
}

fn too_short<'a>(ctx: &mut Context<'_, 'a>, oci: &OciRepository<'a>, interval: &Text<'_>) {
    // What a Kustomization applies may well be what is being worked on.
    let delivers = ctx.set().consumers_of(oci.object).any(|consumer| consumer.by == Use::Kustomization);
    ctx.report(interval.text_span(), format!("the interval \"{}\" is under a minute", interval.as_str()))
        .severity(if delivers { Severity::Info } else { Severity::Warning })
        .why("the registry is asked at each interval, whether or not anything is new: hosted ones answer 429 TOOMANYREQUESTS before long")
        .help("5m or more is usual; a Receiver reconciles at once when something is pushed");
}

/// The set as a whole asks one registry for much, and this object for the most of it.
fn too_many(ctx: &mut Context<'_, '_>, oci: &OciRepository<'_>, interval: &Text<'_>) {
    let Some(url) = oci.url.as_ref().and_then(Text::known) else { return };
    let Some(repository) = Repository::parse_url(url, false).ok() else { return };
    let host = repository.registry_host();
    let Some(asked) = ctx.set().sources().host(host) else { return };
    if asked.requests_per_hour <= REQUESTS_PER_HOUR || !asked.busiest.is(oci.object) || repository.offers_plain_http() {
        return;
    }
    let (sources, requests) = (asked.sources, asked.requests_per_hour);
    ctx.report(interval.text_span(), format!("{sources} sources ask {host} for {requests} answers an hour"))
        .severity(Severity::Info)
        .mark("the shortest interval of them")
        .why("registries count requests by account or address: over their limit they answer 429 TOOMANYREQUESTS, to all of these sources")
        .help("lengthen the intervals; a digest or a longer interval costs nothing where little changes");
}

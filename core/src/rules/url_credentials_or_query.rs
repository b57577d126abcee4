use super::support::short;
use super::support::url::{self, refusal};
use super::{Check, Rule, page};
use crate::compat::image_name::Repository;
use crate::context::Context;
use crate::diag::Severity;

pub(super) const RULE: Rule = Rule {
    id: "url-credentials-or-query",
    summary: "credentials, a query or a fragment in the URL",
    severity: Severity::Error,
    kinds: url::CARRIERS,
    check: Check::Object(check),
    page: page!("url-credentials-or-query"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(url) = url::carried(ctx) else { return };
    let Some((text, parts)) = url.known().and_then(|text| Some((text, url::parts(text)?))) else { return };
    let kind = ctx.object().kind();
    if let Some(range) = parts.credentials {
        // What is written there is a secret: neither the message nor the reason repeats it.
        let secret = text.get(range.clone()).unwrap_or_default();
        let user = secret.split([':', '@']).next().unwrap_or_default();
        let refused = Repository::parse_url(text, false).err().map(|error| error.to_string().replace(secret, "…@"));
        let read = if secret.contains(':') {
            "whoever reads the manifest reads the password"
        } else {
            "it names nobody to the registry"
        };
        ctx.report(url.part(range.start, range.end), format!("the URL holds credentials, of \"{}\"", short(user)))
            .why(match refused {
                Some(error) => format!("{}: {error}; and {read}", url::outcome(kind)),
                None => read.to_owned(),
            })
            .help("put them into a Secret of type kubernetes.io/dockerconfigjson and name it in spec.secretRef; consider them known");
        return;
    }
    let Some(range) = parts.query else { return };
    let part = text.get(range.clone()).unwrap_or_default();
    let what = if part.starts_with('?') { "a query" } else { "a fragment" };
    let finding = ctx
        .report(url.part(range.start, range.end), format!("the URL holds {what}, \"{}\"", short(part)))
        .help("a URL is oci://<registry>/<repository>; what is wanted of it stands in ref, layerSelector and verify");
    if let Some(why) = refusal(kind, text) {
        finding.why(why);
    }
}

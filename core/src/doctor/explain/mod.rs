//! What it means and what to do: a table of rows, each a file.
//!
//! A row looks at where the walk ended and says nothing where that is none of its business. It may
//! ask for more before it speaks: what was fetched for the verdict is there already.

mod broken_archive;
mod certificate;
mod chart_version;
mod client_certificate;
mod container_image;
mod digest_format;
mod downgrade;
mod drift;
mod feature_gate;
mod identity;
mod layer_absent;
mod manifest;
mod no_layers;
mod no_match;
mod not_gzip;
mod not_served;
mod path_missing;
mod pattern;
mod plain_http;
mod platform;
mod provider_host;
mod proxy_secret;
mod pull_secret;
mod rate_limit;
mod refused;
mod rejected;
mod rejected_tag;
mod runnable_image;
mod say;
mod secret_missing;
mod server_error;
mod tie;
mod timeout;
mod tls_secret;
mod undecided;
mod unknown;
mod unknown_host;
mod url;
mod verification;

use super::case::Case;
use super::evidence::{Answer, Evidence, Failure, Fetch, What};
use super::fault::{Failed, Fault};
use super::verdict::{Explanation, StepName};
use super::walk::Walk;

/// What a row says, or what it has to know first.
type Said = Result<Option<Explanation>, Vec<Fetch>>;

/// A row of the table.
struct Row {
    name: &'static str,
    explain: fn(&Context<'_>) -> Said,
}

/// The rows, the special before the general: the first that speaks is heard.
const ROWS: &[Row] = &[
    Row { name: "undecided", explain: undecided::explain },
    Row { name: "not-served", explain: not_served::explain },
    Row { name: "rejected", explain: rejected::explain },
    Row { name: "secret-missing", explain: secret_missing::explain },
    Row { name: "pull-secret", explain: pull_secret::explain },
    Row { name: "proxy-secret", explain: proxy_secret::explain },
    Row { name: "tls-secret", explain: tls_secret::explain },
    Row { name: "feature-gate", explain: feature_gate::explain },
    Row { name: "url", explain: url::explain },
    Row { name: "digest-format", explain: digest_format::explain },
    Row { name: "pattern", explain: pattern::explain },
    Row { name: "no-match", explain: no_match::explain },
    Row { name: "provider-host", explain: provider_host::explain },
    Row { name: "untrusted-authority", explain: certificate::explain_authority },
    Row { name: "certificate", explain: certificate::explain },
    Row { name: "client-certificate", explain: client_certificate::explain },
    Row { name: "plain-http", explain: plain_http::explain },
    Row { name: "nobody-listens", explain: plain_http::explain_silence },
    Row { name: "unknown-host", explain: unknown_host::explain },
    Row { name: "timeout", explain: timeout::explain },
    Row { name: "rate-limit", explain: rate_limit::explain },
    Row { name: "stale-credentials", explain: refused::explain_stale },
    Row { name: "refused", explain: refused::explain },
    Row { name: "rejected-tag", explain: rejected_tag::explain },
    Row { name: "unknown", explain: unknown::explain },
    Row { name: "server-error", explain: server_error::explain },
    Row { name: "verification", explain: verification::explain },
    Row { name: "platform", explain: platform::explain },
    Row { name: "manifest", explain: manifest::explain },
    Row { name: "no-layers", explain: no_layers::explain },
    Row { name: "layer-absent", explain: layer_absent::explain },
    Row { name: "not-gzip", explain: not_gzip::explain },
    Row { name: "container-image", explain: container_image::explain },
    Row { name: "broken-archive", explain: broken_archive::explain },
    Row { name: "runnable-image", explain: runnable_image::explain },
    Row { name: "path-missing", explain: path_missing::explain },
    Row { name: "chart-version", explain: chart_version::explain },
    Row { name: "downgrade", explain: downgrade::explain },
    Row { name: "tie", explain: tie::explain },
    Row { name: "drift", explain: drift::explain },
    Row { name: "identity", explain: identity::explain },
];

/// Explains where a walk ended; `None` where all is well, or nobody knows more than the message.
///
/// # Errors
///
/// What has to be asked before it can be explained.
pub(super) fn explain(case: &Case, evidence: &Evidence, walk: &Walk) -> Said {
    let context = Context { case, evidence, walk };
    for row in ROWS {
        if let Some(said) = (row.explain)(&context)? {
            return Ok(Some(Explanation { row: row.name, ..said }));
        }
    }
    Ok(None)
}

/// What a row sees.
struct Context<'c> {
    case: &'c Case,
    evidence: &'c Evidence,
    walk: &'c Walk,
}

impl<'c> Context<'c> {
    /// Where the controller stops.
    fn failed(&self) -> Option<&'c Failed> {
        self.walk.failed.as_deref()
    }

    fn fault(&self) -> Option<&'c Fault> {
        self.failed().map(|failed| &failed.fault)
    }

    /// The request that failed.
    fn failure(&self) -> Option<&'c Failure> {
        match self.fault() {
            Some(Fault::Request(failure)) => Some(failure),
            _ => None,
        }
    }

    /// What the failed request asked for.
    fn failed_request(&self) -> Option<What> {
        self.failure()?;
        let digest =
            || self.walk.revision.as_deref().map(|revision| revision.rsplit('@').next().unwrap_or(revision).to_owned());
        Some(match self.failed()?.step {
            StepName::Reference => What::Tags,
            StepName::Digest => What::Digest { tag: self.walk.tag.clone()? },
            StepName::Pull => What::Manifest { digest: digest()? },
            // The layer was found, so the manifest may be asked for in its place: it costs little.
            _ => What::Manifest { digest: digest()? },
        })
    }

    /// Answers, or what is still to be asked.
    fn ask(&self, fetches: Vec<Fetch>) -> Result<Vec<&'c Answer>, Vec<Fetch>> {
        let answers: Vec<_> = fetches.iter().filter_map(|fetch| self.evidence.get(fetch)).collect();
        if answers.len() == fetches.len() {
            return Ok(answers);
        }
        Err(fetches.into_iter().filter(|fetch| self.evidence.get(fetch).is_none()).collect())
    }

    /// One answer.
    fn ask_one(&self, fetch: Fetch) -> Result<&'c Answer, Vec<Fetch>> {
        match self.evidence.get(&fetch) {
            Some(answer) => Ok(answer),
            None => Err(vec![fetch]),
        }
    }

    /// The repository's tags; none where they cannot be listed.
    fn tags(&self) -> Result<&'c [String], Vec<Fetch>> {
        Ok(match self.ask_one(Fetch::configured(What::Tags))? {
            Answer::Tags(tags) => tags,
            _ => &[],
        })
    }

    /// Host and port of the registry.
    fn host(&self) -> String {
        self.case.repository().map_or_else(String::new, |repository| repository.registry_host().to_owned())
    }

    /// The URL behind `oci://`, as other tools take it.
    fn location(&self) -> String {
        let url = self.case.url();
        url.strip_prefix("oci://").unwrap_or(&url).trim_end_matches('/').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::ROWS;

    #[test]
    fn rows_have_names_of_their_own() {
        let mut names: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}

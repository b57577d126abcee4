//! The registries of the recorded cases, played: `registry.json` holds their tags, manifests and
//! what is in their layers; how each port behaves stands here.

use serde_json::Value;

use super::super::*;
use crate::compat::pull_secret::Credentials;

/// Cases with a `verify` block that fails before a signature is looked at.
pub(crate) const TOLD_OFFLINE: [&str; 4] =
    ["verify-missing-secret", "verify-keyless-root-missing", "verify-notation-no-policy", "verify-notation-no-secret"];

pub(crate) fn is_told_offline(name: &str) -> bool {
    TOLD_OFFLINE.contains(&name)
}

/// A registry that answers as the four did.
pub(crate) fn registry(case: &Case) -> impl FnMut(&Connection, &Fetch) -> Answer + use<> {
    let data: Value = serde_json::from_str(include_str!("registry.json")).unwrap();
    let unsent = case.unsent_credentials().cloned();
    move |connection, fetch| {
        let host = connection.repository.registry_host();
        let port = host.rsplit(':').next().unwrap();
        if let Some(failure) = refused(port, unsent.as_ref(), connection, fetch) {
            return Answer::Failed(failure);
        }
        let repository = connection.repository.repository_name();
        let tags = &data["repositories"][format!("{port}/{repository}")];
        let url = |path: &str| format!("{}://{host}/v2/{repository}/{path}", scheme(port));
        match &fetch.what {
            What::Challenge => Answer::Challenge(Challenge { scheme: Scheme::Basic, plain_http: port < "5002" }),
            What::Login => Answer::Login(Login::Unavailable("nobody to log in as".to_owned())),
            What::Tags => match tags.as_object() {
                Some(tags) => Answer::Tags(tags.keys().cloned().collect()),
                None => missing(&url("tags/list?n=1000"), "NAME_UNKNOWN: repository name not known to registry"),
            },
            What::Digest { tag } => match tags[tag].as_str() {
                Some(digest) => Answer::Digest(digest.to_owned()),
                None if tag.contains(['@', '/']) => {
                    let text = format!(
                        "GET {}: unexpected status code 404 Not Found: 404 page not found\n",
                        url(&format!("manifests/{tag}"))
                    );
                    Answer::Failed(Failure { text, status: Some(404), ..Failure::default() })
                }
                None => missing(
                    &url(&format!("manifests/{tag}")),
                    &format!("MANIFEST_UNKNOWN: manifest unknown; map[Tag:{tag}]"),
                ),
            },
            What::Manifest { digest } => match data["manifests"][digest].as_str() {
                Some(text) => {
                    let json: Value = serde_json::from_str(text).unwrap();
                    let media_type = json["mediaType"].as_str().unwrap().to_owned();
                    Answer::Manifest(RawManifest { media_type, text: text.to_owned() })
                }
                None => missing(
                    &url(&format!("manifests/{digest}")),
                    &format!("MANIFEST_UNKNOWN: manifest unknown; map[Name:{repository} Revision:{digest}]"),
                ),
            },
            What::Layer { digest, copy, .. } => Answer::Layer(facts(&data["layers"][digest], *copy)),
            What::Repositories => {
                let all = data["repositories"].as_object().unwrap().keys();
                Answer::Repositories(
                    all.filter_map(|name| name.strip_prefix(&format!("{port}/"))).map(str::to_owned).collect(),
                )
            }
        }
    }
}

fn scheme(port: &str) -> &'static str {
    if port < "5002" { "http" } else { "https" }
}

fn missing(url: &str, words: &str) -> Answer {
    let code = words.split(':').next().unwrap().to_owned();
    let text = format!("GET {url}: {words}");
    Answer::Failed(Failure { text, status: Some(404), codes: vec![code], ..Failure::default() })
}

/// What each port asks of who comes.
fn refused(port: &str, unsent: Option<&Credentials>, connection: &Connection, fetch: &Fetch) -> Option<Failure> {
    let host = connection.repository.registry_host();
    let sent = match fetch.access {
        Access::Anonymous => None,
        Access::Unsent => unsent,
        Access::Configured | Access::Insecure => connection.credentials.as_ref(),
    };
    let lenient = fetch.access == Access::Insecure || connection.skip_verification;
    let authorities = connection.authorities.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    let trusts = lenient || is_ca(&authorities);
    let get = format!("Get \"https://{host}/v2/\": ");
    let plain = format!(
        "; GET http://{host}/v2/: unexpected status code 400 Bad Request: Client sent an HTTP request to an HTTPS server.\n"
    );
    let failed =
        |text: String, cause| Some(Failure { text, host: host.to_owned(), cause: Some(cause), ..Failure::default() });
    match port {
        "5001" if matches!(fetch.what, What::Challenge) => None,
        "5001" if !sent.is_some_and(|sent| sent.username() == "puller" && sent.password() == "secret") => {
            Some(Failure {
                text: format!(
                    "GET http://{host}/v2/private/app/manifests/1.0.0: UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:private/app Type:repository]]"
                ),
                status: Some(401),
                codes: vec!["UNAUTHORIZED".to_owned()],
                host: host.to_owned(),
                sent_credentials: sent.is_some(),
                cause: None,
            })
        }
        "5002" | "5003" if !trusts => failed(
            format!("{get}tls: failed to verify certificate: x509: certificate signed by unknown authority{plain}"),
            Cause::Certificate(Box::new(CertificateFacts {
                subject: "CN=server".to_owned(),
                issuer: "CN=acme ca".to_owned(),
                names: vec!["127.0.0.1".to_owned(), "localhost".to_owned()],
                ..CertificateFacts::default()
            })),
        ),
        "5003" if connection.client.is_none() => {
            failed(format!("{get}remote error: tls: bad certificate{plain}"), Cause::ClientCertificate)
        }
        "5999" => failed(
            format!(
                "{get}dial tcp {host}: connect: connection refused; Get \"http://{host}/v2/\": dial tcp {host}: connect: connection refused"
            ),
            Cause::Refused,
        ),
        _ => None,
    }
}

/// Whether it is the authority that the servers' certificates come from.
fn is_ca(pem: &str) -> bool {
    let good = super::secrets().into_iter().find(|(path, _)| path.ends_with("ca-good.yaml")).unwrap().1;
    let encoded = good.split("ca.crt: ").nth(1).unwrap().trim();
    !pem.is_empty() && crate::yaml::decode_base64(encoded).unwrap() == pem.as_bytes()
}

fn facts(layer: &Value, copy: bool) -> LayerFacts {
    let start: Vec<u8> =
        layer["start"].as_str().unwrap().chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let mut out =
        LayerFacts { size: layer["size"].as_u64().unwrap(), magic: Magic::of(&start), ..LayerFacts::default() };
    if copy {
        return out;
    }
    let words = layer["fault"][1].as_str();
    if layer["fault"][0] == "not-gzip" {
        out.fault = words.map(|words| LayerFault::NotGzip(words.to_owned()));
        return out;
    }
    let mut unpacking = Unpacking::default();
    let stream = crate::yaml::decode_base64(layer["tar"].as_str().unwrap_or_default()).unwrap();
    match unpacking.push(&stream) {
        Ok(_) => (out.contents, out.fault) = unpacking.finish(words, None),
        Err(fault) => (out.contents, out.fault) = (unpacking.contents(), Some(fault)),
    }
    out
}

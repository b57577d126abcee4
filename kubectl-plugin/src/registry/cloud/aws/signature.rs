//! AWS Signature Version 4 of a request without a query: all that logins send.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>; the tests are AWS's
//! own vectors.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, Tag, sign};
use reqwest::Url;

use super::Keys;
use super::time::stamp;
use crate::registry::cloud::http::Question;
use crate::registry::transport::host_and_port;

/// For whom a signature counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) region: &'s str,
    pub(super) service: &'s str,
}

/// A signed POST. `headers` have names in lower case.
pub(super) fn post(
    url: Url,
    headers: &[(&'static str, &str)],
    body: String,
    keys: &Keys,
    scope: Scope<'_>,
    now: i64,
) -> Question {
    let stamp = stamp(now);
    let host = host_and_port(&url);
    let token = keys.session_token.as_ref().map(|token| String::from_utf8_lossy(token.expose()).into_owned());
    let mut signed: Vec<(&str, &str)> = headers.to_vec();
    signed.extend([("host", host.as_str()), ("x-amz-date", stamp.as_str())]);
    signed.extend(token.as_deref().map(|token| ("x-amz-security-token", token)));
    signed.sort_unstable();
    let authorization = authorization("POST", url.path(), &signed, body.as_bytes(), keys, scope, &stamp);

    let media_type = headers.iter().find(|(name, _)| *name == "content-type").map_or("", |(_, value)| value);
    let mut question = Question::post(url).body(media_type, body);
    for (name, value) in headers.iter().filter(|(name, _)| *name != "content-type") {
        question = question.header(name, value);
    }
    question = question.header("x-amz-date", &stamp).header("authorization", &authorization).hide(&keys.secret);
    match &keys.session_token {
        Some(token) => question.secret_header("x-amz-security-token", "", token),
        None => question,
    }
}

/// The header `Authorization`. `headers` are sorted by their names, which are in lower case.
fn authorization(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    keys: &Keys,
    scope: Scope<'_>,
    stamp: &str,
) -> String {
    let day = stamp.get(..8).unwrap_or(stamp);
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let request = format!("{method}\n{path}\n\n{lines}\n{names}\n{}", hex(digest(&SHA256, body).as_ref()));

    let place = format!("{day}/{}/{}/aws4_request", scope.region, scope.service);
    let to_sign = format!("AWS4-HMAC-SHA256\n{stamp}\n{place}\n{}", hex(digest(&SHA256, request.as_bytes()).as_ref()));
    let first = [b"AWS4", keys.secret.expose()].concat();
    let parts = [day, scope.region, scope.service, "aws4_request", &to_sign];
    let signature = parts.iter().fold(first, |key, part| hmac(&key, part).as_ref().to_vec());
    format!(
        "AWS4-HMAC-SHA256 Credential={}/{place}, SignedHeaders={names}, Signature={}",
        keys.access_key_id,
        hex(&signature)
    )
}

fn hmac(key: &[u8], text: &str) -> Tag {
    sign(&Key::new(HMAC_SHA256, key), text.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Secret;

    /// `aws-sig-v4-test-suite`: get-vanilla, post-vanilla, post-x-www-form-urlencoded.
    #[test]
    fn signatures_are_those_of_the_published_vectors() {
        let keys = Keys {
            access_key_id: "AKIDEXAMPLE".to_owned(),
            secret: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            session_token: None,
            identity: String::new(),
        };
        let scope = Scope { region: "us-east-1", service: "service" };
        let stamp = stamp(1_440_938_160);
        let plain: &[(&str, &str)] = &[("host", "example.amazonaws.com"), ("x-amz-date", &stamp)];
        let form: &[(&str, &str)] = &[
            ("content-type", "application/x-www-form-urlencoded"),
            ("host", "example.amazonaws.com"),
            ("x-amz-date", &stamp),
        ];
        for (method, headers, body, names, signature) in [
            ("GET", plain, "", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            ("POST", plain, "", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
            (
                "POST",
                form,
                "Param1=value1",
                "content-type;host;x-amz-date",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
        ] {
            let expected = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders={names}, Signature={signature}"
            );
            assert_eq!(authorization(method, "/", headers, body.as_bytes(), &keys, scope, &stamp), expected);
        }
    }
}

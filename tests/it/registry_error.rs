//! What the controller said of registries' answers, from the answers themselves.
//!
//! The bodies are those that Debian's `docker-registry` sent when `tests/controller/cases.jsonl` was recorded; each
//! message of a case that is about an answer has to come out of one of them.

use std::path::Path;

use kubectl_oci_core::compat::registry_error::{StatusError, request_words};
use serde_json::Value;

/// A body by what the message holds: where it is found, the status and the body that it was made from.
const BODIES: &[(&str, u16, &str)] = &[
    (
        "map[Tag:",
        404,
        r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"TAG"}}]}"#,
    ),
    (
        "map[Name:",
        404,
        r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Name":"NAME","Revision":"TAG"}}]}"#,
    ),
    (
        "UNAUTHORIZED",
        401,
        r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":[{"Type":"repository","Class":"","Name":"NAME","Action":"pull"}]}]}"#,
    ),
    ("404 page not found", 404, "404 page not found\n"),
    ("Client sent an HTTP request", 400, "Client sent an HTTP request to an HTTPS server.\n"),
];

/// `GET http://…` in a message, up to the blank that ends the URL.
fn asked(message: &str) -> Option<(&str, &str)> {
    let (before, rest) = message.split_once("GET ")?;
    let (url, _) = rest.split_once(": ")?;
    Some((before, url))
}

#[test]
fn every_recorded_answer_is_told_as_the_controller_told_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("controller/cases.jsonl");
    let text = std::fs::read_to_string(path).expect("recorded cases");
    let mut seen = 0;
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let Some(message) = case["outcome"]["message"].as_str() else { continue };
        let Some((before, url)) = asked(message) else { continue };
        let (_, status, body) = BODIES.iter().find(|(mark, ..)| message.contains(mark)).expect("a body");
        let path = url.split("/v2/").nth(1).unwrap_or_default();
        let (name, tag) = path.split_once("/manifests/").unwrap_or((path, ""));
        let body = body.replace("NAME", name).replace("TAG", tag);
        let ours = format!("{before}{}", StatusError::new("GET", url, *status, body.as_bytes()));
        assert_eq!(ours, message, "{}", case["name"]);
        seen += 1;
    }
    assert!(seen >= 13, "{seen}");
}

#[test]
fn requests_without_an_answer_are_told_as_gos_client_tells_them() {
    let words =
        request_words("GET", "https://127.0.0.1:5999/v2/", "dial tcp 127.0.0.1:5999: connect: connection refused");
    assert_eq!(words, r#"Get "https://127.0.0.1:5999/v2/": dial tcp 127.0.0.1:5999: connect: connection refused"#);
}

//! What is read, and what is not believed.

use std::time::{Duration, Instant};

use super::server::{Server, answer, ok};
use super::*;
use crate::exit::Exit;
use crate::registry::manifest::sha256;
use crate::registry::referrers::FoundBy;

fn greeted(answer: impl Fn(&server::Asked, usize) -> Vec<u8> + Send + Sync + 'static) -> impl Future<Output = Server> {
    Server::start(move |asked, before| if asked.target == "/v2/" { ok("") } else { answer(asked, before) })
}

#[test]
fn pages_of_tags_are_turned_to_the_last() {
    run(async {
        let server = greeted(|asked, _| match asked.target.as_str() {
            "/v2/acme/app/tags/list?n=1000" => answer(
                200,
                &[("Link", "</v2/acme/app/tags/list?token=opaque%2F1>; rel=\"next\"")],
                br#"{"tags":["b","a"]}"#,
            ),
            "/v2/acme/app/tags/list?token=opaque%2F1" => {
                let link = format!("<http://{}/elsewhere>; rel=\"next\"", asked.header("host").unwrap_or_default());
                answer(200, &[("Link", &link)], br#"{"tags":[]}"#)
            }
            _ => ok(r#"{"name":"x","tags":["c"]}"#),
        })
        .await;
        assert_eq!(repository(&server).tags().await.expect("tags"), ["b", "a", "c"]);
    });
}

#[test]
fn pages_that_go_in_a_circle_end() {
    run(async {
        let server =
            greeted(|_, _| answer(200, &[("Link", "</v2/acme/app/tags/list?n=1000>")], br#"{"tags":["a"]}"#)).await;
        let error = repository(&server).tags().await.expect_err("an error");
        assert!(error.to_string().ends_with("go in a circle"), "{error}");
        let endless = greeted(|_, before| {
            answer(200, &[("Link", &format!("</v2/acme/app/tags/list?n={before}>"))], br#"{"tags":[]}"#)
        })
        .await;
        let error = repository(&endless).tags().await.expect_err("an error");
        assert!(error.to_string().ends_with("have no end"), "{error}");
    });
}

#[test]
fn a_digest_is_held_against_what_arrived() {
    run(async {
        let server = greeted(|_, _| answer(200, &[("Docker-Content-Digest", &sha256(b"{}"))], b"{ }")).await;
        let manifest = repository(&server).manifest("1").await.expect("a manifest");
        assert_eq!(manifest.digest, sha256(b"{ }"));
        let error = repository(&server).manifest(&sha256(b"{}")).await.expect_err("another manifest");
        assert!(error.to_string().contains("does not match requested digest"), "{error}");
        assert_eq!(error.exit(), Exit::Found);
    });
}

#[test]
fn a_head_that_says_too_little_is_followed_by_a_get() {
    run(async {
        let server =
            greeted(
                |asked, _| {
                    if asked.method == "HEAD" { answer(200, &[("Content-Type", "x")], b"") } else { ok("{}") }
                },
            )
            .await;
        assert_eq!(repository(&server).digest_of("1").await.expect("a digest"), sha256(b"{}"));
        let error = repository(&server).manifest_head("1").await.expect_err("no digest");
        let words = format!(
            "HEAD http://{}/v2/acme/app/manifests/1: response did not include Docker-Content-Digest header",
            server.host
        );
        assert_eq!(error.to_string(), words);
    });
}

#[test]
fn a_busy_registry_is_asked_again_when_it_says() {
    run(async {
        let server =
            greeted(|_, before| if before < 2 { answer(429, &[("Retry-After", "1")], b"") } else { ok("{}") }).await;
        let begin = Instant::now();
        repository(&server).manifest("1").await.expect("a manifest");
        assert!(begin.elapsed() >= Duration::from_secs(1));
        let later = greeted(|_, _| answer(429, &[("Retry-After", "3600")], b"")).await;
        let error = repository(&later).manifest("1").await.expect_err("too many");
        assert_eq!((later.asked().len(), error.exit()), (1, Exit::Unreachable));
        let broken = greeted(|_, _| answer(503, &[], b"")).await;
        repository(&broken).manifest("1").await.expect_err("unavailable");
        assert_eq!(broken.asked().len(), 3);
    });
}

#[test]
fn endless_and_broken_bodies_are_errors() {
    run(async {
        let head = |length: &str| format!("HTTP/1.1 200 OK\r\nContent-Type: x\r\n{length}\r\n").into_bytes();
        let long = greeted(move |_, _| head("Content-Length: 99999999999\r\n")).await;
        let error = repository(&long).manifest("1").await.expect_err("too large");
        assert!(error.to_string().contains("larger than"), "{error}");
        let short = greeted(move |_, _| [head("Content-Length: 100\r\n"), b"{}".to_vec()].concat()).await;
        let error = repository(&short).manifest("1").await.expect_err("cut");
        assert!(error.to_string().ends_with(": EOF"), "{error}");
        assert_eq!(error.exit(), Exit::Unreachable);
    });
}

#[test]
fn a_blob_that_breaks_off_is_taken_up_again() {
    run(async {
        let server = greeted(|asked, _| match asked.header("range") {
            None => [&b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"[..], b"0123"].concat(),
            Some("bytes=4-") => {
                [&b"HTTP/1.1 206 X\r\nContent-Range: bytes 4-9/10\r\nContent-Length: 6\r\n\r\n"[..], b"456"].concat()
            }
            // This time without ranges.
            Some(_) => ok("0123456789"),
        })
        .await;
        let digest = sha256(b"0123456789");
        let bytes = repository(&server).blob_bytes(&digest, 10, 100).await.expect("a blob");
        assert_eq!(&bytes[..], b"0123456789");
        let ranges: Vec<_> = server.asked().iter().map(|asked| asked.header("range").map(str::to_owned)).collect();
        assert_eq!(ranges, [None, Some("bytes=4-".to_owned()), Some("bytes=7-".to_owned())]);
    });
}

#[test]
fn a_blob_is_nothing_but_what_its_digest_says() {
    run(async {
        let server = greeted(|_, _| ok("0123456789")).await;
        let error = repository(&server).blob_bytes(&sha256(b"other"), 10, 100).await.expect_err("other bytes");
        assert!(
            error.to_string().starts_with("error verifying sha256 checksum after reading 10 bytes; got "),
            "{error}"
        );
        let error = repository(&server).blob_bytes(&sha256(b"0123456789"), 9, 100).await.expect_err("another size");
        assert!(error.to_string().ends_with("Content-Length header 10 does not match expected size 9"), "{error}");
        let error = repository(&server).blob_bytes("sha256:zz", 9, 100).await.expect_err("no digest");
        assert!(error.to_string().contains("hex"), "{error}");
    });
}

#[test]
fn referrers_are_found_by_the_api_and_by_the_tag() {
    const INDEX: &str = "application/vnd.oci.image.index.v1+json";
    let index = br#"{"manifests":[{"artifactType":"a","digest":"x"},{"artifactType":"b","digest":"y"}]}"#;
    run(async {
        let server = greeted(move |_, _| answer(200, &[("Content-Type", INDEX)], index)).await;
        let digest = sha256(b"{}");
        let found = repository(&server).referrers(&digest, Some("b")).await.expect("referrers");
        assert_eq!((found.descriptors.len(), found.found_by), (1, FoundBy::Api));
        let without = greeted(move |asked, _| {
            let is_api = asked.target.contains("/referrers/");
            if is_api { answer(404, &[], b"") } else { answer(200, &[("Content-Type", INDEX)], index) }
        })
        .await;
        let found = repository(&without).referrers(&digest, None).await.expect("referrers");
        assert_eq!((found.descriptors.len(), found.found_by), (2, FoundBy::Tag));
        let none = greeted(|_, _| answer(404, &[], b"")).await;
        let found = repository(&none).referrers(&digest, None).await.expect("no referrers");
        assert_eq!(found.found_by, FoundBy::Nothing);
        let refused = greeted(|_, _| answer(403, &[], b"")).await;
        assert!(repository(&refused).referrers(&digest, None).await.expect_err("a refusal").is_refusal());
    });
}

#[test]
fn a_silent_registry_is_not_waited_for() {
    run(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let client = Client::new(options(), Keychain::Anonymous).expect("a client");
        let name = image_name::Repository::parse(&format!("{host}/acme/app")).expect("a name");
        let begin = Instant::now();
        let error = client.repository_as(&name, Action::Pull, Credentials::default()).manifest("1").await;
        assert!(error.expect_err("silence").to_string().contains("context deadline exceeded"));
        assert!(begin.elapsed() < Duration::from_secs(5));
    });
}

#[test]
fn warnings_are_told_once() {
    run(async {
        let server = greeted(|_, _| answer(200, &[("Warning", "299 - \"the end\"")], b"{}")).await;
        let client = Client::new(options(), Keychain::Anonymous).expect("a client");
        let name = image_name::Repository::parse(&format!("{}/acme/app", server.host)).expect("a name");
        let repository = client.repository_as(&name, Action::Pull, Credentials::default());
        for _ in 0..2 {
            repository.manifest("1").await.expect("a manifest");
        }
        assert_eq!(client.take_warnings(), [format!("{} says: the end", server.host)]);
        assert!(client.take_warnings().is_empty());
    });
}

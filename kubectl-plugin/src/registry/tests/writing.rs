//! What is pushed, and how.

use std::io;

use bytes::Bytes;
use futures_util::stream;

use super::server::{Asked, Server, answer, ok};
use super::*;
use crate::registry::manifest::sha256;
use crate::registry::upload::Pushed;

const UPLOAD: &str = "/upload?state=a%2Fb";

/// A registry that has nothing and takes everything.
async fn open() -> Server {
    Server::start(|asked, _| match (asked.method.as_str(), asked.target.as_str()) {
        ("GET", "/v2/") => ok(""),
        ("HEAD", _) => answer(404, &[], b""),
        ("POST", target) if target.contains("mount=") => answer(202, &[("Location", UPLOAD)], b""),
        ("POST" | "PATCH", _) => answer(202, &[("Location", UPLOAD)], b""),
        _ => answer(201, &[], b""),
    })
    .await
}

fn lines(server: &Server) -> Vec<String> {
    server.asked().iter().map(Asked::line).collect()
}

fn parts(texts: &[&'static str]) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send + use<> {
    let parts: Vec<_> = texts.iter().map(|text| Ok(Bytes::from_static(text.as_bytes()))).collect();
    stream::iter(parts)
}

fn push(server: &Server) -> Repository {
    repository_as(server, Credentials::default(), Action::Push)
}

#[test]
fn a_blob_goes_in_one_piece() {
    run(async {
        let server = open().await;
        let digest = sha256(b"abc");
        let pushed = push(&server).push_blob(&digest, Bytes::from_static(b"abc"), None).await;
        assert_eq!(pushed.expect("pushed"), Pushed::Sent);
        let last = format!("PUT {UPLOAD}&digest={}", digest.replace(':', "%3A"));
        let head = format!("HEAD /v2/acme/app/blobs/{digest}");
        assert_eq!(lines(&server), [head, "POST /v2/acme/app/blobs/uploads/".to_owned(), last]);
        assert_eq!(server.asked()[2].body, b"abc");
    });
}

#[test]
fn a_blob_that_is_there_is_not_sent() {
    run(async {
        let server = Server::start(|_, _| ok("")).await;
        let pushed = push(&server).push_blob(&sha256(b"abc"), Bytes::from_static(b"abc"), None).await;
        assert_eq!(pushed.expect("pushed"), Pushed::Existed);
    });
}

#[test]
fn a_blob_is_mounted_where_the_registry_can() {
    run(async {
        let server = Server::start(|asked, _| match asked.method.as_str() {
            "GET" => ok(""),
            "HEAD" => answer(404, &[], b""),
            _ => answer(201, &[], b""),
        })
        .await;
        let client = Client::new(options(), Keychain::Anonymous).expect("a client");
        let name = |name: &str| image_name::Repository::parse(&format!("{}/{name}", server.host)).expect("a name");
        let target = client.repository_as(&name("acme/app"), Action::Push, Credentials::default());
        let source = client.repository_as(&name("acme/other"), Action::Pull, Credentials::default());
        let digest = sha256(b"abc");
        let pushed = target.push_blob(&digest, Bytes::from_static(b"abc"), Some(&source)).await;
        assert_eq!(pushed.expect("mounted"), Pushed::Mounted);
        let mount = format!("POST /v2/acme/app/blobs/uploads/?from=acme%2Fother&mount={}", digest.replace(':', "%3A"));
        assert_eq!(lines(&server)[1], mount);
        // One that cannot is sent the blob, in the upload that it began.
        let server = open().await;
        let name = |name: &str| image_name::Repository::parse(&format!("{}/{name}", server.host)).expect("a name");
        let target = client.repository_as(&name("acme/app"), Action::Push, Credentials::default());
        let source = client.repository_as(&name("acme/other"), Action::Pull, Credentials::default());
        let pushed = target.push_blob(&digest, Bytes::from_static(b"abc"), Some(&source)).await;
        assert_eq!((pushed.expect("sent"), lines(&server).len()), (Pushed::Sent, 3));
    });
}

#[test]
fn a_stream_goes_until_it_ends() {
    run(async {
        let server = open().await;
        let sent = push(&server).push_stream(parts(&["ab", "c"])).await.expect("sent");
        assert_eq!((sent.digest.as_str(), sent.size), (sha256(b"abc").as_str(), 3));
        assert_eq!(server.asked()[1].body, b"abc");
        let broken = stream::iter([Ok(Bytes::from_static(b"a")), Err(io::Error::other("gone"))]);
        let error = push(&server).push_stream(broken).await.expect_err("a broken source");
        assert_eq!(error.to_string(), "what is to be pushed could not be read: gone");
    });
}

#[test]
fn pieces_say_where_they_belong() {
    run(async {
        let server = open().await;
        let sent = push(&server).push_pieces(parts(&["abc", "defg"]), 3).await.expect("sent");
        assert_eq!((sent.digest.as_str(), sent.size), (sha256(b"abcdefg").as_str(), 7));
        let ranges: Vec<_> =
            server.asked().iter().filter_map(|asked| asked.header("content-range").map(str::to_owned)).collect();
        assert_eq!(ranges, ["0-2", "3-5", "6-6"]);
    });
}

#[test]
fn a_file_is_opened_again_for_the_next_try() {
    run(async {
        let server = Server::start(|asked, before| match asked.method.as_str() {
            "GET" => ok(""),
            "HEAD" => answer(404, &[], b""),
            "POST" => answer(202, &[("Location", UPLOAD)], b""),
            _ if before < 5 => answer(503, &[], b""),
            _ => answer(201, &[], b""),
        })
        .await;
        let pushed = push(&server).push_blob_from(&sha256(b"abc"), 3, None, || Ok(parts(&["ab", "c"]))).await;
        assert_eq!(pushed.expect("pushed"), Pushed::Sent);
        let last = server.asked().pop().expect("a request");
        assert_eq!((last.body.as_slice(), last.header("content-length")), (&b"abc"[..], Some("3")));
    });
}

#[test]
fn an_upload_without_a_place_is_an_error() {
    run(async {
        for location in [None, Some("http://10.1.1.1/x"), Some("ftp://example.com/")] {
            let server = Server::start(move |asked, _| match (asked.method.as_str(), location) {
                ("GET", _) => ok(""),
                ("HEAD", _) => answer(404, &[], b""),
                (_, Some(location)) => answer(202, &[("Location", location)], b""),
                (_, None) => answer(202, &[], b""),
            })
            .await;
            let pushed = push(&server).push_blob(&sha256(b"abc"), Bytes::from_static(b"abc"), None).await;
            let error = pushed.expect_err("nowhere to go on");
            assert!(error.to_string().starts_with("POST http://127.0.0.1:"), "{location:?}: {error}");
            assert!(error.failure("").help.is_some_and(|help| help.contains("`Location`")), "{location:?}");
        }
    });
}

#[test]
fn a_manifest_is_kept_as_it_was_sent() {
    run(async {
        let server = Server::start(|asked, _| {
            if asked.method == "GET" { ok("") } else { answer(201, &[("OCI-Subject", "sha256:x")], b"") }
        })
        .await;
        let put =
            push(&server).put_manifest("1.0.0", "application/json", Bytes::from_static(b"{}")).await.expect("put");
        assert_eq!((put.digest, put.subject_is_known), (sha256(b"{}"), true));
        let other = sha256(b"{ }");
        let server = Server::start(move |asked, _| {
            if asked.method == "GET" { ok("") } else { answer(201, &[("Docker-Content-Digest", &other)], b"") }
        })
        .await;
        push(&server).put_manifest("1", "x", Bytes::from_static(b"{}")).await.expect_err("another digest");
    });
}

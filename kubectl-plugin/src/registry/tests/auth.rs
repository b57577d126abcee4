//! Who is told what.

use super::server::{Asked, Server, answer, ok};
use super::*;

const BASIC: &str = "Basic YWxpY2U6aHVudGVyMg==";
const MANIFEST: &str = "{}";

fn challenge(value: &str) -> Vec<u8> {
    answer(401, &[("WWW-Authenticate", value)], b"")
}

/// A registry whose token server is itself. `token` answers at `/token`; the registry wants the token `good`.
async fn with_tokens(token: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Server {
    Server::start(move |asked, _| {
        let realm = format!("http://{}/token", asked.header("host").unwrap_or_default());
        let bearer = format!("Bearer realm=\"{realm}\",service=\"me\"");
        match asked.target.split('?').next() {
            Some("/token") => token(asked),
            _ if asked.header("authorization") == Some("Bearer good") => ok(MANIFEST),
            Some("/v2/") => challenge(&bearer),
            _ => {
                challenge(&format!("{bearer},scope=\"repository:acme/app:pull,special\",error=\"insufficient_scope\""))
            }
        }
    })
    .await
}

#[test]
fn basic_credentials_go_to_a_registry_that_asks_for_them_and_to_one_that_does_not() {
    for greeting in [challenge("Basic realm=\"x\""), ok("")] {
        run(async {
            let server =
                Server::start(move |asked, _| if asked.target == "/v2/" { greeting.clone() } else { ok(MANIFEST) })
                    .await;
            repository_as(&server, alice(), Action::Pull).manifest("1").await.expect("a manifest");
            assert_eq!(server.asked()[0].header("authorization"), Some(BASIC));
            repository(&server).manifest("1").await.expect("a manifest");
            assert_eq!(server.asked()[1].header("authorization"), None);
        });
    }
}

#[test]
fn a_token_is_bought_once_and_shared() {
    run(async {
        let server = with_tokens(|_| ok(r#"{"token":"good"}"#)).await;
        let repository = repository_as(&server, alice(), Action::Pull);
        let (one, other) = futures_util::future::join(repository.manifest("1"), repository.manifest("2")).await;
        assert!(one.is_ok() && other.is_ok());
        let asked = server.asked();
        let tokens: Vec<_> = asked.iter().filter(|asked| asked.target.starts_with("/token")).collect();
        assert_eq!(tokens.len(), 1);
        assert_eq!(tokens[0].line(), "GET /token?scope=repository%3Aacme%2Fapp%3Apull&service=me");
        assert_eq!(tokens[0].header("authorization"), Some(BASIC));
    });
}

#[test]
fn scopes_grow_by_what_a_registry_asks_for() {
    run(async {
        let server = with_tokens(|asked| {
            let token = if asked.target.contains("special") { "good" } else { "poor" };
            ok(&format!(r#"{{"token":"{token}"}}"#))
        })
        .await;
        repository(&server).manifest("1").await.expect("a manifest");
        let lines: Vec<String> = server.asked().iter().map(Asked::line).collect();
        let more =
            "GET /token?scope=repository%3Aacme%2Fapp%3Apull%2Cspecial&scope=repository%3Aacme%2Fapp%3Apull&service=me";
        assert_eq!(lines[2], more);
        assert_eq!(lines.len(), 4);
    });
}

#[test]
fn an_identity_token_is_exchanged_by_post_and_by_get_where_that_is_unknown() {
    run(async {
        let server = with_tokens(|asked| match asked.method.as_str() {
            "POST" if asked.header("host").is_some() => {
                let form = String::from_utf8_lossy(&asked.body).into_owned();
                assert!(form.contains("grant_type=refresh_token&refresh_token=id"), "{form}");
                ok(r#"{"access_token":"good","refresh_token":"next"}"#)
            }
            _ => answer(500, &[], b""),
        })
        .await;
        let identity = Credentials { identity_token: Secret::new("id"), ..Credentials::default() };
        repository_as(&server, identity.clone(), Action::Pull).manifest("1").await.expect("a manifest");
        let old =
            with_tokens(|asked| if asked.method == "GET" { ok(r#"{"token":"good"}"#) } else { answer(404, &[], b"") });
        let old = old.await;
        repository_as(&old, identity, Action::Pull).manifest("1").await.expect("a manifest");
    });
}

#[test]
fn what_a_token_server_refuses_is_said_as_the_controller_says_it() {
    run(async {
        let server = with_tokens(|_| answer(401, &[], br#"{"errors":[{"code":"DENIED","message":"no"}]}"#)).await;
        let error = repository_as(&server, alice(), Action::Pull).manifest("1").await.expect_err("a refusal");
        let host = &server.host;
        let words = format!("GET http://{host}/token?scope=repository%3Aacme%2Fapp%3Apull&service=me: DENIED: no");
        assert_eq!(error.to_string(), words);
        assert!(error.is_refusal());
        assert!(!format!("{error:?}").contains("hunter2"));
    });
}

#[test]
fn credentials_do_not_follow_a_redirect_to_another_host() {
    run(async {
        let thief = Server::start(|_, _| ok(MANIFEST)).await;
        let target = format!("http://{}/stolen", thief.host);
        let registry = Server::start(move |asked, _| match asked.target.as_str() {
            "/v2/" => challenge("Basic realm=\"x\""),
            "/v2/acme/app/manifests/near" => answer(307, &[("Location", "/near")], b""),
            "/near" => ok(MANIFEST),
            _ => answer(307, &[("Location", &target)], b""),
        })
        .await;
        let repository = repository_as(&registry, alice(), Action::Pull);
        repository.manifest("far").await.expect("a manifest");
        assert_eq!(thief.asked()[0].header("authorization"), None);
        repository.manifest("near").await.expect("a manifest");
        assert_eq!(registry.asked()[2].header("authorization"), Some(BASIC));
        let mut pages = Box::pin(repository.tag_pages());
        let _ = futures_util::TryStreamExt::try_next(&mut pages).await;
        assert!(thief.asked().iter().all(|asked| asked.header("authorization").is_none()));
    });
}

#[test]
fn a_token_is_not_asked_for_at_an_address_of_ours() {
    run(async {
        for realm in ["http://169.254.169.254/latest", "ftp://example.com/", "http://10.0.0.1:80/token"] {
            let server = Server::start(move |_, _| challenge(&format!("Bearer realm=\"{realm}\""))).await;
            let error = repository_as(&server, alice(), Action::Pull).manifest("1").await.expect_err("a refusal");
            assert!(error.to_string().starts_with("invalid realm in www-authenticate: realm "), "{error}");
        }
        let server = Server::start(move |_, _| challenge("Bearer service=\"x\"")).await;
        let error = repository(&server).manifest("1").await.expect_err("a refusal");
        assert_eq!(error.to_string(), "malformed www-authenticate, missing realm: map[service:x]");
    });
}

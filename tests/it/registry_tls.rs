//! TLS: whom we believe, who we are, and what is said where it fails.

use std::net::IpAddr;

use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::tls::{Authority, Flaw};
use kubectl_oci_tests::registry::{Auth, Connections, Quirks, Registry};
use kubectl_oci_tests::run::Run;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn secure(authority: &Authority, flaw: Flaw, clients: Option<&Authority>) -> Registry {
    let start = Registry::with(Quirks::default()).tls(authority.server(HERE, flaw));
    let start = match clients {
        Some(clients) => start.clients(clients.certificate()),
        None => start,
    };
    let registry = start.start();
    Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")]).put(registry.store(), "acme/app", &["1.0.0"]);
    registry
}

fn list(registry: &Registry) -> Run {
    Run::new(&["list", &registry.oci("acme/app"), "-o", "name"]).placeholder(registry.host(), "[REGISTRY]")
}

fn believing(registry: &Registry, authority: &Authority) -> Run {
    list(registry).file("ca.crt", &authority.certificate()).and(&["--ca-file", "ca.crt"])
}

#[test]
fn an_authority_is_believed_when_named() {
    let authority = Authority::new("tests");
    let registry = secure(&authority, Flaw::None, None);
    let outcome = believing(&registry, &authority).go();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{}", outcome.stderr);
    list(&registry).go().golden("tls-unknown-authority");
    let outcome = list(&registry).and(&["--insecure-skip-tls-verify"]).go();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{}", outcome.stderr);
    believing(&registry, &Authority::new("another")).go().golden("tls-another-authority");
}

#[test]
fn flawed_certificates_are_said_so() {
    let authority = Authority::new("tests");
    for (flaw, name) in [
        (Flaw::Expired, "tls-expired"),
        (Flaw::NotYetValid, "tls-not-yet-valid"),
        (Flaw::OtherName, "tls-other-name"),
        (Flaw::ClientOnly, "tls-client-only"),
        (Flaw::SelfSigned, "tls-self-signed"),
    ] {
        let registry = secure(&authority, flaw, None);
        let outcome = believing(&registry, &authority).go();
        outcome.golden(name);
        assert_eq!(outcome.code, 4);
        assert_eq!(registry.log().lines(), Vec::<String>::new(), "asked in spite of its certificate");
    }
}

#[test]
fn a_client_certificate_is_shown_when_named() {
    let authority = Authority::new("tests");
    let registry = secure(&authority, Flaw::None, Some(&authority));
    let client = authority.client("puller");
    let with = |identity: &kubectl_oci_tests::registry::tls::Identity| {
        believing(&registry, &authority)
            .file("client.crt", &identity.certificate)
            .file("client.key", &identity.key)
            .and(&["--cert-file", "client.crt", "--key-file", "client.key"])
    };
    let outcome = with(&client).go();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{}", outcome.stderr);
    assert!(registry.log().entries().iter().all(|entry| entry.client_certificate));
    believing(&registry, &authority).go().golden("tls-client-certificate-missing");
    with(&Authority::new("another").client("puller")).go().golden("tls-client-certificate-of-another");
}

#[test]
fn files_that_cannot_be_used_are_said_so() {
    let registry = Registry::new();
    let list = || list(&registry);
    list().and(&["--ca-file", "absent.crt"]).go().golden("tls-ca-file-absent");
    list().file("ca.crt", "no certificate\n").and(&["--ca-file", "ca.crt"]).go().golden("tls-ca-file-no-pem");
    let identity = Authority::new("tests").client("puller");
    let other = Authority::new("tests").client("puller");
    list()
        .file("client.crt", &identity.certificate)
        .file("client.key", &other.key)
        .and(&["--cert-file", "client.crt", "--key-file", "client.key"])
        .go()
        .golden("tls-key-of-another");
}

#[test]
fn http_and_https_are_told_apart() {
    let authority = Authority::new("tests");
    // A registry at an address that is nobody's loopback is asked by HTTPS alone.
    let plain = Registry::with(Quirks::default()).at(3).start();
    Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")]).put(plain.store(), "acme/app", &["1.0.0"]);
    list(&plain).go().golden("tls-http-registry");
    let outcome = list(&plain).and(&["--plain-http"]).go();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{}", outcome.stderr);
    // With HTTP allowed, TLS is still tried first.
    let registry = secure(&authority, Flaw::None, None);
    let outcome = believing(&registry, &authority).and(&["--plain-http"]).go();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{}", outcome.stderr);
}

#[test]
fn plain_http_does_not_make_up_for_a_bad_certificate() {
    // Credentials would go in the clear to whoever answers.
    let authority = Authority::new("tests");
    let registry = Registry::with(Quirks { auth: Some(Auth::basic("puller", "hunter2")), ..Quirks::default() })
        .tls(authority.server(HERE, Flaw::None))
        .start();
    let outcome = list(&registry).logged_in(registry.host(), "puller", "hunter2").and(&["--plain-http"]).go();
    outcome.golden("tls-plain-http-and-unknown-authority");
    registry.log().assert_no_credentials(&["hunter2"]);
}

#[test]
fn a_handshake_that_does_not_come_ends_in_time() {
    let authority = Authority::new("tests");
    let registry = Registry::with(Quirks { connections: Connections::Silent, ..Quirks::default() })
        .tls(authority.server(HERE, Flaw::None))
        .start();
    let outcome = believing(&registry, &authority).timeout("4s").go();
    outcome.golden("tls-silent").assert_within(std::time::Duration::from_secs(4));
}

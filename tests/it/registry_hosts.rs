//! No credential leaves its host, wherever a registry sends us.

use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::tls::{Authority, Flaw};
use kubectl_oci_tests::registry::{Auth, Does, Fault, Quirks, Registry, What};
use kubectl_oci_tests::run::Run;

const SECRETS: [&str; 3] = ["hunter2", "puller", "granted-token"];

/// A registry that sends requests of one kind elsewhere.
fn sending(what: What, does: Does, auth: Auth, beside: &Registry) -> Registry {
    let registry =
        Registry::with(Quirks { auth: Some(auth), faults: vec![Fault::on(what, does)], ..Quirks::default() })
            .beside(beside)
            .start();
    Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")]).put(registry.store(), "acme/app", &["1.0.0"]);
    registry
}

fn list(registry: &Registry) -> Run {
    Run::new(&["list", &registry.oci("acme/app"), "-o", "json"])
        .logged_in(registry.host(), "puller", "hunter2")
        .placeholder(registry.host(), "[REGISTRY]")
}

/// By name, which is another host than the address.
fn by_name(registry: &Registry) -> String {
    registry.base().replace("127.0.0.1", "localhost")
}

fn auths() -> [Auth; 2] {
    [Auth::basic("puller", "hunter2"), Auth::bearer("puller", "hunter2")]
}

#[test]
fn redirects_to_another_host_carry_no_credentials() {
    for auth in auths() {
        for what in [What::Tags, What::Manifest] {
            for status in [301, 302, 303, 307, 308] {
                let other = Registry::new();
                let to = format!("{}{{target}}", by_name(&other));
                let registry = sending(what, Does::Redirect(status, to), auth.clone(), &other);
                let outcome = list(&registry).go();
                assert_eq!(outcome.code, 0, "{what:?} {status}: {}{}", outcome.stdout, outcome.stderr);
                assert!(outcome.stdout.contains("sha256:"), "{}", outcome.stdout);
                assert!(!other.log().entries().is_empty());
                other.log().assert_no_credentials(&SECRETS);
                outcome.assert_silent_about(&["hunter2", "granted-token"]);
            }
        }
    }
}

#[test]
fn redirects_to_another_port_carry_no_credentials() {
    for auth in auths() {
        let other = Registry::new();
        let to = format!("{}{{target}}", other.base());
        let registry = sending(What::Manifest, Does::Redirect(307, to), auth, &other);
        let outcome = list(&registry).go();
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        other.log().assert_no_credentials(&SECRETS);
    }
}

#[test]
fn redirects_of_the_first_question_carry_no_credentials() {
    for auth in auths() {
        let other = Registry::new();
        let to = format!("{}{{target}}", by_name(&other));
        let registry = sending(What::Ping, Does::Redirect(307, to), auth, &other);
        let _ = list(&registry).go();
        other.log().assert_no_credentials(&SECRETS);
    }
}

#[test]
fn redirects_back_home_are_authorized_again() {
    let registry = Registry::new();
    Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")]).put(registry.store(), "acme/app", &["1.0.0"]);
    let away = Registry::with(Quirks {
        faults: vec![Fault::on(What::Any, Does::Redirect(307, format!("{}{{target}}", registry.base())))],
        ..Quirks::default()
    })
    .start();
    registry.change(Quirks {
        auth: Some(Auth::basic("puller", "hunter2")),
        faults: vec![Fault::on(What::Tags, Does::Redirect(307, format!("{}{{target}}", by_name(&away)))).times(1)],
        ..Quirks::default()
    });
    let outcome = list(&registry).go();
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    away.log().assert_no_credentials(&SECRETS);
}

#[test]
fn a_redirect_to_a_private_address_is_not_followed() {
    let other = Registry::with(Quirks::default()).at(2).start();
    let to = format!("{}{{target}}", other.base());
    let registry = sending(What::Tags, Does::Redirect(307, to), Auth::basic("puller", "hunter2"), &other);
    let outcome = list(&registry).placeholder(other.host(), "[OTHER]").go();
    outcome.golden("redirect-to-a-private-address");
    assert_eq!(other.log().lines(), Vec::<String>::new());
}

#[test]
fn credentials_are_not_sent_in_the_clear_after_tls() {
    let authority = Authority::new("tests");
    for auth in auths() {
        let plain = Registry::new();
        let to = format!("{}{{target}}", plain.base());
        let quirks = Quirks {
            auth: Some(auth),
            faults: vec![Fault::on(What::Manifest, Does::Redirect(307, to))],
            ..Quirks::default()
        };
        let identity = authority.server([127, 0, 0, 1].into(), Flaw::None);
        let registry = Registry::with(quirks).beside(&plain).tls(identity).start();
        Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")]).put(registry.store(), "acme/app", &["1.0.0"]);
        let outcome = list(&registry).file("ca.crt", &authority.certificate()).and(&["--ca-file", "ca.crt"]).go();
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        plain.log().assert_no_credentials(&SECRETS);
    }
}

#[test]
fn credentials_are_for_the_host_and_path_that_they_are_for() {
    for key in ["example.com", "127.0.0.1", "127.0.0.1:1", "acme"] {
        let registry =
            Registry::with(Quirks { auth: Some(Auth::basic("puller", "hunter2")), ..Quirks::default() }).start();
        Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")]).put(registry.store(), "acme/app", &["1.0.0"]);
        let outcome = Run::new(&["list", &registry.oci("acme/app")]).logged_in(key, "puller", "hunter2").go();
        assert_eq!(outcome.code, 4, "{key}: {}{}", outcome.stdout, outcome.stderr);
        registry.log().assert_no_credentials(&SECRETS);
    }
}

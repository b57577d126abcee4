//! Through a proxy, which also gives the registries names: hosts that are really others.

use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::proxy::Proxy;
use kubectl_oci_tests::registry::tls::{Authority, Flaw};
use kubectl_oci_tests::registry::{Auth, Blobs, Does, Fault, Quirks, Registry, What};
use kubectl_oci_tests::run::Run;

const SECRETS: [&str; 2] = ["hunter2", "granted-token"];

fn app(registry: &Registry) {
    Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")]).put(registry.store(), "acme/app", &["1.0.0"]);
}

fn list(proxy: &str) -> Run {
    Run::new(&["list", "oci://registry.example/acme/app", "-o", "name", "--plain-http"])
        .variable("HTTP_PROXY", proxy)
        .variable("HTTPS_PROXY", proxy)
        .logged_in("registry.example", "puller", "hunter2")
}

#[test]
fn registries_are_asked_through_the_proxy() {
    let registry = Registry::with(Quirks { auth: Some(Auth::basic("puller", "hunter2")), ..Quirks::default() }).start();
    app(&registry);
    let proxy = Proxy::start(&[("registry.example:80", &registry)], Some("me:proxy-word"));
    let with_password = proxy.url().replace("http://", "http://me:proxy-word@");
    let outcome = list(&with_password).go();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{}", outcome.stderr);
    // The proxy's password is the proxy's alone.
    for entry in registry.log().entries() {
        assert!(!entry.holds("proxy-word") && entry.header("proxy-authorization").is_none());
    }
    list(&proxy.url().replace("http://", "http://me:wrong-word@"))
        .placeholder(&proxy.host(), "[PROXY]")
        .go()
        .golden("proxy-password-refused")
        .assert_silent_about(&["wrong-word", "hunter2"]);
}

#[test]
fn tls_goes_through_a_tunnel() {
    let authority = Authority::new("tests");
    let registry = Registry::with(Quirks { auth: Some(Auth::bearer("puller", "hunter2")), ..Quirks::default() })
        .tls(authority.server([127, 0, 0, 1].into(), Flaw::None))
        .start();
    app(&registry);
    registry.change(Quirks {
        auth: Some(Auth { realm: Some("https://registry.example".to_owned()), ..Auth::bearer("puller", "hunter2") }),
        ..Quirks::default()
    });
    let proxy = Proxy::start(&[("registry.example:443", &registry), ("another.example:443", &registry)], None);
    let outcome = list(&proxy.url()).file("ca.crt", &authority.certificate()).and(&["--ca-file", "ca.crt"]).go();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{}", outcome.stderr);
    registry.log().clear();
    Run::new(&["list", "oci://another.example/acme/app", "--ca-file", "ca.crt"])
        .file("ca.crt", &authority.certificate())
        .variable("HTTPS_PROXY", &proxy.url())
        .go()
        .golden("proxy-tunnel-other-name");
    // What goes through the tunnel is nobody's business.
    proxy.log().assert_no_credentials(&SECRETS);
    assert_eq!(registry.log().lines(), Vec::<String>::new());
}

#[test]
fn this_machine_is_asked_without_the_proxy() {
    let registry = Registry::new();
    app(&registry);
    let proxy = Proxy::start(&[], None);
    let outcome = Run::new(&["list", &registry.oci("acme/app"), "-o", "name"])
        .variable("HTTP_PROXY", &proxy.url())
        .variable("HTTPS_PROXY", &proxy.url())
        .go();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{}", outcome.stderr);
    assert_eq!(proxy.log().lines(), Vec::<String>::new());
}

#[test]
fn a_proxy_that_is_not_there_or_knows_no_such_host_is_said_so() {
    let proxy = Proxy::start(&[], None);
    list(&proxy.url()).placeholder(&proxy.host(), "[PROXY]").go().golden("proxy-unknown-host");
    let gone = proxy.url();
    let host = proxy.host();
    drop(proxy);
    std::thread::sleep(std::time::Duration::from_millis(50));
    list(&gone.replace("http://", "http://me:proxy-word@"))
        .placeholder(&host, "[PROXY]")
        .go()
        .golden("proxy-gone")
        .assert_silent_about(&["proxy-word"]);
}

#[test]
fn names_that_only_look_alike_are_other_hosts() {
    for other_name in [
        "registry.example.evil.example:80",
        "sub.registry.example:80",
        "evil-registry.example:80",
        "registry.example:8080",
    ] {
        for auth in [Auth::basic("puller", "hunter2"), Auth::bearer("puller", "hunter2")] {
            let other = Registry::new();
            let base = format!("http://{}", other_name.trim_end_matches(":80"));
            let quirks = Quirks {
                auth: Some(Auth { realm: Some("http://registry.example".to_owned()), ..auth }),
                blobs: Blobs::At(base.clone()),
                faults: vec![Fault::on(What::Manifest, Does::Redirect(307, format!("{base}{{target}}")))],
                ..Quirks::default()
            };
            let registry = Registry::with(quirks).beside(&other).start();
            app(&registry);
            let proxy = Proxy::start(&[("registry.example:80", &registry), (other_name, &other)], None);
            let outcome = Run::new(&["inspect", "oci://registry.example/acme/app:1.0.0", "--files", "--plain-http"])
                .variable("HTTP_PROXY", &proxy.url())
                .logged_in("registry.example", "puller", "hunter2")
                .go();
            assert!(
                outcome.code == 0 && outcome.stdout.contains("app.yaml"),
                "{other_name}: {}{}",
                outcome.stdout,
                outcome.stderr
            );
            assert!(!other.log().entries().is_empty());
            other.log().assert_no_credentials(&SECRETS);
        }
    }
}

#[test]
fn a_host_in_other_letters_or_with_its_port_is_the_same() {
    let registry = Registry::new();
    app(&registry);
    for to in ["http://registry.example:80{target}", "http://REGISTRY.example{target}"] {
        registry.change(Quirks {
            auth: Some(Auth::basic("puller", "hunter2")),
            faults: vec![Fault::on(What::Tags, Does::Redirect(307, to.to_owned())).times(1)],
            ..Quirks::default()
        });
        let proxy = Proxy::start(&[("registry.example:80", &registry)], None);
        let outcome = list(&proxy.url()).go();
        assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{to}: {}", outcome.stderr);
    }
}

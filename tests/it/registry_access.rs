//! Who we are to a registry: challenges of every shape, tokens, and what is refused.

use std::time::Duration;

use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::auth::{BASIC, BEARER, Grants, TokenField};
use kubectl_oci_tests::registry::{Auth, Does, Fault, Quirks, Registry, What};
use kubectl_oci_tests::run::{Outcome, Run};

const SECRETS: [&str; 4] = ["hunter2", "aHVudGVyMg", "cHVsbGVyOmh1bnRlcjI", "granted-token"];

fn app() -> Artifact {
    Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")])
}

fn guarded(auth: Auth, faults: Vec<Fault>) -> Registry {
    let registry = Registry::with(Quirks { auth: Some(auth), faults, ..Quirks::default() }).start();
    app().put(registry.store(), "acme/app", &["1.0.0"]);
    registry
}

fn bearer() -> Auth {
    Auth::bearer("puller", "hunter2")
}

fn list(registry: &Registry) -> Run {
    Run::new(&["list", &registry.oci("acme/app"), "-o", "name"])
        .logged_in(registry.host(), "puller", "hunter2")
        .placeholder(registry.host(), "[REGISTRY]")
        .placeholder(&registry.host().replace(':', "%3A"), "[REGISTRY]")
}

fn went_well(outcome: &Outcome, what: &str) {
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{what}: {}", outcome.stderr);
    outcome.assert_silent_about(&SECRETS);
}

#[test]
fn challenges_are_read_whatever_their_shape() {
    let shapes: [(&str, &[&str]); 12] = [
        ("Basic", &[BASIC]),
        ("Bearer", &[BEARER]),
        ("unquoted values", &["Bearer realm=\"{realm}\",service=registry,scope=\"{scope}\""]),
        ("upper-case scheme", &["BEARER realm=\"{realm}\",service=\"{service}\",scope=\"{scope}\""]),
        ("upper-case parameters", &["Bearer REALM=\"{realm}\",Service=\"{service}\",SCOPE=\"{scope}\""]),
        ("blanks", &["Bearer  realm=\"{realm}\" , service=\"{service}\" , scope=\"{scope}\""]),
        ("without scope", &["Bearer realm=\"{realm}\",service=\"{service}\""]),
        ("without service", &["Bearer realm=\"{realm}\""]),
        (
            "with more",
            &["Bearer realm=\"{realm}\",service=\"{service}\",scope=\"{scope}\",error=\"insufficient_scope\""],
        ),
        ("Basic before Bearer", &[BASIC, BEARER]),
        ("Bearer before Basic", &[BEARER, BASIC]),
        ("another scheme first", &["Negotiate", BEARER]),
    ];
    for (name, challenges) in shapes {
        let registry = guarded(bearer().challenge(challenges), Vec::new());
        went_well(&list(&registry).go(), name);
    }
}

#[test]
fn tokens_are_found_and_asked_for_in_every_way() {
    for token in [TokenField::Token, TokenField::AccessToken, TokenField::Both] {
        let registry = guarded(Auth { token, ..bearer() }, Vec::new());
        went_well(&list(&registry).go(), &format!("{token:?}"));
    }
    let registry = guarded(Auth { grants: Grants::Get, ..bearer() }, Vec::new());
    went_well(&list(&registry).go(), "GET alone");
}

#[test]
fn identity_tokens_are_posted_and_registry_tokens_sent() {
    use base64::Engine as _;
    let auth = Auth { identity_tokens: vec!["identity-hunter2".to_owned()], ..bearer() };
    let registry = guarded(auth, Vec::new());
    let name = base64::engine::general_purpose::STANDARD.encode("00000000-0000-0000-0000-000000000000:");
    let file =
        format!(r#"{{"auths":{{"{}":{{"auth":"{name}","identitytoken":"identity-hunter2"}}}}}}"#, registry.host());
    went_well(&list(&registry).file("config.json", &file).go(), "identity token");
    assert_eq!(registry.log().count("POST", "/token"), 1, "{:?}", registry.log().lines());
    assert!(registry.log().entries().iter().all(|entry| !entry.target.contains("hunter2")), "a secret in a URL");

    let auth = Auth { registry_tokens: vec!["registry-hunter2".to_owned()], ..bearer() };
    let registry = guarded(auth, Vec::new());
    let file = format!(r#"{{"auths":{{"{}":{{"registrytoken":"registry-hunter2"}}}}}}"#, registry.host());
    went_well(&list(&registry).file("config.json", &file).go(), "registry token");
    assert_eq!(registry.log().count("*", "/token"), 0, "{:?}", registry.log().lines());
}

#[test]
fn a_token_server_is_another_host() {
    let tokens = Registry::with(Quirks { auth: Some(bearer()), ..Quirks::default() }).start();
    let realm = tokens.base().replace("127.0.0.1", "localhost");
    let quirks = Quirks { auth: Some(Auth { realm: Some(realm), ..bearer() }), ..Quirks::default() };
    let registry = Registry::with(quirks).beside(&tokens).start();
    app().put(registry.store(), "acme/app", &["1.0.0"]);
    went_well(&list(&registry).go(), "a realm elsewhere");
    // The registry has the token alone, the token server the password alone.
    for entry in registry.log().entries() {
        assert!(!entry.holds("hunter2"), "{} {} holds the password", entry.method, entry.target);
    }
    for entry in tokens.log().entries() {
        assert!(!entry.holds("granted-token"), "{} {} holds a token", entry.method, entry.target);
    }
}

#[test]
fn tokens_that_ran_out_or_are_for_less_are_renewed() {
    let registry = guarded(Auth { token_uses: 1, ..bearer() }, Vec::new());
    for tag in ["1.1.0", "1.2.0", "1.3.0"] {
        app().put(registry.store(), "acme/app", &[tag]);
    }
    let outcome = Run::new(&["list", &registry.oci("acme/app"), "-o", "json"])
        .logged_in(registry.host(), "puller", "hunter2")
        .go();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(!outcome.stdout.contains("\"error\": {"), "{}", outcome.stdout);
    assert!(registry.log().count("*", "/token") > 1);
}

#[test]
fn credentials_that_are_refused_are_said_so() {
    let cases: [(&str, Auth); 3] = [
        ("access-basic-refused", Auth::basic("puller", "another")),
        ("access-bearer-refused", Auth::bearer("puller", "another")),
        ("access-no-challenge", Auth::basic("puller", "hunter2").challenge(&[])),
    ];
    for (name, auth) in cases {
        let registry = guarded(auth, Vec::new());
        list(&registry).go().golden(name).assert_silent_about(&SECRETS);
        assert!(registry.log().entries().len() < 8, "{:?}", registry.log().lines());
    }
}

#[test]
fn refusals_keep_the_registrys_words() {
    let denied = Does::Refuse(403, "DENIED", "permission_denied: The token provided does not match expected scopes.");
    let cases = [
        ("access-denied", Fault::on(What::Tags, denied)),
        ("access-denied-by-ping", Fault::on(What::Ping, Does::Refuse(403, "DENIED", "not from your country"))),
        (
            "access-token-denied",
            Fault::on(What::Token, Does::Refuse(403, "DENIED", "requested access to the resource is denied")),
        ),
        ("access-token-500", Fault::on(What::Token, Does::Refuse(500, "UNKNOWN", "the database is down"))),
        ("access-token-html", Fault::on(What::Token, Does::Say(200, "text/html", "<html><body>Log in</body></html>"))),
        ("access-token-huge", Fault::on(What::Token, Does::Endless(200, "{\"token\": \""))),
        ("access-token-slow", Fault::on(What::Token, Does::SlowFirstByte(Duration::from_secs(20)))),
        ("access-token-cut", Fault::on(What::Token, Does::CutBody(10))),
        ("access-token-redirected", Fault::on(What::Token, Does::Redirect(307, "http://127.0.0.2:9/token".to_owned()))),
    ];
    std::thread::scope(|scope| {
        for (name, fault) in cases {
            scope.spawn(move || {
                let registry = guarded(bearer(), vec![fault]);
                let timeout = if name == "access-token-slow" { 5 } else { 20 };
                let outcome = list(&registry).timeout(&format!("{timeout}s")).go();
                outcome.golden(name).assert_within(Duration::from_secs(timeout)).assert_silent_about(&SECRETS);
                assert_ne!(outcome.code, 0, "{name}");
            });
        }
    });
}

#[test]
fn a_token_that_breaks_off_is_asked_for_again() {
    for (does, times) in [(Does::CutBody(10), 1), (Does::CutBody(0), 2), (Does::LengthMore(5), 1)] {
        let registry = guarded(bearer(), vec![Fault::on(What::Token, does.clone()).times(times)]);
        went_well(&list(&registry).go(), &format!("{does:?}"));
        assert_eq!(registry.log().count("GET", "/token"), times + 1, "{does:?}: {:#?}", registry.log().lines());
    }
    // Not for ever, and not what arrived and is no token.
    for (does, asked) in [(Does::CutBody(10), 3), (Does::Say(200, "text/html", "<html></html>"), 1)] {
        let registry = guarded(bearer(), vec![Fault::on(What::Token, does.clone())]);
        assert_ne!(list(&registry).go().code, 0, "{does:?}");
        assert_eq!(registry.log().count("GET", "/token"), asked, "{does:?}: {:#?}", registry.log().lines());
    }
}

#[test]
fn answers_without_a_token_are_said_so() {
    for (token, name) in [(TokenField::Neither, "access-token-missing"), (TokenField::NotJson, "access-token-no-json")]
    {
        let registry = guarded(Auth { token, ..bearer() }, Vec::new());
        list(&registry).go().golden(name).assert_silent_about(&SECRETS);
    }
}

#[test]
fn a_realm_that_nobody_may_send_us_to_is_not_asked() {
    let realms = [
        ("access-realm-private", "Bearer realm=\"http://127.0.0.2:9/token\""),
        ("access-realm-metadata", "Bearer realm=\"http://169.254.169.254/latest/meta-data/\""),
        ("access-realm-file", "Bearer realm=\"file:///etc/passwd\""),
        ("access-realm-no-url", "Bearer realm=\"token please\""),
        ("access-realm-missing", "Bearer service=\"registry\""),
    ];
    for (name, challenge) in realms {
        let registry = guarded(bearer().challenge(&[challenge]), Vec::new());
        let outcome = list(&registry).go();
        outcome.golden(name).assert_within(Duration::ZERO).assert_silent_about(&SECRETS);
    }
}

#[test]
fn anonymous_sends_nothing() {
    let registry = guarded(Auth { anonymous_pull: true, ..bearer() }, Vec::new());
    let outcome = list(&registry).and(&["--anonymous"]).go();
    went_well(&outcome, "anonymous");
    assert!(registry.log().entries().iter().all(|entry| !entry.holds("hunter2")));
}

#[test]
fn the_password_comes_from_standard_input() {
    for auth in [Auth::basic("puller", "hunter2"), bearer()] {
        let registry = guarded(auth, Vec::new());
        let outcome = Run::new(&["list", &registry.oci("acme/app"), "-o", "name"])
            .and(&["--username", "puller", "--password-stdin"])
            .input("hunter2\n")
            .go();
        went_well(&outcome, "standard input");
    }
}

//! Where credentials come from: Docker's and Podman's files, and helpers that do as they like.

use std::path::Path;
use std::time::Duration;

use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::{Auth, Quirks, Registry};
use kubectl_oci_tests::run::{Outcome, Run};

const SECRETS: [&str; 2] = ["hunter2", "aHVudGVyMg"];

fn guarded() -> Registry {
    let auth = Auth { identity_tokens: vec!["identity-hunter2".to_owned()], ..Auth::bearer("puller", "hunter2") };
    let registry = Registry::with(Quirks { auth: Some(auth), ..Quirks::default() }).start();
    Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")]).put(registry.store(), "acme/app", &["1.0.0"]);
    registry
}

fn list(registry: &Registry) -> Run {
    Run::new(&["list", &registry.oci("acme/app"), "-o", "name"])
        .placeholder(registry.host(), "[REGISTRY]")
        .placeholder(&registry.host().replace(':', "%3A"), "[REGISTRY]")
}

fn with_helper(registry: &Registry, script: &str) -> Run {
    let config = format!(r#"{{"credHelpers": {{"{}": "test"}}}}"#, registry.host());
    list(registry).file("config.json", &config).program("docker-credential-test", script)
}

fn went_well(outcome: &Outcome, what: &str) {
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{what}: {}", outcome.stderr);
    outcome.assert_silent_about(&SECRETS);
}

#[test]
fn helpers_are_asked() {
    let registry = guarded();
    let script =
        r#"read host; echo "$1 $host" >asked; echo '{"ServerURL":"x","Username":"puller","Secret":"hunter2"}'"#;
    let outcome = with_helper(&registry, script).go();
    went_well(&outcome, "name and password");
    let asked = std::fs::read_to_string(outcome.folder.path().join("asked")).expect("what it was asked");
    assert_eq!(asked, format!("get {}\n", registry.host()));

    let script = r#"echo '{"Username":"<token>","Secret":"identity-hunter2"}'"#;
    went_well(&with_helper(&registry, script).go(), "identity token");

    let store = r#"{"credsStore": "test", "auths": {"ghcr.io": {}}}"#;
    let script = r#"echo '{"Username":"puller","Secret":"hunter2"}'"#;
    let run = list(&registry).file("config.json", store).program("docker-credential-test", script);
    went_well(&run.go(), "credsStore");
}

#[test]
fn helpers_that_have_nothing_leave_it_to_the_file() {
    let registry = guarded();
    let config = format!(
        r#"{{"credsStore": "test", "auths": {{"{}": {{"username": "puller", "password": "hunter2"}}}}}}"#,
        registry.host()
    );
    let script = "echo 'credentials not found in native keychain'; exit 1";
    let outcome = list(&registry).file("config.json", &config).program("docker-credential-test", script).go();
    went_well(&outcome, "nothing in the store");
}

#[test]
fn helpers_that_fail_are_said_so() {
    let cases = [
        ("credentials-helper-fails", "echo 'the keychain is locked'; exit 1"),
        ("credentials-helper-no-json", "echo 'hunter2'"),
        ("credentials-helper-other-json", r#"echo '"hunter2"'"#),
        ("credentials-helper-control-characters", r#"printf '\033[2Jlocked\007'; exit 1"#),
        ("credentials-helper-endless", "exec yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ("credentials-helper-hangs", "echo $$ >pid; exec sleep 60"),
    ];
    std::thread::scope(|scope| {
        for (name, script) in cases {
            scope.spawn(move || {
                let registry = guarded();
                let outcome = with_helper(&registry, script).timeout("4s").go();
                outcome.golden(name).assert_within(Duration::from_secs(4)).assert_silent_about(&SECRETS);
                assert_ne!(outcome.code, 0);
                assert_eq!(registry.log().lines(), Vec::<String>::new(), "asked all the same");
                if let Ok(pid) = std::fs::read_to_string(outcome.folder.path().join("pid")) {
                    std::thread::sleep(Duration::from_millis(200));
                    assert!(!Path::new("/proc").join(pid.trim()).join("exe").exists(), "the helper still runs");
                }
            });
        }
    });
    let registry = guarded();
    let config = format!(r#"{{"credHelpers": {{"{}": "absent"}}}}"#, registry.host());
    list(&registry).file("config.json", &config).go().golden("credentials-helper-absent");
    let config = format!(r#"{{"credHelpers": {{"{}": "../../bin/sh"}}}}"#, registry.host());
    list(&registry).file("config.json", &config).go().golden("credentials-helper-path");
}

#[test]
fn files_that_cannot_be_used_are_said_so_without_their_secrets() {
    let registry = guarded();
    let files = [
        ("credentials-file-broken", "{\"auths\": {\"x\": {\"auth\": \"hunter2\""),
        ("credentials-file-other-json", "{\"auths\": [\"hunter2\"]}"),
        ("credentials-file-empty", ""),
    ];
    for (name, text) in files {
        let outcome = list(&registry).file("config.json", text).go();
        outcome.golden(name).assert_silent_about(&SECRETS);
    }
}

#[test]
fn podmans_file_is_read_where_docker_has_none() {
    let registry = guarded();
    let auth = "cHVsbGVyOmh1bnRlcjI=";
    let text = format!(r#"{{"auths": {{"{}/acme": {{"auth": "{auth}"}}}}}}"#, registry.host());
    let outcome = list(&registry).file("auth.json", &text).variable("REGISTRY_AUTH_FILE", "auth.json").go();
    went_well(&outcome, "REGISTRY_AUTH_FILE");
    let outcome = list(&registry).file("run/containers/auth.json", &text).variable("XDG_RUNTIME_DIR", "run").go();
    went_well(&outcome, "XDG_RUNTIME_DIR");
}

#[test]
fn no_secret_is_shown_however_much_is_told() {
    let registry = guarded();
    let outcome =
        list(&registry).logged_in(registry.host(), "puller", "hunter2").and(&["-v"]).variable("RUST_LOG", "trace").go();
    went_well(&outcome, "verbose");
}

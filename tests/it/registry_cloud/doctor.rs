//! What `spec.provider` does to resolve, inspect and doctor, and whose identity they say it was.

use kubectl_oci_tests::registry::Registry;
use kubectl_oci_tests::registry::cloud::Cloud;
use serde_json::Value;

use super::{SECRETS, Site, beside, failed};

fn site() -> Site {
    Site::new("europe-west1-docker.pkg.dev", "oauth2accesstoken", "gcp-hunter2", Vec::new())
}

const GCLOUD: &str = "echo gcp-hunter2";

#[test]
fn objects_say_their_provider() {
    let site = site();
    for command in ["resolve", "inspect"] {
        let run = || site.run(&[command, "-f", "app.yaml", "-o", "json"]).file("app.yaml", &site.manifest("gcp"));
        let outcome = run().program("gcloud", GCLOUD).go();
        assert_eq!(outcome.code, 0, "{command}: {}{}", outcome.stdout, outcome.stderr);
        outcome.assert_silent_about(&SECRETS);
        // Without an identity it is asked anonymously, which is said.
        let outcome = run().go();
        assert_eq!(outcome.code, 4, "{command}: {}", outcome.stdout);
        assert!(outcome.stderr.contains("no login to gcp from here"), "{command}: {}", outcome.stderr);
        // Whoever says otherwise is heard.
        let outcome = run().program("gcloud", ": >asked; echo gcp-hunter2").and(&["--provider", "generic"]).go();
        assert!(!outcome.folder.path().join("asked").exists(), "{command} asked gcloud all the same");
    }
}

#[test]
fn of_two_registries_the_provider_is_its_own_ones() {
    let site = site();
    let open = Registry::new();
    let from = format!("oci://{}/acme/app:1.0.0", site.host);
    let run = |from: &str, to: &str| site.run(&["copy", from, to, "--provider", "gcp"]).program("gcloud", GCLOUD);
    let outcome = run(&from, &open.oci("acme/copy")).go();
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    let outcome = run(&format!("{}:1.0.0", open.oci("acme/copy")), &format!("oci://{}/acme/back", site.host)).go();
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    open.log().assert_no_credentials(&SECRETS);
}

#[test]
fn hosts_of_no_cloud_are_refused() {
    let site = Site::new("ghcr.io", "me", "hunter2", Vec::new());
    failed(&site.list("aws").go(), "cloud-other-host");
    let site = Site::new("acme.azurecr.io", "me", "hunter2", Vec::new());
    failed(&site.list("gcp").go(), "cloud-host-of-another");
}

#[test]
fn the_doctor_says_whose_identity_it_was() {
    let site = site();
    let run =
        |format: &str| site.run(&["doctor", "-f", "app.yaml", "-o", format]).file("app.yaml", &site.manifest("gcp"));
    let outcome = run("text").program("gcloud", GCLOUD).go();
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    outcome.golden("cloud-doctor-ready").assert_silent_about(&SECRETS);

    // Refused is he who asked; of the controller nothing is known.
    let outcome = run("text").program("gcloud", "echo other-hunter2").go();
    outcome.golden("cloud-doctor-refused").assert_silent_about(&SECRETS);
    let outcome = run("json").program("gcloud", "echo other-hunter2").go();
    let answer: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(answer["results"][0]["reason"], "Undecided");

    run("text").go().golden("cloud-doctor-nobody").assert_silent_about(&SECRETS);
}

#[test]
fn a_login_takes_no_longer_than_the_object_gives_it() {
    let site = site();
    let manifest = site.manifest("gcp").replace("interval:", "timeout: 1s\n  interval:");
    let slow = "echo one >>asked; exec /bin/sleep 20";
    let run = |command: &str| {
        let run = site.run(&[command, "-f", "app.yaml"]).file("app.yaml", &manifest);
        run.program("gcloud", slow).timeout("15s")
    };
    let outcome = run("doctor").go();
    outcome.golden("cloud-doctor-late");
    assert!(outcome.took.as_secs() < 8, "it took {:?}", outcome.took);
    // It is not tried again for each request.
    assert_eq!(std::fs::read_to_string(outcome.folder.path().join("asked")).expect("what it was asked"), "one\n");
    let outcome = run("resolve").go();
    assert!(outcome.stderr.contains("did not come about in 1s, which is spec.timeout"), "{}", outcome.stderr);
}

#[test]
fn the_doctor_asks_each_cloud_once() {
    let site = site();
    let two = format!("{}---\n{}", site.manifest("gcp"), site.manifest("gcp").replace("name: app", "name: other"));
    let cloud = Cloud::start(Vec::new());
    let run = beside(site.run(&["doctor", "-f", "app.yaml"]).file("app.yaml", &two), &cloud);
    let outcome = run.program("gcloud", "echo one >>asked; echo gcp-hunter2").go();
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    assert_eq!(std::fs::read_to_string(outcome.folder.path().join("asked")).expect("what it was asked"), "one\n");
}

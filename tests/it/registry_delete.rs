//! `delete`: what goes, what stays and why, and what registries have against it.

use kubectl_oci_tests::registry::artifact::{Artifact, INDEX, MANIFEST};
use kubectl_oci_tests::registry::debian::{Process, Set};
use kubectl_oci_tests::registry::{Blob, Delete, Does, Fault, Quirks, Registry, What};
use kubectl_oci_tests::run::{Outcome, Run};
use serde_json::{Value, json};

/// Versions with the days on which they were made, `stable` and `1.0.0` being one.
fn versions(quirks: Quirks) -> Registry {
    let registry = Registry::with(quirks).start();
    for (tags, day) in [
        (&["1.0.0", "stable"][..], "2020-01-01"),
        (&["1.1.0"], "2020-02-01"),
        (&["2.0.0"], "2999-01-01"),
        (&["main"], ""),
    ] {
        let mut artifact = Artifact::flux(&[("app.yaml", tags[0])]);
        artifact.annotations.remove("org.opencontainers.image.created");
        if !day.is_empty() {
            artifact = artifact.annotation("org.opencontainers.image.created", &format!("{day}T00:00:00Z"));
        }
        artifact.put(registry.store(), "acme/app", tags);
    }
    registry
}

fn delete(host: &str, reference: &str, more: &[&str]) -> Run {
    let url = format!("oci://{host}/acme/app{reference}");
    Run::new(&["delete", &url]).and(more).placeholder(host, "[REGISTRY]")
}

fn tags(registry: &Registry) -> String {
    registry.store().tags("acme/app", "", 100).0.join(" ")
}

fn well(outcome: &Outcome) -> Value {
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    serde_json::from_str(&outcome.stdout).expect("JSON")
}

#[test]
fn retention_shows_first_and_deletes_what_it_showed() {
    let registry = versions(Quirks::default());
    let host = registry.host();
    delete(host, "", &["--keep-semver", "1", "--dry-run"]).go().golden("delete-dry-run");
    assert_eq!(tags(&registry), "1.0.0 1.1.0 2.0.0 main stable");
    let outcome = delete(host, "", &["--keep-semver", "1", "--yes", "--json"]).go();
    let rows = well(&outcome)["results"].clone();
    let row = |tag: &str| rows.as_array().and_then(|rows| rows.iter().find(|row| row["tag"] == tag)).cloned();
    assert_eq!(row("1.1.0").map(|row| row["outcome"].clone()), Some("deleted".into()));
    assert_eq!(row("1.0.0").map(|row| row["reason"].clone()), Some("same digest as stable, which stays".into()));
    assert_eq!(row("main"), None);
    assert_eq!(tags(&registry), "1.0.0 2.0.0 main stable");
    let outcome = delete(host, "", &["--older-than", "30d", "--yes"]).go();
    outcome.golden("delete-older-than");
    assert_eq!(tags(&registry), "2.0.0 main");
    delete(host, "", &["--older-than", "30d", "--yes"]).go().golden("delete-nothing");
}

#[test]
fn nobody_is_asked_who_is_not_there() {
    let registry = versions(Quirks::default());
    delete(registry.host(), ":1.1.0", &[]).go().golden("delete-not-confirmed");
    assert_eq!(registry.log().entries().len(), 0, "{:?}", registry.log().lines());
    for (reference, more) in
        [("", &["--yes"][..]), (":1.1.0", &["--yes", "--keep-semver", "1"]), ("", &["--semver", "1.x", "--yes"])]
    {
        assert_eq!(delete(registry.host(), reference, more).go().code, 2, "{reference} {more:?}");
    }
}

#[test]
fn a_tag_goes_alone_where_something_else_needs_its_manifest() {
    let registry = versions(Quirks::default());
    let name = registry.store().resolve("acme/app", "stable").expect("a digest");
    delete(registry.host(), ":stable", &["--yes"]).placeholder(&name, "[DIGEST]").go().golden("delete-tag-alone");
    assert_eq!(tags(&registry), "1.0.0 1.1.0 2.0.0 main");
    assert!(registry.store().manifest("acme/app", &name).is_some());
    // Docker's registry deletes manifests alone.
    let registry = versions(Quirks { delete: Delete::ByDigestOnly, ..Quirks::default() });
    delete(registry.host(), ":stable", &["--yes"]).placeholder(&name, "[DIGEST]").go().golden("delete-no-tags");
    assert_eq!(tags(&registry), "1.0.0 1.1.0 2.0.0 main stable");
    let outcome = delete(registry.host(), ":1.1.0", &["--yes"]).go();
    assert_eq!((outcome.code, tags(&registry).as_str()), (0, "1.0.0 2.0.0 main stable"), "{}", outcome.stderr);
    // By digest all of its tags go.
    let outcome = delete(registry.host(), &format!("@{name}"), &["--yes"]).go();
    assert_eq!((outcome.code, tags(&registry).as_str()), (0, "2.0.0 main"), "{}", outcome.stderr);
}

#[test]
fn images_of_an_index_stay_with_it() {
    let registry = versions(Quirks::default());
    let image = registry.store().manifest("acme/app", "1.1.0").expect("a manifest");
    let listed = json!({"mediaType": MANIFEST, "digest": image.blob.digest, "size": image.blob.size});
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [listed]}).to_string();
    registry.store().add_manifest("acme/app", Some("3.0.0"), INDEX, index.as_bytes());
    let outcome = delete(registry.host(), "", &["--keep-semver", "1", "--yes"]).go();
    assert_eq!(tags(&registry), "1.0.0 1.1.0 3.0.0 main stable", "{}", outcome.stdout);
    let outcome = delete(registry.host(), &format!("@{}", image.blob.digest), &["--yes"]).go();
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    assert!(outcome.stderr.contains("is part of"), "{}", outcome.stderr);
}

/// As with crane and oras: an index goes alone, and what it listed is for the registry to collect. That is said.
#[test]
fn an_index_leaves_its_images_and_that_is_said() {
    let registry = versions(Quirks::default());
    let store = registry.store();
    let tagged = store.manifest("acme/app", "1.1.0").expect("a manifest").descriptor();
    let untagged = ["amd64", "arm64"].map(|architecture| {
        let digest = Artifact::flux(&[("app.yaml", architecture)]).put(store, "acme/app", &[]);
        store.manifest("acme/app", &digest).expect("a manifest").descriptor()
    });
    let listed = [&untagged[..], &[tagged]].concat();
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": listed}).to_string();
    let name = store.add_manifest("acme/app", Some("3.0.0"), INDEX, index.as_bytes());
    let go =
        |reference: &str, more: &[&str]| delete(registry.host(), reference, more).placeholder(&name, "[DIGEST]").go();
    go(":3.0.0", &["--dry-run"]).golden("delete-index-dry-run");
    let rows = well(&go("", &["--semver", "3.x", "--keep-semver", "0", "--dry-run", "--json"]))["results"].clone();
    let mut digests = untagged.each_ref().map(|untagged| untagged["digest"].clone());
    digests.sort_by_key(Value::to_string);
    assert_eq!(rows[0]["leaves"], json!(digests), "{rows}");
    go(":3.0.0", &["--yes"]).golden("delete-index");
    assert_eq!(tags(&registry), "1.0.0 1.1.0 2.0.0 main stable");
    // Without a tag too.
    let name = store.add_manifest("acme/app", None, INDEX, index.as_bytes());
    let rows = well(&go(&format!("@{name}"), &["--yes", "--json"]))["results"].clone();
    assert_eq!((&rows[0]["outcome"], &rows[0]["leaves"]), (&"deleted".into(), &json!(digests)), "{rows}");
}

#[test]
fn signatures_and_referrers_go_where_that_is_asked_for() {
    for with in [false, true] {
        let registry = versions(Quirks::default());
        let store = registry.store();
        let name = store.resolve("acme/app", "1.1.0").expect("a digest");
        let tag = format!("{}.sig", name.replace(':', "-"));
        Artifact::new("example/config", "{}").layer("example/layer", Blob::of(b"signed")).put(
            store,
            "acme/app",
            &[&tag],
        );
        let bundle =
            Artifact::new("example/config", "{}").referring("example/bundle", &name, 1).put(store, "acme/app", &[]);
        let more = if with { &["--yes", "--referrers"][..] } else { &["--yes"] };
        let outcome = delete(registry.host(), ":1.1.0", more).go();
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let left = [store.resolve("acme/app", &tag).is_some(), store.manifest("acme/app", &bundle).is_some()];
        assert_eq!(left, [!with; 2], "{}", outcome.stdout);
    }
}

#[test]
fn registries_that_do_not_delete_say_so() {
    let registry = versions(Quirks { delete: Delete::NotAllowed, ..Quirks::default() });
    delete(registry.host(), ":1.1.0", &["--yes"]).go().golden("delete-not-allowed");
    let denied = Does::Refuse(403, "DENIED", "requested access to the resource is denied");
    let faults = vec![Fault::on(What::Manifest, denied).method("DELETE")];
    let registry = versions(Quirks { faults, ..Quirks::default() });
    delete(registry.host(), ":1.1.0", &["--yes", "-o", "json"]).go().golden("delete-denied");
    // One tag that cannot be read may be what needs the manifest.
    let faults = vec![Fault::on(What::Manifest, Does::Refuse(500, "UNKNOWN", "no")).target("stable")];
    let registry = versions(Quirks { faults, ..Quirks::default() });
    let outcome = delete(registry.host(), "", &["--keep-semver", "0", "--yes"]).go();
    assert_eq!((outcome.code, registry.log().count("DELETE", "")), (4, 0), "{}", outcome.stdout);
}

#[test]
fn real_registries_delete() {
    let from = versions(Quirks::default());
    for registry in [Process::docker_registry(&Set::default()), Process::crane()].into_iter().flatten() {
        let url = format!("oci://{}/acme/app", registry.host());
        let outcome = Run::new(&["copy", &from.oci("acme/app"), &url, "--all-tags"]).go();
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let outcome = delete(registry.host(), "", &["--keep-semver", "1", "--yes"]).go();
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        let left = Run::new(&["list", &url, "-o", "name"]).go();
        assert_eq!(left.stdout, "2.0.0\n1.0.0\nmain\nstable\n");
    }
}

//! `resolve` against registries that misbehave: the digest is that of what is there, or an error is told.

use std::time::Duration;

use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::recorded::Recorded;
use kubectl_oci_tests::registry::{Auth, Does, Fault, PageLink, Quirks, Registry, What};
use kubectl_oci_tests::run::{Outcome, Run};

fn with(quirks: Quirks) -> Registry {
    let registry = Registry::with(quirks).start();
    for tag in ["1.0.0", "1.1.0", "2.0.0-rc.1", "latest"] {
        Artifact::flux(&[("app.yaml", tag)]).put(registry.store(), "acme/app", &[tag]);
    }
    registry
}

fn source(registry: &Registry, reference: &str) -> String {
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata:\n  name: app\n  namespace: default\nspec:\n  \
         interval: 10m\n  insecure: true\n  url: {}\n  ref:\n    {reference}\n",
        registry.oci("acme/app")
    )
}

fn resolve(registry: &Registry, reference: &str) -> Run {
    Run::new(&["resolve", "-f", "source.yaml", "-o", "json"])
        .file("source.yaml", &source(registry, reference))
        .placeholder(registry.host(), "[REGISTRY]")
}

fn result(outcome: &Outcome) -> serde_json::Value {
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|error| panic!("no JSON: {error}: {}{}", outcome.stdout, outcome.stderr));
    json["results"][0].clone()
}

#[test]
fn tags_and_ranges_come_to_digests() {
    let registry = with(Quirks { page_size: Some(1), page_link: PageLink::Opaque, ..Quirks::default() });
    for (reference, tag) in
        [("tag: 1.0.0", "1.0.0"), ("semver: \">=1.0.0\"", "1.1.0"), ("semver: \">=1.0.0-0\"", "2.0.0-rc.1")]
    {
        let outcome = resolve(&registry, reference).go();
        let result = result(&outcome);
        let digest = registry.store().resolve("acme/app", tag).expect("a digest");
        assert_eq!(
            (&result["tag"], &result["digest"]),
            (&tag.into(), &digest.into()),
            "{reference}: {}",
            outcome.stderr
        );
    }
}

#[test]
fn the_manifest_is_read_where_its_head_says_too_little() {
    let missing = [
        Does::DigestMissing,
        Does::DigestMalformed,
        Does::WithoutHeader("Content-Type"),
        Does::LengthMissing,
        Does::Refuse(405, "UNSUPPORTED", "no HEAD here"),
        Does::Refuse(404, "MANIFEST_UNKNOWN", "manifest unknown"),
        Does::Refuse(403, "DENIED", "no HEAD here"),
    ];
    for does in missing {
        let registry =
            with(Quirks { faults: vec![Fault::on(What::Manifest, does.clone()).method("HEAD")], ..Quirks::default() });
        let outcome = resolve(&registry, "tag: 1.0.0").go();
        let digest = registry.store().resolve("acme/app", "1.0.0").expect("a digest");
        assert_eq!(result(&outcome)["digest"], digest, "{does:?}: {}{}", outcome.stdout, outcome.stderr);
        assert_eq!(outcome.code, 0, "{does:?}");
    }
}

#[test]
fn what_fails_is_told_in_the_controllers_words() {
    let cases = [
        ("resolve-manifest-404", "tag: 9.9.9", Quirks::default()),
        ("resolve-no-match", "semver: \">=3.0.0\"", Quirks::default()),
        ("resolve-denied", "tag: 1.0.0", Quirks { auth: Some(Auth::basic("puller", "hunter2")), ..Quirks::default() }),
        (
            "resolve-tags-500",
            "semver: \">=1.0.0\"",
            Quirks {
                faults: vec![Fault::on(What::Tags, Does::Refuse(500, "UNKNOWN", "unknown error"))],
                ..Quirks::default()
            },
        ),
        (
            "resolve-tags-circle",
            "semver: \">=1.0.0\"",
            Quirks { page_size: Some(1), page_link: PageLink::Looping, ..Quirks::default() },
        ),
        (
            "resolve-slow",
            "tag: 1.0.0",
            Quirks {
                faults: vec![Fault::on(What::Manifest, Does::SlowFirstByte(Duration::from_secs(30)))],
                ..Quirks::default()
            },
        ),
    ];
    std::thread::scope(|scope| {
        for (name, reference, quirks) in cases {
            scope.spawn(move || {
                let registry = with(quirks);
                let timeout = if name == "resolve-slow" { "5s" } else { "20s" };
                resolve(&registry, reference).timeout(timeout).go().golden(name);
            });
        }
    });
}

#[test]
fn the_digest_of_a_tag_is_the_registrys_word_as_for_the_controller() {
    // Nothing is read that could be hashed; whoever pulls by this digest finds out.
    let registry = with(Quirks { faults: vec![Fault::on(What::Manifest, Does::DigestLies)], ..Quirks::default() });
    let outcome = resolve(&registry, "tag: 1.0.0").go();
    assert_eq!(
        result(&outcome)["digest"],
        kubectl_oci_tests::registry::digest(b"something else"),
        "{}",
        outcome.stdout
    );
    assert_eq!(registry.log().count("GET", "manifests/"), 0, "{:?}", registry.log().lines());
}

/// The cases that need nothing but the registry.
#[test]
fn recorded_objects_come_to_the_controllers_revisions() {
    let Some(recorded) = Recorded::start() else { return };
    let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("controller/cases.jsonl");
    let text = std::fs::read_to_string(cases).expect("recorded cases");
    let cases = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a case"));
    let cases: Vec<serde_json::Value> = cases.filter(needs_nothing_else).collect();
    let differences = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        // Most of them wait for nothing, some are tried again.
        for part in cases.chunks(cases.len().div_ceil(6)) {
            let (recorded, differences) = (&recorded, &differences);
            scope.spawn(move || {
                for case in part {
                    let difference = compare(case, recorded);
                    differences.lock().expect("the differences").extend(difference);
                }
            });
        }
    });
    let differences = differences.into_inner().expect("the differences");
    println!("{} of {} recorded objects agree", cases.len() - differences.len(), cases.len());
    assert!(cases.len() > 20, "{} cases alone", cases.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn needs_nothing_else(case: &serde_json::Value) -> bool {
    let manifest = case["manifest"].as_str().expect("a manifest");
    let fields = ["secretRef", "SecretRef", "serviceAccountName", "verify:", "provider:"];
    let outcome = &case["outcome"];
    let message = outcome["message"].as_str().unwrap_or_default();
    !fields.iter().any(|field| manifest.contains(field))
        && (outcome["ready"] == true || message.starts_with("failed to determine"))
}

/// In words, where they differ.
fn compare(case: &serde_json::Value, recorded: &Recorded) -> Option<String> {
    let (name, outcome) = (&case["name"], &case["outcome"]);
    let manifest = recorded.rewrite(case["manifest"].as_str().expect("a manifest"));
    let found = result(
        &Run::new(&["resolve", "-f", "case.yaml", "-o", "json"]).file("case.yaml", &manifest).timeout("20s").go(),
    );
    let (found, wanted) = if outcome["ready"] == true {
        (found["revision"].clone(), outcome["revision"].clone())
    } else {
        let message = recorded.rewrite(outcome["message"].as_str().unwrap_or_default());
        let error = &found["error"];
        (
            format!("{} {}", error["reason"], error["message"]).into(),
            format!("{} {}", outcome["reason"], serde_json::json!(message)).into(),
        )
    };
    (found != wanted).then(|| format!("{name}\n  wanted {wanted}\n  found  {found}"))
}

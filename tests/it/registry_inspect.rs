//! `inspect` against registries that misbehave: manifests, blobs and referrers are those that were meant, or an
//! error is told.

use std::time::Duration;

use kubectl_oci_tests::registry::artifact::{Artifact, FLUX_CONFIG, FLUX_CONTENT, INDEX, TarEntry, gzip, tar};
use kubectl_oci_tests::registry::{Auth, Blob, Blobs, Does, Fault, Quirks, Referrers, Registry, What};
use kubectl_oci_tests::run::{Outcome, Run};

const SECRETS: [&str; 3] = ["hunter2", "puller", "granted-token"];

/// A repository with an artifact of two files, signed.
fn fill(registry: &Registry) -> String {
    let artifact = Artifact::flux(&[("app.yaml", "kind: ConfigMap\n"), ("README.md", "read me\n")]);
    let digest = artifact.put(registry.store(), "acme/app", &["1.0.0"]);
    let size = artifact.manifest().len() as u64;
    for name in ["sbom", "signature", "attestation"] {
        let referrer = Artifact::new("application/vnd.oci.empty.v1+json", "{}");
        let artifact_type = format!("application/vnd.example.{name}");
        referrer.annotation("name", name).referring(&artifact_type, &digest, size).put(
            registry.store(),
            "acme/app",
            &[],
        );
    }
    digest
}

fn with(quirks: Quirks) -> Registry {
    let registry = Registry::with(quirks).start();
    fill(&registry);
    registry
}

fn faulty(on: What, does: Does) -> Quirks {
    Quirks { faults: vec![Fault::on(on, does)], ..Quirks::default() }
}

fn inspect(registry: &Registry, reference: &str) -> Run {
    Run::new(&["inspect", &format!("{}{reference}", registry.oci("acme/app"))])
        .placeholder(registry.host(), "[REGISTRY]")
        .timeout("20s")
}

fn names(outcome: &Outcome) -> usize {
    ["example.sbom", "example.signature", "example.attestation"]
        .iter()
        .filter(|name| outcome.stdout.contains(*name))
        .count()
}

/// All of them at once: some wait.
fn goldens(cases: Vec<(&'static str, Quirks, &'static [&'static str])>) {
    std::thread::scope(|scope| {
        for (name, quirks, arguments) in cases {
            scope.spawn(move || {
                let registry = with(quirks);
                let outcome = inspect(&registry, ":1.0.0").and(arguments).go();
                outcome.golden(name).assert_within(Duration::from_secs(20));
                let sent =
                    registry.log().entries().iter().map(|entry| entry.sent).filter(|&sent| sent != u64::MAX).max();
                assert!(sent.unwrap_or(0) < 128 << 20, "{name}: {sent:?} bytes were read");
            });
        }
    });
}

#[test]
fn an_artifact_is_shown_with_what_refers_to_it() {
    let registry = with(Quirks::default());
    let outcome = inspect(&registry, ":1.0.0").and(&["--files"]).go();
    outcome.golden("inspect");
    let digest = registry.store().resolve("acme/app", "1.0.0").expect("a digest");
    assert_eq!(inspect(&registry, &format!("@{digest}")).go().code, 0);
}

#[test]
fn referrers_are_found_by_pages_and_by_tag() {
    let paged = Quirks { referrers: Referrers { page_size: Some(1), ..Referrers::default() }, ..Quirks::default() };
    let outcome = inspect(&with(paged), ":1.0.0").go();
    assert_eq!((outcome.code, names(&outcome)), (0, 3), "{}{}", outcome.stdout, outcome.stderr);

    let registry = with(Quirks::default());
    let digest = registry.store().resolve("acme/app", "1.0.0").expect("a digest");
    let index = serde_json::json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest, "size": 7, "artifactType": "application/vnd.example.sbom"},
    ]});
    registry.store().add_manifest("acme/app", Some(&digest.replace(':', "-")), INDEX, index.to_string().as_bytes());
    registry.change(Quirks { referrers: Referrers { absent: true, ..Referrers::default() }, ..Quirks::default() });
    let outcome = inspect(&registry, ":1.0.0").go();
    assert_eq!((outcome.code, names(&outcome)), (0, 1), "{}{}", outcome.stdout, outcome.stderr);
}

#[test]
fn another_manifest_than_asked_for_is_not_shown() {
    for does in [
        Does::OtherBody,
        Does::OtherText("{\"schemaVersion\":2,\"layers\":[]}".to_owned()),
        Does::LengthLess(5),
        Does::Gzip,
    ] {
        let registry = Registry::with(faulty(What::Manifest, does.clone())).start();
        let digest = fill(&registry);
        let outcome = inspect(&registry, &format!("@{digest}")).go();
        assert_eq!(outcome.code, 1, "{does:?}: {}{}", outcome.stdout, outcome.stderr);
        assert!(!outcome.stdout.contains("flux.content"), "{does:?}: {}", outcome.stdout);
    }
}

#[test]
fn what_fails_is_told() {
    let manifest = |does| faulty(What::Manifest, does);
    let referrers = |does| faulty(What::Referrers, does);
    goldens(vec![
        ("inspect-manifest-404", manifest(Does::Refuse(404, "MANIFEST_UNKNOWN", "manifest unknown")), &[]),
        ("inspect-manifest-html", manifest(Does::Say(200, "text/html", "<html></html>")), &[]),
        ("inspect-manifest-endless", manifest(Does::Endless(200, "{\"layers\":[\"")), &[]),
        ("inspect-manifest-cut", manifest(Does::CutBody(20)), &[]),
        (
            "inspect-denied",
            manifest(Does::Refuse(403, "DENIED", "requested access to the resource is denied")),
            &["-o", "json"],
        ),
        ("inspect-referrers-500", referrers(Does::Refuse(500, "UNKNOWN", "unknown error")), &[]),
        ("inspect-referrers-html", referrers(Does::Say(200, "text/html", "<html></html>")), &[]),
        ("inspect-referrers-endless", referrers(Does::Endless(200, "{")), &[]),
        (
            "inspect-referrers-circle",
            referrers(Does::Header("Link", "</v2/acme/app/tags/list>; rel=\"next\"".to_owned())),
            &[],
        ),
        (
            "inspect-cosign-tags-denied",
            Quirks {
                faults: vec![Fault::on(What::Manifest, Does::Refuse(403, "DENIED", "not for you")).method("HEAD")],
                ..Quirks::default()
            },
            &[],
        ),
        ("inspect-referrers-denied", referrers(Does::Refuse(403, "DENIED", "not for you")), &[]),
    ]);
}

#[test]
fn files_are_of_the_blob_that_was_meant() {
    let blob = |does| Quirks {
        // The config is small, and read as well.
        faults: vec![Fault::on(What::Blob, does)],
        ..Quirks::default()
    };
    let files: &[&str] = &["--files"];
    goldens(vec![
        ("inspect-blob-404", blob(Does::Refuse(404, "BLOB_UNKNOWN", "blob unknown to registry")), files),
        ("inspect-blob-other-body", blob(Does::OtherBody), files),
        ("inspect-blob-other-text", blob(Does::OtherText("short".to_owned())), files),
        ("inspect-blob-length-more", blob(Does::LengthMore(5)), files),
        ("inspect-blob-length-less", blob(Does::LengthLess(5)), files),
        ("inspect-blob-endless", blob(Does::Endless(200, "")), files),
        ("inspect-blob-gzip", blob(Does::Gzip), files),
    ]);
}

#[test]
fn a_blob_that_is_cut_is_taken_up_again() {
    for blobs in [Blobs::Here, Blobs::WithoutRanges] {
        let cut = Fault::on(What::Blob, Does::CutBody(60)).method("GET").times(2);
        let registry = with(Quirks { faults: vec![cut], blobs: blobs.clone(), ..Quirks::default() });
        let outcome = inspect(&registry, ":1.0.0").and(&["--files"]).go();
        assert_eq!(outcome.code, 0, "{blobs:?}: {}{}", outcome.stdout, outcome.stderr);
        assert!(outcome.stdout.contains("app.yaml"), "{blobs:?}: {}", outcome.stdout);
    }
    let cut = Fault::on(What::Blob, Does::CutBody(60)).times(2);
    let registry = with(Quirks { faults: vec![cut], blobs: Blobs::RangesRefused, ..Quirks::default() });
    inspect(&registry, ":1.0.0").and(&["--files"]).go().golden("inspect-blob-ranges-refused");
}

#[test]
fn blobs_of_another_host_come_without_credentials() {
    for auth in [Auth::basic("puller", "hunter2"), Auth::bearer("puller", "hunter2")] {
        let storage = Registry::new();
        let quirks = Quirks {
            auth: Some(auth),
            blobs: Blobs::At(storage.base().replace("127.0.0.1", "localhost")),
            ..Quirks::default()
        };
        let registry = Registry::with(quirks).beside(&storage).start();
        fill(&registry);
        let outcome =
            inspect(&registry, ":1.0.0").and(&["--files"]).logged_in(registry.host(), "puller", "hunter2").go();
        assert!(outcome.code == 0 && outcome.stdout.contains("app.yaml"), "{}{}", outcome.stdout, outcome.stderr);
        assert!(storage.log().count("GET", "/blobs/") > 0);
        storage.log().assert_no_credentials(&SECRETS);
    }
}

#[test]
fn hostile_archives_do_no_harm() {
    let long = "a/".repeat(49);
    let entries = [
        TarEntry::file("../../etc/passwd", b"x"),
        TarEntry::file("/etc/shadow", b"x"),
        TarEntry::symlink("link", "/etc"),
        TarEntry::hard_link("hard", "/etc/passwd"),
        TarEntry { kind: b'3', ..TarEntry::file("device", b"") },
        TarEntry::file("\u{1b}[2Jsteer", b"x"),
        TarEntry::file("line\nbreak", b"x"),
        TarEntry::file(&long, b""),
        TarEntry::file("ok.yaml", b"kind: ConfigMap\n"),
    ];
    let layers = [
        ("inspect-hostile-names", gzip(&tar(&entries))),
        ("inspect-no-gzip", b"plain text".to_vec()),
        ("inspect-no-tar", gzip(b"plain text, and longer than a block of tar has to be: no.".repeat(20).as_slice())),
        ("inspect-cut-tar", gzip(&tar(&entries)[..700])),
        ("inspect-cut-gzip", gzip(&tar(&entries))[..100].to_vec()),
        ("inspect-empty-layer", Vec::new()),
    ];
    for (name, layer) in layers {
        let registry = Registry::new();
        Artifact::new(FLUX_CONFIG, "{}").layer(FLUX_CONTENT, Blob::of(&layer)).put(
            registry.store(),
            "acme/app",
            &["1.0.0"],
        );
        let outcome = inspect(&registry, ":1.0.0").and(&["--files"]).go();
        outcome.golden(name).assert_silent_about(&["\u{1b}["]);
    }
}

#[test]
fn a_bomb_does_not_go_off() {
    // 256 MiB of zeros in as many KiB.
    let registry = Registry::new();
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let head = tar(&[TarEntry::file("zeros", b"")]);
    std::io::Write::write_all(&mut bomb, &head).expect("memory");
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), 256 << 20), &mut bomb).expect("memory");
    let layer = bomb.finish().expect("memory");
    Artifact::new(FLUX_CONFIG, "{}").layer(FLUX_CONTENT, Blob::of(&layer)).put(
        registry.store(),
        "acme/app",
        &["1.0.0"],
    );
    let outcome = inspect(&registry, ":1.0.0").and(&["--files"]).within(Duration::from_secs(20)).go();
    assert!(outcome.memory < 100 * 1024, "{} KiB", outcome.memory);
}

#[test]
fn descriptors_that_lie_are_not_believed() {
    let layer = gzip(&tar(&[TarEntry::file("app.yaml", b"x")]));
    let blob = Blob::of(&layer);
    let cases = [
        ("inspect-size-more", blob.digest.clone(), blob.size as i64 + 1),
        ("inspect-size-less", blob.digest.clone(), blob.size as i64 - 1),
        ("inspect-size-negative", blob.digest.clone(), -1),
        ("inspect-size-huge", blob.digest.clone(), i64::MAX),
        ("inspect-digest-path", "sha256:../../../../etc/passwd".to_owned(), 5),
        ("inspect-digest-algorithm", format!("md5:{}", "a".repeat(32)), 5),
    ];
    for (name, digest, size) in cases {
        let registry = Registry::new();
        let store = registry.store();
        store.add_blob("acme/app", blob.clone());
        store.add_blob("acme/app", Blob::of(b"{}"));
        let manifest = serde_json::json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": {"mediaType": FLUX_CONFIG, "digest": Blob::of(b"{}").digest, "size": 2},
            "layers": [{"mediaType": FLUX_CONTENT, "digest": digest, "size": size}],
        });
        store.add_manifest(
            "acme/app",
            Some("1.0.0"),
            "application/vnd.oci.image.manifest.v1+json",
            manifest.to_string().as_bytes(),
        );
        inspect(&registry, ":1.0.0").and(&["--files"]).go().golden(name);
    }
}

#[test]
fn an_absent_latest_that_nobody_named_is_said_to_be_assumed() {
    let registry = with(Quirks::default());
    let url = registry.oci("acme/app");
    inspect(&registry, "").go().golden("inspect-latest-assumed");
    inspect(&registry, "").and(&["-o", "json"]).go().golden("inspect-latest-assumed-json");
    let said =
        format!("no tag was named, so `latest` was assumed: `kubectl oci list {url}` shows which tags there are");
    let commands: [&[&str]; 4] = [
        &["pull", &url, "--output", "out"],
        &["diff", &url, "--path", "."],
        &["tag", &url, "--tag", "new"],
        &["copy", &url, "oci-layout://layout"],
    ];
    for command in commands {
        let outcome = Run::new(command).variable("COLUMNS", "1000").go();
        assert_eq!(outcome.code, 1, "{command:?}: {}", outcome.stderr);
        // It is wrapped.
        let words = outcome.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(&said), "{command:?}: {}", outcome.stderr);
    }
    // Whoever names it knows.
    let outcome = inspect(&registry, ":latest").go();
    assert!(outcome.code == 1 && !outcome.stdout.contains("assumed"), "{}", outcome.stdout);
}

//! `push`, `pull` and `diff` against a registry that behaves, and against those that do not.

use std::fs;
use std::path::Path;
use std::time::Duration;

use kubectl_oci_tests::registry::artifact::{Artifact, FLUX_CONFIG, FLUX_CONTENT, TarEntry, gzip, tar};
use kubectl_oci_tests::registry::auth::Auth;
use kubectl_oci_tests::registry::debian::{Process, Set};
use kubectl_oci_tests::registry::tools::{self, Folder};
use kubectl_oci_tests::registry::{Blob, Does, Fault, Location, Quirks, Registry, Uploads, What, digest};
use kubectl_oci_tests::run::{Outcome, Run, shell};

const APP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n";

/// A run in a folder with manifests.
fn run(arguments: &[&str]) -> Run {
    Run::new(arguments).file("deploy/app.yaml", APP).file("deploy/sub/more.yaml", "a: b\n")
}

fn push(registry: &Registry, tag: &str) -> Run {
    run(&["push", &format!("{}:{tag}", registry.oci("acme/app")), "--path", "deploy"])
        .placeholder(registry.host(), "REGISTRY")
}

fn listed(folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            }
            out.push(entry.path().strip_prefix(folder).expect("inside").display().to_string());
        }
    }
    out.sort();
    out
}

fn manifest(registry: &Registry, tag: &str) -> serde_json::Value {
    registry.store().manifest("acme/app", tag).expect("a manifest").json()
}

#[test]
fn what_is_pushed_is_what_flux_pushes() {
    let registry = Registry::new();
    let flags = ["--source", "https://example.com/app", "-a", "note=a=b,c", "--annotations", "other=1"];
    let revision = ["--revision", "main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872"];
    push(&registry, "1.0.0").and(&flags).and(&revision).go().golden("push");
    let manifest = manifest(&registry, "1.0.0");
    assert_eq!(manifest["mediaType"], "application/vnd.oci.image.manifest.v1+json");
    assert_eq!(manifest["config"]["mediaType"], "application/vnd.cncf.flux.config.v1+json");
    assert_eq!(manifest["layers"][0]["mediaType"], "application/vnd.cncf.flux.content.v1.tar+gzip");
    let annotations = serde_json::json!({
        "note": "a=b,c",
        "org.opencontainers.image.created": "1970-01-01T00:00:00Z",
        "org.opencontainers.image.revision": "main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872",
        "org.opencontainers.image.source": "https://example.com/app",
        "other": "1",
    });
    assert_eq!(manifest["annotations"], annotations);
}

#[test]
fn the_same_content_is_the_same_artifact_and_sent_once() {
    let registry = Registry::new();
    assert_eq!(push(&registry, "1.0.0").go().code, 0);
    registry.log().clear();
    let again = push(&registry, "latest").go();
    assert!(again.stdout.contains("was there already"), "{}", again.stdout);
    assert_eq!(registry.log().count("POST", "uploads"), 0, "{:#?}", registry.log().lines());
    let resolve = |tag| registry.store().resolve("acme/app", tag);
    assert_eq!(resolve("1.0.0"), resolve("latest"));
    assert_eq!(push(&registry, "dated").and(&["--created"]).go().code, 0);
    assert_ne!(resolve("1.0.0"), resolve("dated"));
    assert_eq!(push(&registry, "image").and(&["--media-type-compat"]).go().code, 0);
    let layer = "application/vnd.oci.image.layer.v1.tar+gzip";
    assert_eq!(manifest(&registry, "image")["layers"][0]["mediaType"], layer);
}

#[test]
fn standard_input_and_a_file_are_pushed_too() {
    let registry = Registry::new();
    let url = format!("{}:text", registry.oci("acme/app"));
    assert_eq!(run(&["push", &url, "--path", "-"]).input("kind: A\n").go().code, 0);
    let url_of_file = format!("{}:file", registry.oci("acme/app"));
    assert_eq!(run(&["push", &url_of_file, "--path", "deploy/app.yaml"]).go().code, 0);
    let pulled = run(&["pull", &url, "--output", "out"]).go();
    assert_eq!(listed(&pulled.folder.path().join("out")), ["manifests.yaml"]);
    let pulled = run(&["pull", &url_of_file, "--output", "out"]).go();
    assert_eq!(fs::read_to_string(pulled.folder.path().join("out/app.yaml")).expect("a file"), APP);
}

#[test]
fn charts_are_pushed_under_their_version() {
    let registry = Registry::new();
    let url = registry.oci("acme/app");
    let chart = |arguments: &[&str]| {
        run(arguments)
            .file("chart/Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.2.3+build.1\ndescription: An app\n")
            .file("chart/templates/app.yaml", APP)
            .file("chart/values.yaml", "a: b\n")
            .placeholder(registry.host(), "REGISTRY")
    };
    chart(&["push", &url, "--path", "chart", "--as", "helm-chart"]).go().golden("push-chart");
    let manifest = manifest(&registry, "1.2.3_build.1");
    assert_eq!(manifest["config"]["mediaType"], "application/vnd.cncf.helm.config.v1+json");
    assert_eq!(manifest["layers"][0]["mediaType"], "application/vnd.cncf.helm.chart.content.v1.tar+gzip");
    chart(&["push", &format!("{url}:2.0.0"), "--path", "chart", "--as", "helm-chart"]).go().golden("push-chart-tag");
    let pulled = chart(&["pull", &format!("{url}:1.2.3_build.1"), "--output", "out"]).go();
    let files = ["app", "app/Chart.yaml", "app/templates", "app/templates/app.yaml", "app/values.yaml"];
    assert_eq!(listed(&pulled.folder.path().join("out")), files);
    let diff = chart(&["diff", &format!("{url}:1.2.3_build.1"), "--path", "chart"]).go();
    assert_eq!(diff.code, 0, "{}", diff.stdout);
}

#[test]
fn uploads_get_through_or_say_why_not() {
    let busy = Fault::on(What::Upload, Does::Refuse(503, "UNAVAILABLE", "busy")).times(1);
    let registry = Registry::with(Quirks { faults: vec![busy], ..Quirks::default() }).start();
    assert_eq!(push(&registry, "1.0.0").go().code, 0);
    let lost = Uploads { lost: 1, ..Uploads::default() };
    let registry = Registry::with(Quirks { uploads: lost, ..Quirks::default() }).start();
    let outcome = push(&registry, "1.0.0").go();
    assert_eq!((outcome.code, registry.store().resolve("acme/app", "1.0.0")), (1, None));
    let denied = Fault::on(What::Upload, Does::Refuse(403, "DENIED", "permission_denied: write_package"));
    let registry = Registry::with(Quirks { faults: vec![denied], ..Quirks::default() }).start();
    push(&registry, "1.0.0").go().golden("push-denied");
    let quirks = Quirks { immutable_tags: true, ..Quirks::default() };
    let registry = Registry::with(quirks).start();
    Artifact::flux(&[("a", "")]).put(registry.store(), "acme/app", &["1.0.0"]);
    push(&registry, "1.0.0").go().golden("push-immutable");
    let types = vec!["application/vnd.oci.image.config.v1+json".to_owned()];
    let registry = Registry::with(Quirks { accepted_media_types: Some(types), ..Quirks::default() }).start();
    assert_eq!(push(&registry, "1.0.0").go().code, 1);
    let registry = Registry::with(Quirks { auth: Some(Auth::bearer("puller", "secret")), ..Quirks::default() }).start();
    assert_eq!(push(&registry, "1.0.0").go().code, 4);
    let outcome = push(&registry, "1.0.0").logged_in(registry.host(), "puller", "secret").go();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.assert_silent_about(&["secret"]);
}

#[test]
fn odd_uploads_get_through() {
    let odd = |uploads: Uploads| Registry::with(Quirks { uploads, ..Quirks::default() }).start();
    let large = noise(14 << 20);
    let uploads = Uploads::default;
    let all = [
        Uploads { location: Location::Relative, ..uploads() },
        Uploads { location: Location::Query, ..uploads() },
        Uploads { chunk_minimum: Some(1 << 20), ..uploads() },
        Uploads { range_refused: 1, ..uploads() },
        Uploads { monolithic_ignored: true, ..uploads() },
        Uploads { mounts_refused: true, ..uploads() },
    ];
    for uploads in all {
        let registry = odd(uploads.clone());
        for (tag, content) in [("small", "a: b\n"), ("large", large.as_str())] {
            let url = format!("{}:{tag}", registry.oci("acme/app"));
            let pushed = Run::new(&["push", &url, "--path", "it"]).file("it/a", content).timeout("60s").go();
            assert_eq!(pushed.code, 0, "{uploads:?} {tag}: {}", pushed.stderr);
            let pulled = Run::new(&["pull", &url, "--output", "out"]).timeout("60s").go();
            assert_eq!(pulled.code, 0, "{uploads:?} {tag}: {}", pulled.stderr);
            assert!(fs::read_to_string(pulled.folder.path().join("out/a")).expect("a file") == content);
        }
    }
}

#[test]
fn uploads_that_lead_nowhere_or_elsewhere() {
    let missing = Uploads { location: Location::Missing, ..Uploads::default() };
    let registry = Registry::with(Quirks { uploads: missing, ..Quirks::default() }).start();
    push(&registry, "1.0.0").go().golden("push-no-location");
    let small = Uploads { largest: Some(10), ..Uploads::default() };
    let registry = Registry::with(Quirks { uploads: small, ..Quirks::default() }).start();
    let outcome = push(&registry, "1.0.0").go();
    assert_eq!((outcome.code, registry.store().resolve("acme/app", "1.0.0")), (1, None), "{}", outcome.stderr);
    // Another host gets the content where the registry says so, and the password never.
    let other = Registry::new();
    let elsewhere = Location::OtherHost(format!("http://{}", other.host()));
    let uploads = Uploads { location: elsewhere, ..Uploads::default() };
    let auth = Some(Auth::basic("pusher", "secret"));
    let registry = Registry::with(Quirks { uploads, auth, ..Quirks::default() }).start();
    let outcome = push(&registry, "1.0.0").logged_in(registry.host(), "pusher", "secret").go();
    assert_ne!(outcome.code, 0);
    outcome.assert_silent_about(&["secret"]);
    assert!(!other.log().entries().is_empty(), "the content is sent where the registry says");
    other.log().assert_no_credentials(&["secret"]);
}

/// Text that gzip makes little of.
fn noise(size: usize) -> String {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'!' + u8::try_from(state % 90).expect("a small number"))
    };
    std::iter::repeat_with(&mut next).take(size).collect()
}

/// In KiB. The binary of the tests takes some more than that of users, which `registry_speed` holds to 64 MiB.
const MOST_MEMORY: u64 = 72 * 1024;

#[test]
fn large_layers_are_streamed_and_where_they_cannot_be_sent_in_pieces() {
    let content = noise(18 << 20);
    let refused =
        Fault::on(What::Upload, Does::Refuse(411, "SIZE_INVALID", "length required")).method("PATCH").times(1);
    for faults in [Vec::new(), vec![refused]] {
        let registry = Registry::with(Quirks { faults, ..Quirks::default() }).start();
        let url = format!("{}:large", registry.oci("acme/app"));
        let arguments = ["push", &url, "--path", "large", "--json"];
        let pushed = Run::new(&arguments).file("large/a", &content).timeout("60s").go();
        assert_eq!(pushed.code, 0, "{}", pushed.stderr);
        assert!(pushed.memory < MOST_MEMORY, "{} KiB", pushed.memory);
        let pulled = Run::new(&["pull", &url, "--output", "out"]).timeout("60s").go();
        assert_eq!(pulled.code, 0, "{}", pulled.stderr);
        assert!(pulled.memory < MOST_MEMORY, "{} KiB", pulled.memory);
        assert!(fs::read_to_string(pulled.folder.path().join("out/a")).expect("a file") == content);
    }
}

#[test]
fn what_is_not_to_be_pushed_is_found_before() {
    let registry = Registry::new();
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  password: hunter2\n";
    let outcome = push(&registry, "1.0.0").and(&["--check"]).file("deploy/secret.yaml", secret).go();
    outcome.golden("push-check-secret").assert_silent_about(&["hunter2"]);
    assert_eq!(registry.store().resolve("acme/app", "1.0.0"), None);
    assert_eq!(push(&registry, "1.0.0").go().code, 0);
    let moved = push(&registry, "1.0.0").and(&["--check", "--fail-on", "warning"]);
    let labels = ["--source=https://example.com/a", "--revision=main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872"];
    moved.and(&labels).file("deploy/new.yaml", "a: b\n").go().golden("push-check-overwrite");
    let outcome = push(&registry, "1.0.0").and(&["--check"]).file("deploy/new.yaml", "a: b\n").go();
    outcome.golden("push-check-warnings");
}

/// An OCIRepository of the registry, with these lines below `spec`.
fn source(registry: &Registry, lines: &str) -> String {
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata:\n  name: app\n  namespace: apps\n\
         spec:\n  interval: 5m\n  url: {}\n  insecure: true\n{lines}",
        registry.oci("acme/app")
    )
}

#[test]
fn a_manifest_says_what_is_pulled() {
    let quirks = Quirks { auth: Some(Auth::basic("puller", "secret")), ..Quirks::default() };
    let registry = Registry::with(quirks).start();
    for (version, content) in [("1.0.0", "one"), ("1.1.0", "two"), ("2.0.0", "three")] {
        Artifact::flux(&[("app.yaml", content)]).put(registry.store(), "acme/app", &[version]);
    }
    let auths = format!(r#"{{"auths":{{"{}":{{"username":"puller","password":"secret"}}}}}}"#, registry.host());
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: reg\n  namespace: apps\ntype: kubernetes.io/dockerconfigjson\n\
         stringData:\n  .dockerconfigjson: '{auths}'\n"
    );
    let with_secret = source(&registry, "  ref:\n    semver: 1.x\n  secretRef:\n    name: reg\n");
    let run = |manifest: &str, arguments: &[&str]| {
        Run::new(arguments)
            .file("source.yaml", manifest)
            .file("secrets/reg.yaml", &secret)
            .placeholder(registry.host(), "REGISTRY")
    };
    let arguments = ["pull", "-f", "source.yaml", "--with", "secrets", "--output", "out", "app", "--json"];
    let pulled = run(&with_secret, &arguments).go();
    pulled.golden("pull-manifest").assert_silent_about(&["secret"]);
    assert_eq!(fs::read_to_string(pulled.folder.path().join("out/app.yaml")).expect("a file"), "two");
    let arguments = ["pull", "-f", "source.yaml", "--with", "secrets", "--output", "out"];
    let anonymous = source(&registry, "  ref:\n    semver: 1.x\n");
    run(&anonymous, &arguments).go().golden("pull-manifest-anonymous");
    let other = source(
        &registry,
        "  layerSelector:\n    mediaType: text/plain\n  ref:\n    tag: 1.0.0\n  secretRef:\n    name: reg\n",
    );
    run(&other, &arguments).go().golden("pull-manifest-layer");
    let missing = source(&registry, "  ref:\n    tag: 9.9.9\n  secretRef:\n    name: reg\n");
    run(&missing, &arguments).go().golden("pull-manifest-missing");
    let copy = source(
        &registry,
        "  layerSelector:\n    mediaType: application/vnd.cncf.flux.content.v1.tar+gzip\n    operation: copy\n  ref:\n    \
         tag: 1.0.0\n  secretRef:\n    name: reg\n",
    );
    let pulled = run(&copy, &["pull", "-f", "source.yaml", "--with", "secrets", "--output", "kept/"]).go();
    let file = pulled.folder.path().join("kept/app-1.0.0.tgz");
    let manifest = manifest(&registry, "1.0.0");
    assert_eq!(manifest["layers"][0]["digest"], digest(&fs::read(file).expect("a file")));
}

#[test]
fn nothing_is_left_of_what_was_not_pulled_to_its_end() {
    let content = noise(1 << 20);
    let registry = Registry::new();
    let url = format!("{}:1.0.0", registry.oci("acme/app"));
    assert_eq!(Run::new(&["push", &url, "--path", "a"]).file("a/b", &content).go().code, 0);
    let wrong = Fault::on(What::Blob, Does::OtherBody);
    let cut = Fault::on(What::Blob, Does::CutBody(1000));
    for fault in [wrong, cut] {
        registry.change(Quirks { faults: vec![fault], ..Quirks::default() });
        for (operation, output) in [("extract", "new"), ("extract", "old"), ("copy", "old/kept")] {
            let arguments = ["pull", &url, "--output", output, "--operation", operation];
            let pulled =
                Run::new(&arguments).file("old/mine", "mine").timeout("60s").within(Duration::from_secs(90)).go();
            assert_ne!(pulled.code, 0);
            assert_eq!(listed(pulled.folder.path()), ["old", "old/mine"], "{}", pulled.stderr);
        }
    }
}

#[test]
fn what_is_interrupted_leaves_nothing() {
    let registry = Registry::new();
    let url = format!("{}:1.0.0", registry.oci("acme/app"));
    assert_eq!(Run::new(&["push", &url, "--path", "a"]).file("a/b", &noise(1 << 20)).go().code, 0);
    registry.change(Quirks {
        faults: vec![Fault::on(What::Blob, Does::Drip(1000, Duration::from_secs(60)))],
        ..Quirks::default()
    });
    let folder = Folder::new("interrupted");
    fs::create_dir(folder.path().join("old")).expect("a folder");
    fs::write(folder.path().join("old/mine"), "mine").expect("a file");
    interrupted(&folder, &["pull", &url, "--output", "old", "--timeout", "60s"]);
    assert_eq!(listed(folder.path()), ["old", "old/mine"]);
    // The layer is here, and what is in it takes long to write.
    let names: Vec<String> = (0..100_000).map(|number| format!("{}/{number}", number % 100)).collect();
    let entries: Vec<TarEntry<'_>> = names.iter().map(|name| TarEntry::file(name, b"")).collect();
    let layer = Blob::of(&gzip(&tar(&entries)));
    Artifact::new(FLUX_CONFIG, "{}").layer(FLUX_CONTENT, layer).put(registry.store(), "acme/many", &["1.0.0"]);
    registry.change(Quirks::default());
    let url = registry.oci("acme/many:1.0.0");
    interrupted(&folder, &["pull", &url, "--output", "old", "--timeout", "60s"]);
    assert_eq!(listed(folder.path()), ["old", "old/mine"]);
    // Packing takes long too, and asks nobody.
    let large = fs::File::create(folder.path().join("large")).expect("a file");
    large.set_len(4 << 30).expect("a sparse file");
    interrupted(&folder, &["build", "--path", "large", "--output", "old/built.tgz"]);
    assert_eq!(listed(folder.path()), ["large", "old", "old/mine"]);
}

#[test]
fn a_blob_that_is_kept_as_something_else_is_an_error() {
    let lies = Fault::on(What::Upload, Does::DigestLies).method("PUT");
    let registry = Registry::with(Quirks { faults: vec![lies], ..Quirks::default() }).start();
    let outcome = push(&registry, "1.0.0").go();
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    assert!(outcome.stderr.contains("the registry keeps the blob as"), "{}", outcome.stderr);
    assert_eq!(registry.store().resolve("acme/app", "1.0.0"), None);
}

/// Whatever reads JSON reads the same, and a terminal is not steered.
#[test]
fn json_steers_no_terminal() {
    let registry = Registry::new();
    let artifact = Artifact::flux(&[("app.yaml", APP)]).annotation("example/a", "\u{9b}31m\u{7f}\u{202e}\u{1b}[2J");
    artifact.put(registry.store(), "acme/app", &["1.0.0"]);
    let outcome = Run::new(&["inspect", &registry.oci("acme/app:1.0.0"), "-o", "json"]).go();
    let steers = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
    assert!(!outcome.stdout.contains(steers), "{:?}", outcome.stdout);
    let answer: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(answer["results"][0]["annotations"]["example/a"], "\u{9b}31m\u{7f}\u{202e}\u{1b}[2J");
}

/// Runs the plugin in a folder and interrupts it once it has begun to write into `old`.
fn interrupted(folder: &Folder, arguments: &[&str]) {
    let script = "set -m; kubectl-oci \"$@\" & program=$!\n\
                  for i in $(seq 1000); do\n\
                  ls -d old/.kubectl-oci-* >/dev/null 2>&1 && break; sleep 0.01; done\n\
                  sleep 0.1; ls -d old/.kubectl-oci-* && kill -INT $program; wait $program; echo exit $?";
    let output = shell(folder.path(), script, arguments);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("old/.kubectl-oci-") && stdout.contains("exit 130"), "{arguments:?}: {stdout}");
}

#[test]
fn differences_are_of_files() {
    let registry = Registry::new();
    let old: [(&str, &str); 4] = [("app.yaml", APP), ("gone.yaml", "a: b\n"), ("same", "1"), ("bin", "\0a")];
    let changed = APP.replace("name: app", "name: other");
    let new: [(&str, &str); 4] = [("app.yaml", &changed), ("new.yaml", "a: b\n"), ("same", "1"), ("bin", "\0b")];
    Artifact::flux(&old).put(registry.store(), "acme/app", &["old"]);
    Artifact::flux(&new).put(registry.store(), "acme/app", &["new"]);
    let url = |tag: &str| format!("{}:{tag}", registry.oci("acme/app"));
    let diff = |arguments: &[&str]| -> Run {
        old.iter()
            .fold(Run::new(&["diff"]).and(arguments), |run, (path, text)| run.file(&format!("deploy/{path}"), text))
    };
    let golden = |run: Run, name: &str| -> Outcome {
        let outcome = run.placeholder(registry.host(), "REGISTRY").go();
        outcome.golden(name);
        outcome
    };
    golden(diff(&[&url("old"), &url("new")]), "diff");
    golden(diff(&[&url("old"), &url("new"), "--json"]), "diff-json");
    golden(diff(&[&url("old"), "--path", "deploy"]), "diff-same");
    golden(diff(&[&url("nowhere"), "--path", "deploy"]), "diff-missing");
    golden(diff(&[&url("old")]), "diff-usage");
    let manifest = source(&registry, "  ref:\n    tag: new\n");
    let outcome = diff(&["-f", "source.yaml", "--path", "deploy"]).file("source.yaml", &manifest).go();
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    let refused = Fault::on(What::Any, Does::Refuse(401, "UNAUTHORIZED", "authentication required"));
    registry.change(Quirks { faults: vec![refused], ..Quirks::default() });
    golden(diff(&[&url("old"), "--path", "deploy"]), "diff-no-access");
}

/// What we push they read, and what they push we read.
#[test]
fn other_clients_read_ours_and_we_read_theirs() {
    let (own, real) = (Registry::new(), Process::docker_registry(&Set::default()));
    for host in [Some(own.host()), real.as_ref().map(Process::host)].into_iter().flatten() {
        let home = Folder::new("interop");
        let url = |tag: &str| format!("oci://{host}/acme/app:{tag}");
        let pushed = run(&["push", &url("ours"), "--path", "deploy", "--json"]).go();
        assert_eq!(pushed.code, 0, "{}", pushed.stderr);
        let answer: serde_json::Value = serde_json::from_str(&pushed.stdout).expect("JSON");
        let text = |pointer: &str| answer.pointer(pointer).and_then(|it| it.as_str()).expect("a text").to_owned();
        let (name, layer) = (text("/results/0/digest"), text("/results/0/layer/digest"));
        let ours = format!("{host}/acme/app:ours");
        let pulled = |tag: &str| {
            let pulled = Run::new(&["pull", &url(tag), "--output", "out"]).go();
            assert_eq!(pulled.code, 0, "{tag}: {}", pulled.stderr);
            fs::read_to_string(pulled.folder.path().join("out/app.yaml")).expect("a file")
        };
        assert_eq!(pulled("ours"), APP);
        let archive = tar(&[TarEntry::file("app.yaml", APP.as_bytes())]);
        fs::write(home.path().join("layer.tar.gz"), gzip(&archive)).expect("a file");
        if let Some(crane) = tools::find("crane") {
            let run = |arguments: &[&str]| tools::run(&crane, home.path(), arguments);
            assert_eq!(run(&["digest", &ours]).trim(), name);
            run(&["validate", "--fast", "--remote", &ours]);
            let theirs = ours.replace("ours", "crane");
            run(&["append", "--new_layer", "layer.tar.gz", "--new_tag", &theirs, "--oci-empty-base"]);
            assert_eq!(pulled("crane"), APP);
        }
        if let Some(oras) = tools::find("oras") {
            let run = |arguments: &[&str]| tools::run(&oras, home.path(), arguments);
            assert_eq!(digest(run(&["manifest", "fetch", "--plain-http", &ours]).as_bytes()), name);
            let blob = format!("{host}/acme/app@{layer}");
            run(&["blob", "fetch", "--plain-http", "--output", "fetched", &blob]);
            assert_eq!(digest(&fs::read(home.path().join("fetched")).expect("a file")), layer);
            let file = "layer.tar.gz:application/vnd.cncf.flux.content.v1.tar+gzip";
            run(&["push", "--plain-http", &ours.replace("ours", "oras"), file]);
            assert_eq!(pulled("oras"), APP);
        }
        if let Some(skopeo) = tools::find("skopeo") {
            let policy = r#"{"default":[{"type":"insecureAcceptAnything"}]}"#;
            fs::write(home.path().join("policy.json"), policy).expect("a file");
            let copy = |from: &str, to: &str| {
                let flags = ["copy", "--policy", "policy.json", "--src-tls-verify=false", "--dest-tls-verify=false"];
                tools::run(&skopeo, home.path(), &[&flags[..], &[from, to]].concat())
            };
            copy(&format!("docker://{ours}"), "oci:layout:ours");
            copy("oci:layout:ours", &format!("docker://{}", ours.replace("ours", "skopeo")));
            assert_eq!(pulled("skopeo"), APP);
        }
    }
}

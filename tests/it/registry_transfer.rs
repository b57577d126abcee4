//! `tag` and `copy`: between registries of every kind, to and from layouts on disk, interrupted and taken up again.

use std::path::Path;

use kubectl_oci_tests::registry::artifact::{Artifact, FLUX_CONFIG, FLUX_CONTENT, INDEX, MANIFEST, large_layer};
use kubectl_oci_tests::registry::debian::{HTPASSWD, Process, Set};
use kubectl_oci_tests::registry::tools::{self, Folder};
use kubectl_oci_tests::registry::{Auth, Blob, Does, Fault, Quirks, Referrers, Registry, Uploads, What, digest};
use kubectl_oci_tests::run::{Outcome, Run, shell};
use serde_json::{Value, json};

fn app(text: &str) -> Artifact {
    Artifact::flux(&[("app.yaml", text)])
}

/// `acme/app:1.0.0`, an index of two images, with a cosign signature, a bundle that refers to it, and something that
/// refers to the bundle.
fn signed(registry: &Registry) -> String {
    signed_and_listed(registry, false)
}

/// The same where a tag lists what refers to something.
fn signed_and_listed(registry: &Registry, by_tag: bool) -> String {
    let store = registry.store();
    let children: Vec<Value> = ["amd64", "arm64"]
        .iter()
        .map(|architecture| {
            let image = app(architecture);
            let name = image.put(store, "acme/app", &[]);
            let size = image.manifest().len();
            let platform = json!({"os": "linux", "architecture": architecture});
            json!({"mediaType": MANIFEST, "digest": name, "size": size, "platform": platform})
        })
        .collect();
    // Bytes that nobody would write in the same way again.
    let index =
        json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": children}).to_string().replace(",\"", " ,\n\"");
    let name = store.add_manifest("acme/app", Some("1.0.0"), INDEX, index.as_bytes());
    let signature = Artifact::new("application/vnd.oci.image.config.v1+json", "{}")
        .layer("application/vnd.dev.cosign.simplesigning.v1+json", Blob::of(b"signed"));
    signature.put(store, "acme/app", &[&format!("{}.sig", name.replace(':', "-"))]);
    let bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
    let mut bundled = Artifact::new("application/vnd.oci.empty.v1+json", "{}")
        .layer(bundle, Blob::of(b"bundle"))
        .referring(bundle, &name, index.len() as u64);
    // oras looks for all three of them.
    bundled.subject = Some(json!({"mediaType": INDEX, "digest": name, "size": index.len()}));
    let refers = bundled.put(store, "acme/app", &[]);
    let note = Artifact::new("application/vnd.oci.empty.v1+json", "{ }")
        .referring("example/note", &refers, bundled.manifest().len() as u64)
        .put(store, "acme/app", &[]);
    for (subject, referrer) in [(&name, &refers), (&refers, &note)] {
        let listed = store.manifest("acme/app", referrer).filter(|_| by_tag).map(|manifest| manifest.descriptor());
        let Some(listed) = listed else { continue };
        let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [listed]}).to_string();
        store.add_manifest("acme/app", Some(&subject.replace(':', "-")), INDEX, index.as_bytes());
    }
    name
}

fn copy(from: &str, to: &str) -> Run {
    Run::new(&["copy", from, to, "--json", "--plain-http"]).timeout("60s")
}

fn well(outcome: &Outcome) -> Value {
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    serde_json::from_str(&outcome.stdout).expect("JSON")
}

/// Asks a registry for everything that `signed` put, and compares it byte for byte.
fn assert_complete(from: &Registry, host: &str, name: &str, home: &Path) {
    let outcome = Run::new(&["inspect", &format!("oci://{host}/acme/copy:1.0.0"), "-o", "json", "--plain-http"]).go();
    let seen = &well(&outcome)["results"][0];
    assert_eq!(seen["digest"], name, "{seen}");
    assert_eq!(seen["cosignTags"].as_array().map(Vec::len), Some(1), "{seen}");
    assert_eq!(seen["referrers"].as_array().map(Vec::len), Some(1), "{seen}");
    let bundle = seen["referrers"][0]["digest"].as_str().expect("a digest");
    let outcome =
        Run::new(&["inspect", &format!("oci://{host}/acme/copy@{bundle}"), "-o", "json", "--plain-http"]).go();
    assert_eq!(well(&outcome)["results"][0]["referrers"][0]["artifactType"], "example/note");
    // All that it is made of is there, and what it should be.
    well(&copy(&format!("oci://{host}/acme/copy:1.0.0"), "oci-layout://all").go());
    let Some(crane) = tools::find("crane") else { return };
    let manifest = tools::run(&crane, home, &["manifest", "--insecure", &format!("{host}/acme/copy:1.0.0")]);
    let original = from.store().manifest("acme/app", "1.0.0").expect("a manifest");
    assert_eq!(Some(manifest.as_bytes()), original.blob.bytes());
}

#[test]
fn everything_that_belongs_to_an_artifact_is_copied() {
    let home = Folder::new("copy");
    for (absent_here, absent_there) in [(false, false), (true, true), (true, false), (false, true)] {
        let with = |absent| {
            let referrers = Referrers { absent, page_size: Some(1), ..Referrers::default() };
            Registry::with(Quirks { referrers, ..Quirks::default() })
        };
        let (from, to) = (with(absent_here).start(), with(absent_there).at(2).start());
        let name = signed_and_listed(&from, absent_here);
        let outcome = copy(&from.oci("acme/app:1.0.0"), &to.oci("acme/copy")).go();
        let answer = well(&outcome);
        assert_eq!(answer["results"][0]["digest"], name);
        assert_eq!(answer["summary"]["manifests"], json!({"sent": 6, "mounted": 0, "existed": 0}), "{answer}");
        assert_eq!((&answer["summary"]["referrers"], &answer["summary"]["signatures"]), (&2.into(), &1.into()));
        assert_complete(&from, to.host(), &name, home.path());
        // The second time there is nothing to do.
        let before = to.log().entries().len();
        let answer = well(&copy(&from.oci("acme/app:1.0.0"), &to.oci("acme/copy")).go());
        assert_eq!(answer["summary"]["manifests"], json!({"sent": 0, "mounted": 0, "existed": 6}), "{answer}");
        let wrote = to.log().entries().into_iter().skip(before);
        let wrote = wrote.filter(|entry| entry.method != "GET" && entry.method != "HEAD");
        let wrote: Vec<String> = wrote.map(|entry| format!("{} {}", entry.method, entry.target)).collect();
        assert!(wrote.is_empty(), "{wrote:#?}");
    }
}

#[test]
fn referrers_may_be_left() {
    let (from, to) = (Registry::new(), Registry::with(Quirks::default()).at(2).start());
    signed(&from);
    let run = copy(&from.oci("acme/app:1.0.0"), &to.oci("acme/copy:2.0.0")).and(&["--no-referrers"]);
    let answer = well(&run.go());
    assert_eq!(answer["summary"]["manifests"]["sent"], 3);
    assert_eq!(to.store().tags("acme/copy", "", 10).0, ["2.0.0"]);
}

#[test]
fn blobs_are_mounted_within_a_registry_and_sent_where_that_fails() {
    for mounts_refused in [false, true] {
        let uploads = Uploads { mounts_refused, ..Uploads::default() };
        let registry = Registry::with(Quirks { uploads, ..Quirks::default() }).start();
        let name = app("one").put(registry.store(), "acme/app", &["1.0.0"]);
        let answer = well(&copy(&registry.oci("acme/app:1.0.0"), &registry.oci("acme/copy")).go());
        let way = if mounts_refused { "sent" } else { "mounted" };
        assert_eq!(answer["summary"]["blobs"][way], 2, "{answer}");
        assert_eq!(registry.store().resolve("acme/copy", "1.0.0"), Some(name));
    }
}

#[test]
fn all_tags_are_copied() {
    let (from, to) = (Registry::new(), Registry::with(Quirks::default()).at(2).start());
    signed(&from);
    app("two").put(from.store(), "acme/app", &["2.0.0", "latest"]);
    let answer = well(&copy(&from.oci("acme/app"), &to.oci("acme/copy")).and(&["--all-tags"]).go());
    assert_eq!(answer["results"].as_array().map(Vec::len), Some(3), "{answer}");
    assert_eq!(to.store().tags("acme/copy", "", 10).0.len(), 4);
}

#[test]
fn an_interrupted_copy_is_taken_up_again() {
    let from = Registry::new();
    let layers = ["one", "two", "three", "four", "five", "six"];
    let mut artifact = Artifact::new(FLUX_CONFIG, "{}");
    for layer in layers {
        artifact = artifact.layer(FLUX_CONTENT, Blob::of(layer.as_bytes()));
    }
    let name = artifact.put(from.store(), "acme/app", &["1.0.0"]);
    let refused = Does::Refuse(500, "UNKNOWN", "the disk is full");
    let faults = vec![Fault::on(What::Upload, refused).method("PUT").after(3)];
    let to = Registry::with(Quirks { faults, ..Quirks::default() }).at(2).start();
    let outcome = copy(&from.oci("acme/app:1.0.0"), &to.oci("acme/copy")).go();
    assert_eq!(outcome.code, 4, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("the same command goes on from there"), "{}", outcome.stderr);
    assert_eq!(to.store().tags("acme/copy", "", 10).0.len(), 0, "a tag without its artifact");
    to.change(Quirks::default());
    let answer = well(&copy(&from.oci("acme/app:1.0.0"), &to.oci("acme/copy")).go());
    assert!(answer["summary"]["blobs"]["existed"].as_u64() >= Some(3), "{answer}");
    assert_eq!(to.store().resolve("acme/copy", "1.0.0"), Some(name));
}

/// Begins to copy into the layout `out`, interrupts it once a blob is being written, and returns what is left.
fn interrupted(folder: &Folder, source: &str) -> Vec<String> {
    // The shell of the test's own folder.
    let script = "set -m; kubectl-oci copy \"$1\" oci-layout://out & program=$!\n\
                  for i in $(seq 2000); do\n\
                  ls -d out/blobs/sha256/.*.part >/dev/null 2>&1 && break; sleep 0.01; done\n\
                  kill -INT $program; wait $program; echo exit $?";
    let output = shell(folder.path(), script, &[source]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("exit 130"), "{source}: {stdout}{}", String::from_utf8_lossy(&output.stderr));
    let blobs = std::fs::read_dir(folder.path().join("out/blobs/sha256")).expect("a layout");
    blobs.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn an_interrupted_copy_leaves_no_half_of_a_blob() {
    let from = Registry::new();
    let layer = large_layer(256, 1 << 20);
    Artifact::new(FLUX_CONFIG, "{}").layer(FLUX_CONTENT, layer).put(from.store(), "acme/app", &["1.0.0"]);
    let source = from.oci("acme/app:1.0.0");
    let folder = Folder::new("interrupted");
    let dripping = Fault::on(What::Blob, Does::Drip(1000, std::time::Duration::from_secs(60)));
    from.change(Quirks { faults: vec![dripping], ..Quirks::default() });
    let is_whole = |left: Vec<String>| left.iter().all(|name| !name.ends_with(".part"));
    assert!(is_whole(interrupted(&folder, &source)));
    from.change(Quirks::default());
    let layout = copy(&source, "oci-layout://in").timeout("60s").within(std::time::Duration::from_secs(90)).go();
    well(&layout);
    // Between two disks nothing is waited for, and the signal is heard all the same.
    let source = format!("oci-layout://{}", layout.folder.path().join("in").display());
    assert!(is_whole(interrupted(&folder, &source)));
    assert!(!folder.path().join("out/index.json").exists());
}

#[test]
fn nothing_unverified_arrives() {
    let from = Registry::new();
    let name = app("one").put(from.store(), "acme/app", &["1.0.0"]);
    for (on, does) in
        [(What::Blob, Does::OtherBody), (What::Blob, Does::LengthMore(1)), (What::Manifest, Does::OtherBody)]
    {
        from.change(Quirks { faults: vec![Fault::on(on, does.clone()).method("GET")], ..Quirks::default() });
        let to = Registry::with(Quirks::default()).at(2).start();
        let by_digest = from.oci(&format!("acme/app@{name}"));
        let outcome = copy(&by_digest, &to.oci("acme/copy:1.0.0")).go();
        assert_ne!(outcome.code, 0, "{does:?}: {}", outcome.stdout);
        assert!(to.store().manifest("acme/copy", "1.0.0").is_none(), "{does:?}");
        let layout = copy(&by_digest, "oci-layout://out").go();
        assert_ne!(layout.code, 0, "{does:?}: {}", layout.stdout);
        assert!(!layout.folder.path().join("out/index.json").exists(), "{does:?}");
    }
}

#[test]
fn credentials_go_to_their_own_host() {
    let from = Registry::with(Quirks { auth: Some(Auth::basic("reader", "from-secret")), ..Quirks::default() }).start();
    let to =
        Registry::with(Quirks { auth: Some(Auth::bearer("writer", "to-secret")), ..Quirks::default() }).at(2).start();
    app("one").put(from.store(), "acme/app", &["1.0.0"]);
    let run = copy(&from.oci("acme/app:1.0.0"), &to.oci("acme/copy"))
        .logged_in(from.host(), "reader", "from-secret")
        .and(&["--username", "writer", "--password-stdin"])
        .input("to-secret\n");
    let outcome = run.go();
    well(&outcome);
    outcome.assert_silent_about(&["from-secret", "to-secret"]);
    for (registry, foreign) in [(&from, "writer:to-secret"), (&to, "reader:from-secret")] {
        use base64::Engine as _;
        let foreign = base64::engine::general_purpose::STANDARD.encode(foreign);
        assert!(registry.log().entries().iter().all(|entry| !entry.holds(&foreign)), "{foreign}");
    }
}

#[test]
fn real_registries_take_copies() {
    let (from, home) = (Registry::new(), Folder::new("copy"));
    let name = signed(&from);
    let debian = Process::docker_registry(&Set::default());
    for registry in [debian, Process::crane()].into_iter().flatten() {
        well(&copy(&from.oci("acme/app:1.0.0"), &format!("oci://{}/acme/copy", registry.host())).go());
        assert_complete(&from, registry.host(), &name, home.path());
    }
    if let Some(registry) = Process::docker_registry(&Set { htpasswd: Some(HTPASSWD.to_owned()), ..Set::default() }) {
        let run = copy(&from.oci("acme/app:1.0.0"), &format!("oci://{}/acme/copy", registry.host()));
        well(&run.logged_in(registry.host(), "puller", "secret").go());
    }
}

/// From a registry into a layout, and back.
#[test]
fn layouts_hold_everything_and_give_it_back() {
    let (from, home) = (Registry::new(), Folder::new("layout"));
    let name = signed(&from);
    let layout = format!("oci-layout://{}", home.path().join("out").display());
    let answer = well(&copy(&from.oci("acme/app:1.0.0"), &layout).go());
    assert_eq!(answer["results"][0]["tag"], "1.0.0");
    let answer = well(&copy(&from.oci("acme/app:1.0.0"), &layout).go());
    assert_eq!(answer["summary"]["bytes"], 0, "{answer}");
    for absent in [false, true] {
        let referrers = Referrers { absent, ..Referrers::default() };
        let to = Registry::with(Quirks { referrers, ..Quirks::default() }).at(2).start();
        well(&copy(&layout, &to.oci("acme/copy")).go());
        assert_complete(&from, to.host(), &name, home.path());
    }
    // Another layout; and one that was altered.
    let other = format!("oci-layout://{}", home.path().join("other").display());
    well(&copy(&layout, &other).go());
    let blobs = home.path().join("out/blobs/sha256");
    let blob = blobs.join(digest(b"signed").trim_start_matches("sha256:"));
    std::fs::write(&blob, "SIGNED").expect("a file");
    let outcome = copy(&layout, &format!("oci-layout://{}", home.path().join("third").display())).go();
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    assert!(outcome.stderr.contains("does not hold what its name says"), "{}", outcome.stderr);
}

#[test]
fn skopeo_crane_and_oras_read_the_layout_and_we_read_theirs() {
    let (registry, home) = (Registry::new(), Folder::new("layout"));
    let name = app("one").put(registry.store(), "acme/app", &["1.0.0"]);
    well(&copy(&registry.oci("acme/app:1.0.0"), &format!("oci-layout://{}/out", home.path().display())).go());
    let there = |to: &str| assert_eq!(registry.store().resolve(to, "1.0.0"), Some(name.clone()), "{to}");
    let back = |folder: &str, to: &str| {
        let from = format!("oci:{}/{folder}", home.path().display());
        well(&copy(&from, &registry.oci(&format!("{to}:1.0.0"))).go());
        there(to);
    };
    if let Some(skopeo) = tools::find("skopeo") {
        std::fs::write(home.path().join("policy.json"), r#"{"default":[{"type":"insecureAcceptAnything"}]}"#)
            .expect("a file");
        let target = format!("docker://{}:1.0.0", registry.reference("acme/skopeo"));
        let copy = |from: &str, to: &str| {
            let arguments = ["copy", "--policy", "policy.json", "--src-tls-verify=false", "--dest-tls-verify=false"];
            tools::run(&skopeo, home.path(), &[&arguments[..], &[from, to]].concat());
        };
        copy("oci:out:1.0.0", &target);
        there("acme/skopeo");
        copy(&target, "oci:skopeo:1.0.0");
        back("skopeo:1.0.0", "acme/from-skopeo");
    }
    if let Some(crane) = tools::find("crane") {
        tools::run(&crane, home.path(), &["push", "out", &format!("{}:1.0.0", registry.reference("acme/crane"))]);
        there("acme/crane");
        let source = format!("{}:1.0.0", registry.reference("acme/crane"));
        tools::run(&crane, home.path(), &["pull", "--format", "oci", &source, "crane"]);
        back("crane", "acme/from-crane");
    }
    if let Some(oras) = tools::find("oras") {
        let run = |arguments: &[&str]| tools::run(&oras, home.path(), arguments);
        let target = format!("{}:1.0.0", registry.reference("acme/oras"));
        run(&["cp", "--from-oci-layout", "--to-plain-http", "out:1.0.0", &target]);
        there("acme/oras");
        run(&["cp", "--to-oci-layout", "--from-plain-http", &target, "oras:1.0.0"]);
        back("oras:1.0.0", "acme/from-oras");
    }
}

#[test]
fn oras_finds_the_referrers_in_the_layout_and_we_find_those_in_its_own() {
    let Some(oras) = tools::find("oras") else { return };
    let (from, home) = (Registry::new(), Folder::new("layout"));
    let name = signed(&from);
    well(&copy(&from.oci("acme/app:1.0.0"), &format!("oci-layout://{}/out", home.path().display())).go());
    let found = tools::run(&oras, home.path(), &["discover", "--oci-layout", "out:1.0.0", "--format", "json"]);
    assert!(found.contains("sigstore.bundle") && found.contains("example/note"), "{found}");
    let source = format!("{}:1.0.0", from.reference("acme/app"));
    tools::run(&oras, home.path(), &["cp", "-r", "--from-plain-http", "--to-oci-layout", &source, "oras:1.0.0"]);
    let to = Registry::with(Quirks::default()).at(2).start();
    let answer = well(&copy(&format!("oci:{}/oras:1.0.0", home.path().display()), &to.oci("acme/copy")).go());
    assert_eq!((&answer["results"][0]["digest"], &answer["summary"]["referrers"]), (&name.into(), &2.into()));
}

#[test]
fn a_copy_takes_little_memory_whatever_its_size() {
    let (from, to) = (Registry::new(), Registry::with(Quirks::default()).at(2).start());
    let layer = large_layer(200, 1 << 20);
    Artifact::new(FLUX_CONFIG, "{}").layer(FLUX_CONTENT, layer).put(from.store(), "acme/app", &["1.0.0"]);
    let outcome = copy(&from.oci("acme/app:1.0.0"), &to.oci("acme/copy")).go();
    let answer = well(&outcome);
    assert!(answer["summary"]["bytes"].as_u64() > Some(150 << 20), "{answer}");
    assert!(outcome.memory < 64 << 10, "{} KiB", outcome.memory);
}

#[test]
fn tags_are_added_moved_and_left() {
    let registry = Registry::new();
    let (one, two) = (app("one"), app("two"));
    let name = one.put(registry.store(), "acme/app", &["1.0.0", "same"]);
    let previous = two.put(registry.store(), "acme/app", &["latest"]);
    let tag = |reference: &str, more: &[&str]| {
        let url = registry.oci(&format!("acme/app{reference}"));
        Run::new(&["tag", &url]).and(more).placeholder(registry.host(), "[REGISTRY]")
    };
    let outcome = tag(":1.0.0", &["--tag", "new", "--tag", "latest", "--tag", "same"]).go();
    outcome.golden("tag");
    for tag in ["new", "latest", "same"] {
        assert_eq!(registry.store().resolve("acme/app", tag), Some(name.clone()), "{tag}");
    }
    let answer = well(&tag(&format!("@{previous}"), &["--tag", "latest", "--json"]).go());
    let expected = json!({"url": "oci://[REGISTRY]/acme/app:latest", "tag": "latest", "digest": previous,
        "previous": name, "error": null});
    assert_eq!(answer["results"][0], expected);
    tag(&format!(":1.0.0@{previous}"), &["--tag", "other"]).go().golden("tag-other-digest");
    assert_eq!(registry.store().resolve("acme/app", "other"), None);
    tag(":3.0.0", &["--tag", "other"]).go().golden("tag-missing");
    registry.change(Quirks { immutable_tags: true, ..Quirks::default() });
    tag(":1.0.0", &["--tag", "fresh", "--tag", "latest"]).go().golden("tag-immutable");
}

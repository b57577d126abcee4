//! What the in-process registry does without quirks is right: crane, oras and skopeo work with it, as they
//! do with Debian's `docker-registry` and crane's own.

use std::path::Path;

use kubectl_oci_tests::registry::artifact::{Artifact, FLUX_CONFIG, FLUX_CONTENT, large_layer};
use kubectl_oci_tests::registry::auth::{Auth, Grants};
use kubectl_oci_tests::registry::debian::{HTPASSWD, Process, Set};
use kubectl_oci_tests::registry::tls::{Authority, Flaw};
use kubectl_oci_tests::registry::tools::{self, Folder};
use kubectl_oci_tests::registry::{Blobs, Location, PageLink, Quirks, Referrers, Registry, Uploads, digest};

fn app() -> Artifact {
    Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")])
}

/// Docker's file of credentials for a host.
fn log_in(home: &Path, host: &str, user: &str, password: &str) {
    use base64::Engine as _;
    let auth = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    std::fs::write(home.join("config.json"), format!(r#"{{"auths":{{"{host}":{{"auth":"{auth}"}}}}}}"#))
        .expect("a file");
}

/// Pushes with crane, reads back, copies, tags, lists, deletes.
fn with_crane(host: &str, home: &Path) {
    let Some(crane) = tools::find("crane") else { return };
    let run = |arguments: &[&str]| tools::run(&crane, home, arguments);
    std::fs::write(home.join("layer.tar.gz"), kubectl_oci_tests::registry::artifact::gzip(b"not much"))
        .expect("a file");
    let reference = format!("{host}/acme/app");
    for tag in ["1.0.0", "1.1.0", "2.0.0"] {
        run(&["append", "--new_layer", "layer.tar.gz", "--new_tag", &format!("{reference}:{tag}"), "--oci-empty-base"]);
    }
    // Debian's registry lists them in the order of its file system.
    let sorted = |list: String| {
        let mut lines: Vec<&str> = list.lines().collect();
        lines.sort_unstable();
        lines.join(" ")
    };
    assert_eq!(sorted(run(&["ls", &reference])), "1.0.0 1.1.0 2.0.0");
    let found = run(&["digest", &format!("{reference}:1.1.0")]);
    let manifest = run(&["manifest", &format!("{reference}:1.1.0")]);
    assert_eq!(found.trim(), digest(manifest.as_bytes()));
    let _ = std::fs::remove_dir_all(home.join("layout"));
    run(&["pull", "--format", "oci", &format!("{reference}:1.1.0"), "layout"]);
    run(&["push", "layout", &format!("{host}/acme/pushed:1.1.0")]);
    // Another repository of the same registry: blobs are mounted where they can be.
    run(&["copy", &format!("{reference}:1.1.0"), &format!("{host}/acme/copy:1.1.0")]);
    assert_eq!(run(&["digest", &format!("{host}/acme/copy:1.1.0")]), found);
    run(&["tag", &format!("{reference}:2.0.0"), "latest"]);
    assert_eq!(sorted(run(&["ls", &reference])), "1.0.0 1.1.0 2.0.0 latest");
}

#[test]
fn crane_works_with_the_registry_of_the_tests() {
    let (registry, home) = (Registry::new(), Folder::new("interop"));
    with_crane(registry.host(), home.path());
    let Some(crane) = tools::find("crane") else { return };
    let reference = registry.reference("acme/app");
    tools::run(&crane, home.path(), &["delete", &format!("{reference}:latest")]);
    assert_eq!(tools::run(&crane, home.path(), &["catalog", registry.host()]), "acme/app\nacme/copy\nacme/pushed\n");
    assert!(registry.log().count("POST", "mount=") > 0, "{:#?}", registry.log().lines());
}

#[test]
fn crane_works_with_credentials_pages_and_blobs_elsewhere() {
    let home = Folder::new("interop");
    let users = [
        Auth::basic("puller", "secret"),
        Auth::bearer("puller", "secret"),
        Auth { grants: Grants::Get, ..Auth::bearer("puller", "secret") },
    ];
    for auth in users {
        let storage = Registry::new();
        let quirks = Quirks {
            auth: Some(auth),
            page_size: Some(1),
            page_link: PageLink::Opaque,
            uploads: Uploads { location: Location::Relative, ..Uploads::default() },
            blobs: Blobs::At(storage.base().to_owned()),
            ..Quirks::default()
        };
        let registry = Registry::with(quirks).beside(&storage).start();
        log_in(home.path(), registry.host(), "puller", "secret");
        with_crane(registry.host(), home.path());
    }
}

#[test]
fn crane_works_with_every_kind_of_upload() {
    let home = Folder::new("interop");
    for uploads in [
        Uploads { location: Location::Query, ..Uploads::default() },
        Uploads { mounts_refused: true, ..Uploads::default() },
        Uploads { monolithic_ignored: true, ..Uploads::default() },
    ] {
        let registry = Registry::with(Quirks { uploads, ..Quirks::default() }).start();
        with_crane(registry.host(), home.path());
    }
    // crane gives up where nothing says where to go, and where an upload is lost.
    let Some(crane) = tools::find("crane") else { return };
    for uploads in [
        Uploads { location: Location::Missing, ..Uploads::default() },
        Uploads { lost: usize::MAX, ..Uploads::default() },
        Uploads { largest: Some(10), ..Uploads::default() },
    ] {
        let registry = Registry::with(Quirks { uploads: uploads.clone(), ..Quirks::default() }).start();
        let target = format!("{}:1.0.0", registry.reference("acme/app"));
        let arguments = ["append", "--new_layer", "layer.tar.gz", "--new_tag", &target, "--oci-empty-base"];
        let mut command = tools::command(&crane, home.path(), &arguments);
        assert!(!command.output().expect("crane").status.success(), "{uploads:?}");
        assert_eq!(registry.store().resolve("acme/app", "1.0.0"), None, "{uploads:?}");
    }
}

#[test]
fn crane_works_with_tls() {
    let Some(crane) = tools::find("crane") else { return };
    let (authority, home) = (Authority::new("tests"), Folder::new("interop"));
    let address = [127, 0, 0, 1].into();
    let registry = Registry::with(Quirks::default()).tls(authority.server(address, Flaw::None)).start();
    app().put(registry.store(), "acme/app", &["1.0.0"]);
    std::fs::write(home.path().join("ca.crt"), authority.certificate()).expect("a file");
    let reference = registry.reference("acme/app");
    let ls = |registry: &str| {
        let mut command = tools::command(&crane, home.path(), &["ls", registry]);
        command.env("SSL_CERT_FILE", "ca.crt").env("SSL_CERT_DIR", home.path()).output().expect("crane")
    };
    assert_eq!(String::from_utf8_lossy(&ls(&reference).stdout), "1.0.0\n");
    for (flaw, words) in [
        (Flaw::Expired, "certificate has expired or is not yet valid"),
        (Flaw::NotYetValid, "certificate has expired or is not yet valid"),
        (Flaw::OtherName, "doesn't contain any IP SANs"),
        (Flaw::ClientOnly, "incompatible key usage"),
        (Flaw::SelfSigned, "certificate signed by unknown authority"),
    ] {
        let registry = Registry::with(Quirks::default()).tls(authority.server(address, flaw)).start();
        let output = ls(&registry.reference("acme/app"));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && errors.contains(words), "{flaw:?}: {errors}");
    }
}

#[test]
fn oras_works_with_the_registry_of_the_tests() {
    let Some(oras) = tools::find("oras") else { return };
    let home = Folder::new("interop");
    std::fs::write(home.path().join("app.yaml"), "kind: ConfigMap\n").expect("a file");
    for absent in [false, true] {
        let referrers = Referrers { absent, ..Referrers::default() };
        let registry = Registry::with(Quirks { referrers, ..Quirks::default() }).start();
        let run = |arguments: &[&str]| tools::run(&oras, home.path(), arguments);
        let reference = format!("{}:1.0.0", registry.reference("acme/app"));
        run(&["push", "--plain-http", &reference, "app.yaml:text/yaml", "--artifact-type", "example/app"]);
        run(&["attach", "--plain-http", &reference, "--artifact-type", "example/sbom", "app.yaml:text/yaml"]);
        let found = run(&["discover", "--plain-http", &reference, "--format", "json"]);
        assert!(found.contains("example/sbom"), "referrers API absent: {absent}: {found}");
        run(&[
            "cp",
            "-r",
            "--from-plain-http",
            "--to-plain-http",
            &reference,
            &format!("{}:1.0.0", registry.reference("acme/copy")),
        ]);
        run(&["pull", "--plain-http", &reference, "-o", "pulled"]);
        let pulled = std::fs::read_to_string(home.path().join("pulled/app.yaml")).expect("a file");
        assert_eq!(pulled, "kind: ConfigMap\n");
        assert_eq!(registry.store().tags("acme/app", "", 10).0.len(), 1 + usize::from(absent));
    }
}

#[test]
fn oras_shows_its_certificate() {
    let Some(oras) = tools::find("oras") else { return };
    let (authority, home) = (Authority::new("tests"), Folder::new("interop"));
    let registry = Registry::with(Quirks::default())
        .tls(authority.server([127, 0, 0, 1].into(), Flaw::None))
        .clients(authority.certificate())
        .start();
    app().put(registry.store(), "acme/app", &["1.0.0"]);
    std::fs::write(home.path().join("ca.crt"), authority.certificate()).expect("a file");
    authority.client("puller").write(home.path(), "client").expect("files");
    let reference = registry.reference("acme/app");
    let without = ["repo", "tags", "--ca-file", "ca.crt", &reference];
    let output = tools::command(&oras, home.path(), &without).output().expect("oras");
    assert!(!output.status.success(), "a client without certificate got in");
    let with =
        ["repo", "tags", "--ca-file", "ca.crt", "--cert-file", "client.crt", "--key-file", "client.key", &reference];
    assert_eq!(tools::run(&oras, home.path(), &with), "1.0.0\n");
    assert!(registry.log().entries().iter().all(|entry| entry.client_certificate));
}

#[test]
fn skopeo_works_with_the_registry_of_the_tests() {
    let Some(skopeo) = tools::find("skopeo") else { return };
    let (registry, home) = (Registry::new(), Folder::new("interop"));
    let name = app().put(registry.store(), "acme/app", &["1.0.0"]);
    let source = format!("docker://{}:1.0.0", registry.reference("acme/app"));
    let target = format!("docker://{}:1.0.0", registry.reference("acme/copy"));
    std::fs::write(home.path().join("policy.json"), r#"{"default":[{"type":"insecureAcceptAnything"}]}"#)
        .expect("a file");
    let run = |arguments: &[&str]| tools::run(&skopeo, home.path(), arguments);
    let found = run(&["inspect", "--raw", "--tls-verify=false", &source]);
    assert_eq!(digest(found.as_bytes()), name);
    run(&["copy", "--policy", "policy.json", "--src-tls-verify=false", "--dest-tls-verify=false", &source, &target]);
    assert_eq!(registry.store().resolve("acme/copy", "1.0.0"), Some(name));
    let tags = run(&["list-tags", "--tls-verify=false", &target.replace(":1.0.0", "")]);
    assert!(tags.contains("1.0.0"), "{tags}");
}

#[test]
fn real_registries_start_and_work() {
    let home = Folder::new("interop");
    if let Some(registry) = Process::docker_registry(&Set::default()) {
        with_crane(registry.host(), home.path());
    }
    if let Some(registry) = Process::docker_registry(&Set { htpasswd: Some(HTPASSWD.to_owned()), ..Set::default() }) {
        log_in(home.path(), registry.host(), "puller", "secret");
        with_crane(registry.host(), home.path());
    }
    if let Some(registry) = Process::crane() {
        with_crane(registry.host(), home.path());
    }
    let authority = Authority::new("tests");
    let tls = Some(authority.server([127, 0, 0, 1].into(), Flaw::None));
    let set = Set { tls, clients: Some(authority.certificate()), ..Set::default() };
    let (Some(registry), Some(oras)) = (Process::docker_registry(&set), tools::find("oras")) else { return };
    std::fs::write(home.path().join("ca.crt"), authority.certificate()).expect("a file");
    authority.client("puller").write(home.path(), "client").expect("files");
    let with =
        ["repo", "ls", "--ca-file", "ca.crt", "--cert-file", "client.crt", "--key-file", "client.key", registry.host()];
    assert_eq!(tools::run(&oras, home.path(), &with), "");
}

#[test]
fn large_blobs_come_as_their_digest_says() {
    let (Some(crane), home) = (tools::find("crane"), Folder::new("interop")) else { return };
    let registry = Registry::new();
    let layer = large_layer(20, 1 << 20);
    let name = layer.digest.clone();
    Artifact::new(FLUX_CONFIG, "{}").layer(FLUX_CONTENT, layer).put(registry.store(), "acme/app", &["1.0.0"]);
    let blob = format!("{}@{name}", registry.reference("acme/app"));
    let output = tools::command(&crane, home.path(), &["blob", &blob]).output().expect("crane");
    assert_eq!(digest(&output.stdout), name);
}

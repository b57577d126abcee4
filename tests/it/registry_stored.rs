//! What an object's artifact is to the cluster: `pull` and `diff` with a manifest leave out what source-controller does.

use std::fs;

use kubectl_oci_tests::registry::Registry;
use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::run::Run;

const FILES: &[(&str, &str)] =
    &[("app.yaml", "a: 1\n"), ("docs/read.md", "text\n"), ("docs/keep.md", "text\n"), ("logo.png", "picture")];

fn source(registry: &Registry, lines: &str) -> String {
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata:\n  name: app\n  namespace: apps\n\
         spec:\n  interval: 5m\n  url: {}\n  insecure: true\n  ref:\n    tag: 1.0.0\n{lines}",
        registry.oci("acme/app")
    )
}

fn pulled(registry: &Registry, lines: &str) -> Vec<String> {
    let arguments = ["pull", "-f", "source.yaml", "--output", "out"];
    let outcome = Run::new(&arguments).file("source.yaml", &source(registry, lines)).go();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
    let out = outcome.folder.path().join("out");
    let all = ["app.yaml", "docs/keep.md", "docs/read.md", "logo.png", ".sourceignore"];
    all.iter().filter(|name| out.join(name).exists()).map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_pull_by_manifest_holds_what_the_controller_stores() {
    let registry = Registry::new();
    Artifact::flux(FILES).put(registry.store(), "acme/app", &["1.0.0"]);
    // Without patterns the controller's defaults hold; with some, version control alone is left of them.
    assert_eq!(pulled(&registry, ""), ["app.yaml", "docs/keep.md", "docs/read.md"]);
    let ignore = "  ignore: |\n    docs/\n    !keep.md\n";
    assert_eq!(pulled(&registry, ignore), ["app.yaml", "docs/keep.md", "logo.png"]);
    let with_file = [FILES, &[(".sourceignore", "*.png\n")]].concat();
    Artifact::flux(&with_file).put(registry.store(), "acme/app", &["1.0.0"]);
    assert_eq!(pulled(&registry, "").len(), 4);
    assert_eq!(pulled(&registry, ignore), ["app.yaml", "docs/keep.md", ".sourceignore"]);
    let by_url = format!("{}:1.0.0", registry.oci("acme/app"));
    let whole = Run::new(&["pull", &by_url, "--output", "out"]).go();
    assert!(fs::exists(whole.folder.path().join("out/logo.png")).expect("a folder"), "a URL means all of it");
    let said =
        Run::new(&["pull", "-f", "source.yaml", "--output", "out"]).file("source.yaml", &source(&registry, ignore));
    said.placeholder(registry.host(), "REGISTRY").go().golden("pull-stored");
}

#[test]
fn what_is_left_out_is_no_difference() {
    let registry = Registry::new();
    Artifact::flux(FILES).put(registry.store(), "acme/app", &["1.0.0"]);
    let run = |lines: &str| {
        Run::new(&["diff", "-f", "source.yaml", "--path", "deploy"])
            .file("source.yaml", &source(&registry, lines))
            .file("deploy/app.yaml", "a: 1\n")
            .file("deploy/docs/new.md", "other\n")
            .file("deploy/docs/keep.md", "text\n")
            .go()
    };
    let outcome = run("  ignore: |\n    docs/*\n    !keep.md\n    *.png\n");
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    let outcome = run("");
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.contains("new.md") && outcome.stdout.contains("read.md"), "{}", outcome.stdout);
}

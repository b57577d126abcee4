//! What cannot be written, and what the registry lost: the file that was meant is named, and what is there then is said.

use std::fs;

use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::tools::Folder;
use kubectl_oci_tests::registry::{Does, Fault, Quirks, Registry, What};
use kubectl_oci_tests::run::{Run, shell};

/// Noise, so that what is packed is as large.
fn noise(length: usize) -> String {
    let mut state = 1_u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b' ' + (state >> 16) as u8 % 95)
    };
    (0..length).map(next).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn the_file_that_could_not_be_written_is_named() {
    let registry = Registry::new();
    let files = [("app.yaml", "a: b\n"), ("big.txt", &noise(300_000)), ("sub/huge.txt", &noise(500_000))];
    Artifact::flux(&files).put(registry.store(), "acme/app", &["1.0.0"]);
    Artifact::flux(&files[..2]).put(registry.store(), "acme/app", &["2.0.0"]);
    let url = |tag: &str| registry.oci(&format!("acme/app:{tag}"));
    // A disk that is full after 64 kB, as far as one file goes.
    let full = "trap '' XFSZ; ulimit -f 64; kubectl-oci \"$@\"";
    let cases: &[(&str, Vec<String>, &str)] = &[
        (full, vec!["pull".into(), url("2.0.0"), "--output".into(), "out".into()], "out/big.txt: file too large"),
        // Larger than what is written by threads of their own.
        (full, vec!["pull".into(), url("1.0.0"), "--output".into(), "out".into()], "file too large"),
        (full, vec!["build".into(), "--output".into(), "layer.tgz".into()], "layer.tgz could not be written"),
        (full, vec!["copy".into(), url("2.0.0"), "oci-layout://layout:2".into()], "layout could not be written"),
        ("kubectl-oci \"$@\"", vec!["build".into(), "--output".into(), "/dev/full".into()], "/dev/full could not"),
        (
            "kubectl-oci \"$@\" > /dev/full",
            vec!["build".into(), "--output".into(), "-".into()],
            "no space left on device",
        ),
        ("kubectl-oci \"$@\" > /dev/full", vec!["inspect".into(), url("2.0.0")], "no space left on device"),
        (
            "kubectl-oci \"$@\"",
            vec!["pull".into(), url("2.0.0"), "--output".into(), "src/app.yaml".into()],
            "src/app.yaml",
        ),
        (
            "kubectl-oci \"$@\"",
            vec!["pull".into(), url("2.0.0"), "--output".into(), "src/app.yaml/out".into()],
            "src/app.yaml/out: not a directory",
        ),
        ("kubectl-oci \"$@\"", vec!["build".into(), "--output".into(), "src".into()], "src could not be written"),
    ];
    for (script, arguments, expected) in cases {
        let folder = Folder::new("full");
        fs::create_dir(folder.path().join("src")).expect("a folder");
        fs::write(folder.path().join("src/app.yaml"), noise(200_000)).expect("a file");
        let mut arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        if arguments[0] == "build" {
            arguments.extend(["--path", "src"]);
        }
        let output = shell(folder.path(), script, &arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {errors}");
        assert!(errors.contains(expected), "{arguments:?}: {errors}");
        // Nothing of it stays but the layout, which is taken up again.
        let mut left: Vec<_> =
            fs::read_dir(folder.path()).expect("the folder").flatten().map(|e| e.file_name()).collect();
        left.retain(|name| name != "layout");
        assert_eq!(left, ["src"], "{arguments:?}");
        assert_eq!(fs::read(folder.path().join("src/app.yaml")).expect("a file"), noise(200_000).into_bytes());
    }
}

#[test]
fn blobs_that_the_registry_lost_are_pushed_again() {
    let lost =
        |code| vec![Fault::on(What::Manifest, Does::Refuse(404, code, "blob unknown to registry")).method("PUT")];
    for code in ["MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN"] {
        let registry = Registry::with(Quirks { faults: lost(code), ..Quirks::default() }).start();
        let url = registry.oci("acme/app:1.0.0");
        let push = Run::new(&["push", &url, "--path", "deploy"]).file("deploy/app.yaml", "a: b\n");
        let outcome = push.placeholder(registry.host(), "REGISTRY").go();
        outcome.golden(&format!("push-lost-{}", code.to_lowercase().replace('_', "-")));
        assert_eq!(registry.store().resolve("acme/app", "1.0.0"), None);
    }
}

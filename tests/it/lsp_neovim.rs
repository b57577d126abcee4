//! The language server in Neovim, with Neovim's own client.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kubectl_oci_tests::registry::tools::Folder;
use kubectl_oci_tests::run::binary;
use serde_json::{Value, json};

use crate::lsp::TAGGED;

#[test]
fn neovim_shows_explains_completes_and_mends() {
    if Command::new("nvim").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: there is no nvim (apt-get install neovim)");
        return;
    }
    let folder = Folder::new("neovim");
    let (root, out) = (folder.path().join("root"), folder.path().join("seen.json"));
    std::fs::create_dir_all(&root).expect("a folder");
    std::fs::write(root.join("source.yaml"), TAGGED).expect("a file");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/cases/lsp/neovim.lua");
    let mut nvim = Command::new("nvim")
        .args(["--clean", "--headless", "-n", "-S", script])
        .env("HOME", folder.path())
        .env("XDG_STATE_HOME", folder.path())
        .env("LSP_ROOT", &root)
        .env("LSP_OUT", &out)
        .env("LSP_BINARY", binary())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("nvim starts");
    let deadline = Instant::now() + Duration::from_secs(90);
    while nvim.try_wait().expect("its state").is_none() {
        if Instant::now() > deadline {
            let _ = nvim.kill();
            panic!("nvim still runs");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let seen: Value = serde_json::from_slice(&std::fs::read(&out).expect("what it saw")).expect("JSON");
    assert_eq!(seen["problem"], Value::Null, "{seen:#}");
    let codes = |of: &str| -> Vec<&str> {
        seen[of].as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(|it| it["code"].as_str()).collect()
    };
    assert_eq!(codes("findings"), ["ref-tag-contains-digest"]);
    assert_eq!(seen["findings"][0], json!({"code": "ref-tag-contains-digest", "line": 8, "column": 9, "severity": 1}));
    assert!(seen["hover"].as_str().is_some_and(|text| text.contains("ghcr.io")), "{seen:#}");
    assert_eq!(seen["action"], "Split tag and digest");
    let digest = TAGGED.split_once('@').expect("a digest").1.trim_end();
    assert_eq!(seen["fixed"], json!(["  ref:", "    tag: 6.9.2", format!("    digest: {digest}")]));
    assert!(!codes("left").contains(&"ref-tag-contains-digest"));
    assert!(seen["completions"].as_array().is_some_and(|words| words.contains(&json!("semver: "))), "{seen:#}");
    assert_eq!(seen["ended"], true);
}

//! The command line, as data: `tests/cases/cli/<name>/` holds `cmd` (a line for the shell), `in/`
//! (the folder it runs in, copied), and what is expected of `stdout`, `stderr`, `exit` and, where
//! files change, `out/`. `UPDATE=1` writes the expectations anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use kubectl_oci_tests::golden;
use kubectl_oci_tests::registry::tools::Folder;
use kubectl_oci_tests::run::binary;

fn manifest_dir() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A shell in a scrubbed environment, with the binary on its `PATH`.
fn shell(command: &str, folder: &Path) -> Command {
    let bin = binary();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", bin.parent().expect("a folder").display());
    let mut out = Command::new("sh");
    out.args(["-c", command])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("HOME", folder)
        .env("COLUMNS", "100");
    out
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    let Ok(entries) = std::fs::read_dir(from) else { return };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("a file that can be copied");
        }
    }
}

/// The files below a folder with their bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inside = path.strip_prefix(folder).expect("inside").to_owned();
                out.insert(inside, std::fs::read(&path).expect("a file"));
            }
        }
    }
    out
}

/// Puts placeholders for what differs between runs and releases.
fn scrub(bytes: &[u8], folder: &Path) -> String {
    let text = String::from_utf8_lossy(bytes).replace(&folder.display().to_string(), "[CWD]");
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let timed = ["checked ", "read "]
            .iter()
            .any(|word| line.starts_with(word))
            .then(|| line.find(" ms").zip(line.find(" in ")))
            .flatten();
        match timed {
            Some((end, _)) => {
                let start = line[..end].rfind(" in ").unwrap_or(end);
                out.push_str(&format!("{} in [TIME]{}", &line[..start], &line[end + 3..]));
            }
            None => out.push_str(line),
        }
    }
    out.replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
}

#[test]
fn every_case_ends_as_expected() {
    let cases = manifest_dir().join("cases/cli");
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(&cases).expect("the cases").map(|entry| entry.expect("an entry").path()).collect();
    names.sort();
    let work = std::env::temp_dir().join(format!("kubectl-oci-cli-{}", std::process::id()));
    let mut failures = Vec::new();
    for case in names {
        let name = case.file_name().expect("a name").to_string_lossy().into_owned();
        let folder = work.join(&name);
        copy(&case.join("in"), &folder);
        let before = files(&folder);
        let command = std::fs::read_to_string(case.join("cmd")).expect("a command");
        let output = shell(command.trim(), &folder).output().expect("a shell");
        let result = std::panic::catch_unwind(|| {
            golden::check(&case.join("stdout"), &scrub(&output.stdout, &folder));
            golden::check(&case.join("stderr"), &scrub(&output.stderr, &folder));
            golden::check(&case.join("exit"), &format!("{}\n", output.status.code().unwrap_or(-1)));
            let mut after = files(&folder);
            after.retain(|path, bytes| before.get(path) != Some(bytes));
            let expected: Vec<PathBuf> = files(&case.join("out")).into_keys().collect();
            for (path, bytes) in &after {
                golden::check(&case.join("out").join(path), &String::from_utf8_lossy(bytes));
            }
            let missing: Vec<_> = expected.iter().filter(|path| !after.contains_key(*path)).collect();
            assert!(missing.is_empty(), "{missing:?} were to change and did not");
        });
        if result.is_err() {
            failures.push(name);
        }
    }
    let _ = std::fs::remove_dir_all(&work);
    assert!(failures.is_empty(), "cases that ended otherwise (their differences stand above): {failures:?}");
}

#[test]
fn json_follows_its_schema() {
    let folder = manifest_dir().join("..");
    let schema = |name: &str| {
        let text = std::fs::read_to_string(folder.join("docs/schemas").join(name)).expect("a schema");
        jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a JSON Schema")
    };
    let checks = [
        ("lint.schema.json", "kubectl-oci lint -o json examples"),
        ("lint.schema.json", "kubectl-oci lint -o json no-such-file"),
        (
            "resolve.schema.json",
            "kubectl-oci resolve -o json -f examples/fleet/apps/podinfo/source.yaml --tags examples/tags/podinfo.txt",
        ),
        (
            "resolve.schema.json",
            "kubectl-oci resolve -o json -f examples/mistakes/reference.yaml --tags examples/tags/podinfo.txt",
        ),
        ("resolve.schema.json", "kubectl-oci resolve -o json -f no-such-file --tags examples/tags/podinfo.txt"),
        ("doctor.schema.json", "kubectl-oci doctor -o json -f tests/cases/cli/doctor-offline/in"),
        ("doctor.schema.json", "kubectl-oci doctor -o json -f no-such-file"),
        ("resolve.schema.json", "kubectl-oci resolve -o json oci://127.0.0.1:1/acme/app --semver 1.x"),
        ("list.schema.json", "kubectl-oci list -o json oci://127.0.0.1:1/acme/app"),
        ("push.schema.json", "kubectl-oci build --json --check --path examples --output /dev/null"),
        ("push.schema.json", "kubectl-oci build --json --path no-such-file"),
        ("push.schema.json", "kubectl-oci push --json oci://127.0.0.1:1/acme/app:1.0.0 --path examples"),
        ("pull.schema.json", "kubectl-oci pull --json oci://127.0.0.1:1/acme/app:1.0.0 --output target"),
        ("diff.schema.json", "kubectl-oci diff --json oci://127.0.0.1:1/acme/app:1.0.0 --path examples"),
        ("inspect.schema.json", "kubectl-oci inspect -o json oci://127.0.0.1:1/acme/app:1.0.0"),
        ("tag.schema.json", "kubectl-oci tag --json oci://127.0.0.1:1/acme/app:1.0.0 --tag latest"),
        (
            "copy.schema.json",
            "kubectl-oci copy -o json oci-layout://tests/cases/cli/copy-layout/in/layout:1.0.0 oci-layout://$(mktemp -d)",
        ),
        ("copy.schema.json", "kubectl-oci copy --json oci://127.0.0.1:1/acme/app:1.0.0 oci://127.0.0.1:1/acme/copy"),
        ("delete.schema.json", "kubectl-oci delete --json --dry-run oci://127.0.0.1:1/acme/app:1.0.0"),
    ];
    for (name, command) in checks {
        let output = shell(command, &folder).output().expect("a shell");
        let value: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{command}: no JSON: {error}: {}", String::from_utf8_lossy(&output.stdout)));
        let errors: Vec<String> =
            schema(name).iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{command}: {errors:#?}");
    }
}

#[test]
fn sarif_follows_its_schema() {
    let folder = manifest_dir().join("..");
    let schema = std::fs::read_to_string(manifest_dir().join("schemas/sarif-2.1.0-rtm.5.json")).expect("the schema");
    // A bracket too many in the published schema, which only JavaScript overlooks.
    let schema = schema.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}?$");
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON")).expect("a JSON Schema");
    for command in ["kubectl-oci lint -o sarif examples", "kubectl-oci lint -o sarif no-such-file"] {
        let output = shell(command, &folder).output().expect("a shell");
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let errors: Vec<String> =
            schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{command}: {errors:#?}");
    }
}

/// A manifest may be anybody's, and what is said of it is read in a terminal, whatever its format.
#[test]
fn no_format_steers_the_terminal() {
    let escaped = r#"a\u202e\x7f\u009b31m\e[2J"#;
    let raw = "a\u{202e}\u{7f}\u{9b}31m";
    let object = |name: &str, url: &str| {
        format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata:\n  name: \"{name}\"\nspec:\n  \
             interval: 5m\n  url: \"{url}\"\n"
        )
    };
    let folder = Folder::new("formats");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("escaped.yaml", &object(escaped, &format!("oci://ghcr.io/{escaped}/b")));
    write("raw.yaml", &object("a", &format!("oci://ghcr.io/{raw}/b")));
    let steers = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || c == '\u{202e}';
    for format in kubectl_oci_core::render::FORMATS {
        let output = shell(&format!("kubectl-oci lint -o {} .", format.name), folder.path()).output().expect("a run");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.contains("url-invalid-characters"), "{}: {text}", format.name);
        let found: Vec<char> = text.chars().filter(|c| steers(*c)).collect();
        assert!(found.is_empty(), "{}: {found:?}", format.name);
        if format.name == "json" {
            let answer: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let messages = answer["diagnostics"].as_array().expect("findings").iter().map(|found| &found["message"]);
            let shown = "a\u{202e}\u{7f}\u{9b}31m\u{1b}[2J";
            assert!(messages.filter_map(|message| message.as_str()).any(|message| message.contains(shown)), "{text}");
        }
    }
}

#[test]
fn kubectl_finds_the_plugin() {
    let folder = manifest_dir().join("..");
    if shell("command -v kubectl", &folder).output().is_ok_and(|output| !output.status.success()) {
        println!("skipped: kubectl is not installed");
        return;
    }
    let output = shell("kubectl oci lint examples/fleet", &folder).output().expect("kubectl");
    let stdout = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(stdout.contains("documents"), "{stdout}");
}

#[test]
fn a_broken_pipe_is_success() {
    let folder = manifest_dir().join("..");
    let command = "{ kubectl-oci lint -o json examples; echo $? >&2; } | head -c 10 >/dev/null";
    let output = shell(command, &folder).output().expect("a shell");
    let code = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert!(code == "0" || code == "1", "exit {code}: a panic or a message where a pipe broke");
}

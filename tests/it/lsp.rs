//! The language server in sessions with a scripted editor: how it begins and ends, and what it sends by itself.

use kubectl_oci_tests::lsp::{Editor, framed, rules};
use kubectl_oci_tests::run::binary;
use serde_json::{Value, json};

/// Two findings, the second one behind characters of two and four bytes.
pub(crate) const SOURCE: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: app
spec:
  interval: 5m
  url: oci://ghcr.io/acme/app
  ref: {\"tag\": \"1.0 é😀\"}
";

pub(crate) const TAGGED: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: app
spec:
  interval: 5m
  url: oci://ghcr.io/acme/app
  ref:
    tag: 6.9.2@sha256:3f2a0e1c4b5d6978a0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f50617
";

pub(crate) const CLEAN: &str = "\
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata:
  name: app
  namespace: apps
spec:
  interval: 5m
  url: oci://ghcr.io/acme/app
  ref:
    semver: \"1.x\"
";

pub(crate) const CONSUMER: &str = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: app
  namespace: apps
spec:
  interval: 5m
  sourceRef:
    kind: OCIRepository
    name: app
  prune: true
";

fn span(found: &Value) -> [u64; 4] {
    let at = |end: &str, of: &str| found["range"][end][of].as_u64().expect("a number");
    [at("start", "line"), at("start", "character"), at("end", "line"), at("end", "character")]
}

#[test]
fn columns_count_what_was_agreed_on() {
    let line = "  ref: {x: é😀, tag: \"a/b\"}";
    let text = SOURCE.replace("  ref: {\"tag\": \"1.0 é😀\"}", line);
    let start = line.find("\"a/b\"").expect("the tag");
    let before = &line[..start];
    let cases = [
        (json!(["utf-8"]), "utf-8", before.len()),
        (json!(["utf-32", "utf-16"]), "utf-32", before.chars().count()),
        (json!(["utf-16"]), "utf-16", before.encode_utf16().count()),
        (json!(["ebcdic"]), "utf-16", before.encode_utf16().count()),
        (Value::Null, "utf-16", before.encode_utf16().count()),
    ];
    for (offered, agreed, column) in cases {
        let mut editor = Editor::start(&[]);
        let greeting = editor.greet(&json!({"general": {"positionEncodings": offered}}));
        assert_eq!(greeting["capabilities"]["positionEncoding"], agreed);
        editor.open_text("a.yaml", &text);
        let findings = editor.findings("a.yaml");
        let found = findings.iter().find(|found| found["code"] == "ref-tag-invalid").expect("the finding");
        let column = column as u64;
        assert_eq!(span(found), [7, column + 2, 7, column + 3], "{agreed}");
        // And the other way round: what is typed there lands there.
        let range = json!({"start": {"line": 7, "character": column + 1}, "end": {"line": 7, "character": column + 4}});
        editor.change("a.yaml", 2, json!([{"range": range, "text": "1.0"}]));
        assert!(!editor.rules("a.yaml").contains(&"ref-tag-invalid".to_owned()), "{agreed}");
        assert_eq!(editor.leave(), 0);
    }
}

#[test]
fn a_finding_says_everything() {
    let capabilities = json!({"textDocument": {"publishDiagnostics": {
        "relatedInformation": true, "tagSupport": {"valueSet": [1, 2]}, "codeDescriptionSupport": true}}});
    let mut editor = Editor::open(&capabilities, &[("b.yaml", &CONSUMER.replace("OCIRepository", "GitRepository"))]);
    editor.open_text("a.yaml", TAGGED);
    let findings = editor.findings("a.yaml");
    let found = findings.iter().find(|found| found["code"] == "ref-tag-contains-digest").expect("the finding");
    assert_eq!(span(found), [8, 9, 8, 86]);
    assert_eq!((&found["severity"], &found["source"]), (&json!(1), &json!("kubectl-oci")));
    let page = found["codeDescription"]["href"].as_str().expect("a page");
    assert!(page.ends_with("/rules/ref-tag-contains-digest.md"), "{page}");
    let message = found["message"].as_str().expect("words");
    assert!(message.contains("holds a digest") && message.contains("\nhelp: split it"), "{message}");
    assert!(found.get("data").is_none());

    let old = "apiVersion: source.toolkit.fluxcd.io/v1beta2\nkind: OCIRepository\nmetadata: {name: a, namespace: b}\n\
               spec: {interval: 5m, url: oci://ghcr.io/acme/app}\n";
    editor.open_text("old.yaml", old);
    let findings = editor.findings("old.yaml");
    let found = findings.iter().find(|found| found["code"] == "api-version-removed").expect("the finding");
    assert_eq!(found["tags"], json!([2]));

    let twice = format!("{CLEAN}---\n{}", CLEAN.replace("name: app\n  namespace", "name: same\n  namespace"));
    editor.open_text("twice.yaml", &twice);
    let findings = editor.findings("twice.yaml");
    let found = findings.iter().find(|found| found["code"] == "duplicate-source").expect("the finding");
    let related = &found["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], editor.uri("twice.yaml"));
    assert!(related["message"].is_string());
}

#[test]
fn texts_change_in_parts_with_any_line_ends() {
    let mut editor = Editor::open(&json!({}), &[]);
    let text = CLEAN.replace('\n', "\r\n");
    editor.open_text("a.yaml", &text);
    assert_eq!(editor.rules("a.yaml"), Vec::<String>::new());
    // Two changes, the second seen from the text after the first: a line goes, then one is put in its place.
    let place = |line: u64, character: u64| json!({"line": line, "character": character});
    let changes = json!([
        {"range": {"start": place(8, 6), "end": place(9, 17)}, "text": ""},
        {"range": {"start": place(8, 6), "end": place(8, 6)}, "text": "\r\n    tag: \"a/b\""},
    ]);
    editor.change("a.yaml", 2, changes);
    assert_eq!(editor.rules("a.yaml"), ["ref-tag-invalid"]);
    // All of it at once.
    editor.change("a.yaml", 3, json!([{"text": TAGGED}]));
    assert!(editor.rules("a.yaml").contains(&"ref-tag-contains-digest".to_owned()));
    // Places that are not there do no harm.
    let beyond = json!([{"range": {"start": place(900, 1), "end": place(900, 7)}, "text": "# end\n"}]);
    editor.change("a.yaml", 4, beyond);
    assert!(editor.rules("a.yaml").contains(&"ref-tag-contains-digest".to_owned()));
    // What is closed has no findings.
    editor.notify("textDocument/didClose", json!({"textDocument": {"uri": editor.uri("a.yaml")}}));
    assert_eq!(editor.rules("a.yaml"), Vec::<String>::new());
    assert_eq!(editor.leave(), 0);
}

#[test]
fn a_return_alone_ends_a_line() {
    let mut editor = Editor::open(&json!({}), &[]);
    let text = format!("# one\r# two\r{TAGGED}");
    editor.open_text("a.yaml", &text);
    let line = |editor: &mut Editor| {
        let found = editor.findings("a.yaml");
        let tagged = found.iter().find(|found| found["code"] == "ref-tag-contains-digest").expect("the finding");
        tagged["range"]["start"]["line"].as_u64().expect("a line")
    };
    let plain = TAGGED.lines().position(|line| line.contains("@sha256")).expect("a line") as u64;
    assert_eq!(line(&mut editor), plain + 2);
    // A change is meant where the editor sees it.
    let place = |line: u64| json!({"line": line, "character": 0});
    editor.change("a.yaml", 2, json!([{"range": {"start": place(1), "end": place(2)}, "text": ""}]));
    assert_eq!(line(&mut editor), plain + 1);
}

#[test]
fn half_typed_text_makes_no_noise_and_no_harm() {
    let mut editor = Editor::open(&json!({}), &[]);
    editor.open_text("a.yaml", "");
    editor.findings("a.yaml");
    let mut version = 1;
    // Every beginning of a text, as if it were typed.
    let text = format!("{TAGGED}---\n{CONSUMER}");
    for end in (0..text.len()).step_by(3) {
        version += 1;
        editor.change("a.yaml", version, json!([{"text": text[..end].to_owned()}]));
    }
    version += 1;
    editor.change("a.yaml", version, json!([{"text": CLEAN}]));
    let last = editor.heard_until_silence("textDocument/publishDiagnostics").pop().expect("findings");
    assert_eq!((&last["version"], rules(last["diagnostics"].as_array().expect("a list")).len()), (&json!(version), 0));
    let deep = "[".repeat(100_000);
    let strange = ["\0\0binary\0", deep.as_str(), "\u{feff}a: \u{2028}b\r\rc: d", "{{ .Values.x }}\n%{", "- &a [*a]"];
    for text in strange {
        version += 1;
        editor.change("a.yaml", version, json!([{"text": text}]));
        editor.findings("a.yaml");
        let asked = editor.at("a.yaml", 0, 3);
        editor.ask("textDocument/hover", asked.clone());
        editor.ask("textDocument/completion", asked);
    }
    assert_eq!(editor.leave(), 0);
}

#[test]
fn findings_are_those_of_lint() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples");
    let root = std::fs::canonicalize(folder).expect("the examples");
    let lint = std::process::Command::new(binary())
        .args(["lint", "-o", "json"])
        .current_dir(&root)
        .output()
        .expect("lint runs");
    let lint: Value = serde_json::from_slice(&lint.stdout).expect("JSON");
    let mut expected: Vec<(String, String, u64, u64)> = Vec::new();
    for found in lint["diagnostics"].as_array().expect("a list") {
        let number = |of: &str| found["range"]["start"][of].as_u64().expect("a number");
        let text = |of: &str| found[of].as_str().expect("a text").to_owned();
        expected.push((text("path"), text("rule"), number("line") - 1, number("column") - 1));
    }
    assert!(!expected.is_empty());
    let mut editor = Editor::start_in(&root, &[], None);
    editor.greet(&json!({"general": {"positionEncodings": ["utf-32"]}}));
    let report = editor.ask("workspace/diagnostic", json!({"previousResultIds": []}));
    let mut found = Vec::new();
    for file in report["items"].as_array().expect("a list") {
        let uri = file["uri"].as_str().expect("an address");
        let path = uri.strip_prefix(&format!("file://{}/", root.display())).expect("in the folder");
        for item in file["items"].as_array().expect("a list") {
            let [line, column, ..] = span(item);
            found.push((path.to_owned(), item["code"].as_str().expect("a rule").to_owned(), line, column));
        }
    }
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn an_edit_in_one_file_is_seen_in_the_others_that_are_open() {
    let mut editor = Editor::open(&json!({}), &[("source.yaml", CLEAN), ("app.yaml", CONSUMER)]);
    editor.open_text("app.yaml", CONSUMER);
    assert_eq!(editor.rules("app.yaml"), Vec::<String>::new());
    editor.open_text("source.yaml", CLEAN);
    assert_eq!(editor.rules("source.yaml"), Vec::<String>::new());
    editor.change("source.yaml", 2, json!([{"text": CLEAN.replace("name: app", "name: other")}]));
    assert_eq!(editor.rules("app.yaml"), ["dangling-source-ref"]);
    // Closed without saving: the disk's word counts.
    editor.notify("textDocument/didClose", json!({"textDocument": {"uri": editor.uri("source.yaml")}}));
    assert_eq!(editor.rules("app.yaml"), Vec::<String>::new());
}

#[test]
fn it_begins_and_ends_as_the_protocol_says() {
    // Nothing before the greeting, and only one greeting.
    let mut editor = Editor::start(&["--stdio"]);
    let place = editor.at("a.yaml", 0, 0);
    assert_eq!(editor.ask_in_vain("textDocument/hover", place.clone()), -32002);
    assert_eq!(editor.ask_in_vain("initialize", json!("nonsense")), -32602);
    editor.greet(&json!({}));
    assert_eq!(editor.ask_in_vain("initialize", json!({"capabilities": {}})), -32600);
    assert_eq!(editor.ask_in_vain("textDocument/rename", json!({})), -32601);
    assert_eq!(editor.ask_in_vain("$/unheard", json!({})), -32601);
    assert_eq!(editor.ask_in_vain("textDocument/hover", json!({"textDocument": 7})), -32602);
    editor.notify("$/unheard", json!({}));
    editor.notify("textDocument/didChange", json!([1, 2]));
    assert_eq!(editor.ask("textDocument/hover", place), Value::Null);
    // Nothing after the end.
    editor.ask("shutdown", Value::Null);
    assert_eq!(editor.ask_in_vain("textDocument/hover", json!({})), -32600);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended(), 0);

    // Without a word before.
    for greets in [true, false] {
        let mut editor = Editor::start(&[]);
        if greets {
            editor.greet(&json!({}));
        }
        editor.notify("exit", Value::Null);
        assert_eq!(editor.ended(), 1);
        let mut editor = Editor::start(&[]);
        if greets {
            editor.greet(&json!({}));
        }
        editor.hang_up();
        assert_eq!(editor.ended(), 1);
    }
}

#[test]
fn what_is_no_message_is_answered_and_forgotten() {
    let mut editor = Editor::open(&json!({}), &[]);
    let secret = "hunter2";
    for bytes in [
        format!("Content-Length: 20\r\n\r\n{{\"password\": {secret}\"}}").into_bytes(),
        b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc".to_vec(),
        b"hello there\r\n\r\n".to_vec(),
        framed(&json!([1, 2, 3])),
        framed(&json!({"id": 1.5, "method": []})),
        // Ids that no answer could bear: whoever sends them waits for one.
        framed(&json!({"jsonrpc": "2.0", "id": 2_147_483_648_u32, "method": "textDocument/hover"})),
        framed(&json!({"jsonrpc": "2.0", "id": null, "method": "shutdown"})),
        b"Content-Length: nonsense\r\n\r\n".to_vec(),
    ] {
        editor.send_bytes(&bytes);
        let answer = editor.answer(Value::Null);
        assert!(matches!(answer["error"]["code"].as_i64(), Some(-32700 | -32600)), "{answer}");
        assert!(!answer.to_string().contains(secret), "{answer}");
    }
    editor.open_text("a.yaml", TAGGED);
    assert!(editor.rules("a.yaml").contains(&"ref-tag-contains-digest".to_owned()));
    assert_eq!(editor.leave(), 0);
}

#[test]
fn a_file_of_many_findings_shows_the_first_and_counts_the_rest() {
    let mut editor = Editor::open(&json!({}), &[]);
    let documents: Vec<String> =
        (0..1200).map(|number| TAGGED.replace("name: app", &format!("name: a{number}"))).collect();
    editor.open_text("a.yaml", &documents.join("---\n"));
    let found = editor.findings("a.yaml");
    let last = &found.last().expect("findings")["message"];
    assert_eq!(
        (found.len(), last.as_str()),
        (1001, Some("and 1400 more from here on: `kubectl oci lint` lists them all"))
    );
}

#[cfg(unix)]
#[test]
fn what_takes_a_files_place_and_has_no_end_is_not_read() {
    let mut editor = Editor::open(&json!({}), &[("a.yaml", TAGGED), ("b.yaml", TAGGED), ("c.yaml", TAGGED)]);
    editor.open_text("a.yaml", TAGGED);
    editor.findings("a.yaml");
    let replace = |name: &str, make: &dyn Fn(&std::path::Path)| {
        std::fs::remove_file(editor.root().join(name)).expect("a file");
        make(&editor.root().join(name));
    };
    replace("b.yaml", &|path| std::os::unix::fs::symlink("/dev/zero", path).expect("a link"));
    replace("c.yaml", &|path| {
        let made = std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo");
        assert!(made.success());
    });
    let changes = json!([{"uri": editor.uri("b.yaml"), "type": 2}, {"uri": editor.uri("c.yaml"), "type": 2}]);
    editor.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
    let place = editor.at("a.yaml", 6, 4);
    assert!(editor.ask("textDocument/hover", place).is_object());
    assert_eq!(editor.leave(), 0);
}

#[test]
fn it_does_not_outlive_the_editor() {
    // The editor's end of the pipe stays open here; the process that it names ends.
    let mut parent = std::process::Command::new("sleep").arg("60").spawn().expect("a process");
    let mut editor = Editor::start(&[]);
    editor.ask("initialize", json!({"processId": parent.id(), "rootUri": null, "capabilities": {}}));
    editor.notify("initialized", json!({}));
    editor.ask("workspace/diagnostic", json!({"previousResultIds": []}));
    parent.kill().and_then(|()| parent.wait()).expect("its end");
    assert_eq!(editor.ended(), 1);
}

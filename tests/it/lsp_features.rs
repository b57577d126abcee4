//! The language server in sessions with a scripted editor: what it answers, and how it hears of changes outside.

use kubectl_oci_tests::lsp::{Editor, framed, rules};
use serde_json::{Value, json};

use crate::lsp::{CLEAN, CONSUMER, TAGGED};

/// What an editor of today can do, as far as it matters.
fn modern() -> Value {
    json!({
        "workspace": {
            "workspaceEdit": {"documentChanges": true}, "didChangeWatchedFiles": {"dynamicRegistration": true},
            "diagnostics": {"refreshSupport": true}, "workspaceFolders": true,
        },
        "textDocument": {
            "diagnostic": {}, "hover": {"contentFormat": ["markdown", "plaintext"]},
            "codeAction": {"isPreferredSupport": true, "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
        },
    })
}

fn document(editor: &Editor, name: &str) -> Value {
    json!({"textDocument": {"uri": editor.uri(name)}})
}

#[test]
fn findings_are_there_for_the_asking() {
    let mut editor = Editor::open(
        &modern(),
        &[("a.yaml", TAGGED), ("b.yaml", CLEAN), (".git/HEAD", ""), (".gitignore", "ignored.yaml\n")],
    );
    editor.write("ignored.yaml", TAGGED);
    editor.open_text("b.yaml", TAGGED);
    let report = editor.ask("textDocument/diagnostic", document(&editor, "b.yaml"));
    assert_eq!(report["kind"], "full");
    assert!(rules(report["items"].as_array().expect("a list")).contains(&"ref-tag-contains-digest".to_owned()));
    // The same again is not sent again, until it is not the same.
    let mut again = document(&editor, "b.yaml");
    again["previousResultId"] = report["resultId"].clone();
    let unchanged = editor.ask("textDocument/diagnostic", again.clone());
    assert_eq!((&unchanged["kind"], &unchanged["resultId"]), (&json!("unchanged"), &report["resultId"]));
    editor.change("b.yaml", 2, json!([{"text": CLEAN}]));
    let report = editor.ask("textDocument/diagnostic", again);
    assert_eq!((&report["kind"], &report["items"]), (&json!("full"), &json!([])));
    // The whole workspace: what is open as it is typed, the rest from the disk, nothing that git ignores.
    let report = editor.ask("workspace/diagnostic", json!({"previousResultIds": []}));
    let items = report["items"].as_array().expect("a list");
    assert_eq!(items.iter().map(|item| item["uri"].clone()).collect::<Vec<_>>(), [json!(editor.uri("a.yaml"))]);
    let ids = json!([
        {"uri": editor.uri("a.yaml"), "value": items[0]["resultId"]},
        {"uri": editor.uri("gone.yaml"), "value": "0"},
    ]);
    let report = editor.ask("workspace/diagnostic", json!({"previousResultIds": ids}));
    let kinds: Vec<&Value> = report["items"].as_array().expect("a list").iter().map(|item| &item["kind"]).collect();
    assert_eq!(kinds, ["unchanged", "full"]);
    // Whoever asks is not told too, or everything would be there twice.
    assert!(editor.heard_until_silence("textDocument/publishDiagnostics").is_empty());
}

#[test]
fn what_is_ignored_is_answered_for_and_not_reported() {
    let config = "exclude: [vendor]\n";
    let mut editor = Editor::open(
        &json!({}),
        &[
            (".git/HEAD", ""),
            (".gitignore", "out/\n"),
            (".kubectl-oci.yaml", config),
            ("out/a.yaml", TAGGED),
            ("vendor/a.yaml", TAGGED),
        ],
    );
    for name in ["out/a.yaml", "vendor/a.yaml", "chart.yaml.j2"] {
        editor.open_text(name, TAGGED);
        assert_eq!(editor.rules(name), Vec::<String>::new(), "{name}");
    }
    for name in ["out/a.yaml", "vendor/a.yaml"] {
        let hover = editor.ask("textDocument/hover", editor.at(name, 6, 8));
        assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("ghcr.io")), "{hover}");
    }
    // Not on the disk yet, and of no file at all.
    editor.open_text("new.yaml", TAGGED);
    assert!(!editor.rules("new.yaml").is_empty());
    let untitled = json!({"uri": "untitled:Untitled-1", "languageId": "yaml", "version": 1, "text": TAGGED});
    editor.notify("textDocument/didOpen", json!({"textDocument": untitled}));
    let published = editor.heard("textDocument/publishDiagnostics");
    assert_eq!(published["uri"], "untitled:Untitled-1");
    assert!(!published["diagnostics"].as_array().expect("a list").is_empty());
    // The YAML of Markdown that is open.
    editor.open_text("README.md", &format!("# Hello\n\n```yaml\n{TAGGED}```\n"));
    let found = editor.findings("README.md");
    let tagged = found.iter().find(|found| found["code"] == "ref-tag-contains-digest").expect("the finding");
    assert_eq!(tagged["range"]["start"]["line"], 11);
}

#[test]
fn actions_mend_and_silence() {
    let text = TAGGED.replace("interval: 5m", "interval: 5m\n  timeout: 1h");
    let mut editor = Editor::open(&modern(), &[("a.yaml", &text)]);
    editor.open_text("a.yaml", &text);
    let place = |line: u64, character: u64| json!({"line": line, "character": character});
    let asked = |editor: &Editor, only: Value| {
        json!({
            "textDocument": {"uri": editor.uri("a.yaml")}, "range": {"start": place(9, 12), "end": place(9, 12)},
            "context": {"diagnostics": [], "only": only},
        })
    };
    let actions = editor.ask("textDocument/codeAction", asked(&editor, Value::Null));
    let actions = actions.as_array().expect("a list");
    let fix = &actions[0];
    assert_eq!((&fix["title"], &fix["kind"]), (&json!("Split tag and digest"), &json!("quickfix")));
    assert_eq!(
        (&fix["isPreferred"], &fix["diagnostics"][0]["code"]),
        (&json!(true), &json!("ref-tag-contains-digest"))
    );
    let edit = &fix["edit"]["documentChanges"][0];
    assert_eq!(edit["textDocument"], json!({"uri": editor.uri("a.yaml"), "version": 1}));
    assert!(edit["edits"].as_array().is_some_and(|edits| !edits.is_empty()));
    let suppress = actions.iter().find(|action| action.to_string().contains("ignore[ref-tag-contains-digest]"));
    let suppress = suppress.expect("a way to silence it");
    assert!(suppress.get("isPreferred").is_none());
    // All at once, as editors do when a file is saved.
    for only in ["source.fixAll", "source.fixAll.kubectl-oci", "source"] {
        let actions = editor.ask("textDocument/codeAction", asked(&editor, json!([only])));
        let kinds: Vec<&Value> = actions.as_array().expect("a list").iter().map(|action| &action["kind"]).collect();
        assert_eq!(kinds, ["source.fixAll.kubectl-oci"], "{only}");
    }
    let fixed = editor.ask("textDocument/codeAction", asked(&editor, json!(["source.fixAll"])));
    let edits = fixed[0]["edit"]["documentChanges"][0]["edits"].as_array().expect("edits").clone();
    // Applied from the end, each place is still where it was.
    let mut sorted = edits;
    let start = |edit: &Value| (edit["range"]["start"]["line"].as_u64(), edit["range"]["start"]["character"].as_u64());
    sorted.sort_by_key(|edit| std::cmp::Reverse(start(edit)));
    let changes: Vec<Value> =
        sorted.iter().map(|edit| json!({"range": edit["range"], "text": edit["newText"]})).collect();
    editor.change("a.yaml", 2, json!(changes));
    let report = editor.ask("textDocument/diagnostic", document(&editor, "a.yaml"));
    assert!(!rules(report["items"].as_array().expect("a list")).contains(&"ref-tag-contains-digest".to_owned()));
    let none = editor.ask("textDocument/codeAction", asked(&editor, json!(["source.fixAll"])));
    assert_eq!(none, json!([]));
}

#[test]
fn all_at_once_mends_what_fix_mends() {
    // The tag in the URL is only found once the scheme is right.
    let (head, _) = TAGGED.split_once("  url:").expect("a URL");
    let text = format!("{head}  url: https://ghcr.io/acme/app:6.9.2\n");
    let mut editor = Editor::open(&modern(), &[("a.yaml", &text)]);
    editor.open_text("a.yaml", &text);
    let start = json!({"line": 0, "character": 0});
    let asked = json!({
        "textDocument": {"uri": editor.uri("a.yaml")}, "range": {"start": start, "end": start},
        "context": {"diagnostics": [], "only": ["source.fixAll"]},
    });
    let actions = editor.ask("textDocument/codeAction", asked.clone());
    assert_eq!(actions[0]["title"], "Apply 2 safe fixes");
    let edits = actions[0]["edit"]["documentChanges"][0]["edits"].as_array().expect("edits").clone();
    let changes: Vec<Value> =
        edits.iter().map(|edit| json!({"range": edit["range"], "text": edit["newText"]})).collect();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0]["text"], "  url: oci://ghcr.io/acme/app\n  ref:\n    tag: 6.9.2\n");
    editor.change("a.yaml", 2, json!(changes));
    assert_eq!(editor.ask("textDocument/codeAction", asked), json!([]));
}

#[test]
fn places_are_explained_completed_and_followed() {
    let mut editor = Editor::open(&modern(), &[("source.yaml", CLEAN), ("app.yaml", CONSUMER)]);
    let typed = CLEAN.replace("    semver: \"1.x\"\n", "    sem");
    editor.open_text("new.yaml", &typed.replace("name: app", "name: other"));
    let list = editor.ask("textDocument/completion", editor.at("new.yaml", 9, 7));
    let labels: Vec<&str> =
        list["items"].as_array().expect("a list").iter().filter_map(|item| item["label"].as_str()).collect();
    assert!(labels.contains(&"semver"), "{labels:?}");
    let edit = &list["items"][0]["textEdit"];
    assert_eq!(edit["range"], json!({"start": {"line": 9, "character": 4}, "end": {"line": 9, "character": 7}}));

    editor.open_text("source.yaml", CLEAN);
    editor.open_text("app.yaml", CONSUMER);
    let hover = editor.ask("textDocument/hover", editor.at("source.yaml", 9, 14));
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains('1')), "{hover}");
    assert_eq!(hover["range"]["start"]["line"], 9);
    assert_eq!(editor.ask("textDocument/hover", editor.at("source.yaml", 900, 0)), Value::Null);

    let defined = editor.ask("textDocument/definition", editor.at("app.yaml", 9, 11));
    assert_eq!(defined[0]["uri"], editor.uri("source.yaml"));
    let mut asked = editor.at("source.yaml", 3, 9);
    asked["context"] = json!({"includeDeclaration": false});
    let used = editor.ask("textDocument/references", asked.clone());
    assert_eq!(used.as_array().map(Vec::len), Some(1), "{used}");
    assert_eq!(used[0]["uri"], editor.uri("app.yaml"));
    asked["context"] = json!({"includeDeclaration": true});
    let used = editor.ask("textDocument/references", asked);
    assert_eq!(used.as_array().map(Vec::len), Some(2), "{used}");

    let symbols = editor.ask("textDocument/documentSymbol", document(&editor, "source.yaml"));
    assert_eq!(symbols[0]["name"], "app");
    assert!(symbols[0]["children"].as_array().is_some_and(|children| !children.is_empty()));

    let mut plain = Editor::open(&json!({}), &[("source.yaml", CLEAN)]);
    plain.open_text("source.yaml", CLEAN);
    let symbols = plain.ask("textDocument/documentSymbol", document(&plain, "source.yaml"));
    assert_eq!(symbols[0]["location"]["uri"], plain.uri("source.yaml"));
    let hover = plain.ask("textDocument/hover", plain.at("source.yaml", 9, 14));
    assert_eq!(hover["contents"]["kind"], "plaintext");
}

#[test]
fn the_configuration_is_heard_when_it_changes() {
    let mut editor = Editor::open(&json!({}), &[]);
    editor.open_text("a.yaml", TAGGED);
    assert!(editor.rules("a.yaml").contains(&"ref-tag-contains-digest".to_owned()));
    let saved = json!({"textDocument": {"uri": editor.uri(".kubectl-oci.yaml")}});
    editor.write(".kubectl-oci.yaml", "rules: {ref-tag-contains-digest: off}\n");
    editor.notify("textDocument/didSave", saved.clone());
    assert!(!editor.rules("a.yaml").contains(&"ref-tag-contains-digest".to_owned()));
    // One that does not parse says so in its own place, and what was in force stays so.
    editor.write(".kubectl-oci.yaml", "rules:\n  ref-tag-contains-dijest: off\n");
    editor.notify("textDocument/didSave", saved.clone());
    let found = editor.findings(".kubectl-oci.yaml");
    assert_eq!((found.len(), &found[0]["severity"]), (1, &json!(1)));
    assert_eq!(found[0]["range"]["start"], json!({"line": 1, "character": 2}));
    assert!(editor.heard("window/showMessage")["message"].as_str().is_some_and(|text| text.contains("dijest")));
    editor.change("a.yaml", 2, json!([{"text": format!("{TAGGED}# x\n")}]));
    assert!(!editor.rules("a.yaml").contains(&"ref-tag-contains-digest".to_owned()));
    // Mended, its finding goes.
    editor.write(".kubectl-oci.yaml", "overrides:\n- paths: [a.yaml]\n  rules: {ref-tag-contains-digest: info}\n");
    editor.notify("textDocument/didSave", saved);
    assert_eq!(editor.findings(".kubectl-oci.yaml"), Vec::<Value>::new());
    let found = editor.findings("a.yaml");
    let tagged = found.iter().find(|found| found["code"] == "ref-tag-contains-digest").expect("the finding");
    assert_eq!(tagged["severity"], 3);
}

#[test]
fn files_that_change_outside_are_heard_of() {
    let other = CLEAN.replace("name: app", "name: other");
    let mut editor = Editor::open(&modern(), &[("source.yaml", CLEAN), ("other.yaml", &other), ("app.yaml", CONSUMER)]);
    let registered = editor.heard("client/registerCapability");
    assert_eq!(registered["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    let watchers = registered["registrations"][0]["registerOptions"]["watchers"].to_string();
    assert!(watchers.contains("yaml") && watchers.contains(".kubectl-oci.yaml"), "{watchers}");
    editor.open_text("app.yaml", CONSUMER);
    let found = |editor: &mut Editor| {
        let report = editor.ask("textDocument/diagnostic", document(editor, "app.yaml"));
        rules(report["items"].as_array().expect("a list"))
    };
    assert_eq!(found(&mut editor), Vec::<String>::new());
    let tell = |editor: &mut Editor, name: &str, kind: u8| {
        let change = json!({"uri": editor.uri(name), "type": kind});
        editor.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
        // An editor that asks is told when to ask again.
        editor.heard("workspace/diagnostic/refresh");
    };
    std::fs::remove_file(editor.root().join("source.yaml")).expect("a file");
    tell(&mut editor, "source.yaml", 3);
    assert_eq!(found(&mut editor), ["dangling-source-ref"]);
    editor.write("more/new.yaml", CLEAN);
    tell(&mut editor, "more/new.yaml", 1);
    assert_eq!(found(&mut editor), Vec::<String>::new());
    editor.write("more/new.yaml", &CLEAN.replace("name: app", "name: other"));
    tell(&mut editor, "more/new.yaml", 2);
    assert_eq!(found(&mut editor), ["dangling-source-ref"]);
    editor.write(".kubectl-oci.yaml", "rules: {dangling-source-ref: off}\n");
    tell(&mut editor, ".kubectl-oci.yaml", 1);
    assert_eq!(found(&mut editor), Vec::<String>::new());
}

#[test]
fn values_that_a_configuration_takes_from_files_are_heard_when_they_change() {
    let text = TAGGED.replace("interval: 5m", "interval: ${every}");
    let found = |editor: &mut Editor| {
        let report = editor.ask("textDocument/diagnostic", document(editor, "a.yaml"));
        rules(report["items"].as_array().expect("a list"))
    };
    // One that is no file of the set, and one that is.
    for from in ["./deploy/vars.env", "vars.yaml"] {
        let config = format!("substituteFrom: {from}\n");
        let name = from.trim_start_matches("./");
        let value =
            |value: &str| if name.ends_with("env") { format!("every={value}\n") } else { format!("every: {value}\n") };
        let mut editor =
            Editor::open(&modern(), &[(".kubectl-oci.yaml", &config), (name, &value("5m")), ("a.yaml", &text)]);
        editor.open_text("a.yaml", &text);
        let before = found(&mut editor);
        // All files, and this one: whichever is asked for first.
        let mut registered = editor.heard("client/registerCapability").to_string();
        registered += &editor.heard("client/registerCapability").to_string();
        assert!(registered.contains(&format!("**/{}", name.trim_start_matches("deploy/"))), "{registered}");
        editor.write(name, &value("soon"));
        let change = json!({"uri": editor.uri(name), "type": 2});
        editor.notify("workspace/didChangeWatchedFiles", json!({"changes": [change]}));
        // The first may still be that of the folder's files.
        let mut hears = || {
            editor.heard("workspace/diagnostic/refresh");
            found(&mut editor) != before
        };
        assert!(hears() || hears(), "{name}");
    }
}

#[test]
fn folders_come_and_go() {
    let mut editor = Editor::start(&[]);
    editor.write("one/app.yaml", CONSUMER);
    editor.write("one/other.yaml", &CLEAN.replace("name: app", "name: other"));
    editor.write("two/source.yaml", CLEAN);
    let folder = |editor: &Editor, name: &str| json!({"uri": editor.uri(name), "name": name});
    let params = json!({"processId": null, "capabilities": {}, "workspaceFolders": [folder(&editor, "one")]});
    let greeting = editor.ask("initialize", params);
    assert_eq!(greeting["capabilities"]["workspace"]["workspaceFolders"]["supported"], true);
    editor.notify("initialized", json!({}));
    editor.open_text("one/app.yaml", CONSUMER);
    assert_eq!(editor.rules("one/app.yaml"), ["dangling-source-ref"]);
    let event = json!({"added": [folder(&editor, "two")], "removed": []});
    editor.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    assert_eq!(editor.rules("one/app.yaml"), Vec::<String>::new());
    let event = json!({"added": [], "removed": [folder(&editor, "two")]});
    editor.notify("workspace/didChangeWorkspaceFolders", json!({"event": event}));
    assert_eq!(editor.rules("one/app.yaml"), ["dangling-source-ref"]);
}

#[test]
fn the_rest_of_a_repository_is_asked_before_something_is_called_missing() {
    // The editor works in a part of a repository, or in none at all and has a file of one open.
    for folders in [json!(["apps"]), json!(null)] {
        let mut editor = Editor::start(&[]);
        std::fs::create_dir_all(editor.root().join(".git")).expect("a folder");
        editor.write("apps/app.yaml", CONSUMER);
        // Of another kind: that looks like a slip, as long as nothing else is seen.
        let git = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n\
                   metadata: {name: app, namespace: apps}\n\
                   spec: {interval: 5m, url: \"https://git.example.com/app\"}\n";
        editor.write("apps/git.yaml", &format!("{git}---\n{}", git.replace("name: app", "name: nowhere")));
        let third = |text: &str| text.replace("name: app", "name: third");
        editor.write("apps/third.yaml", &format!("{}---\n{}", third(CLEAN), third(CONSUMER)));
        editor.write("sources/app.yaml", CLEAN);
        let named = folders.as_array().into_iter().flatten();
        let named: Vec<Value> =
            named.filter_map(Value::as_str).map(|name| json!({"uri": editor.uri(name), "name": name})).collect();
        editor.ask("initialize", json!({"processId": null, "capabilities": {}, "workspaceFolders": named}));
        editor.notify("initialized", json!({}));
        editor.open_text("apps/app.yaml", CONSUMER);
        editor.heard("textDocument/publishDiagnostics");
        assert_eq!(editor.heard_until_silence("textDocument/publishDiagnostics"), Vec::<Value>::new());
        let report = editor.ask("textDocument/diagnostic", document(&editor, "apps/app.yaml"));
        assert_eq!(report["items"], json!([]));
        let missing = CONSUMER.replace("name: app\n  prune", "name: nowhere\n  prune");
        editor.change("apps/app.yaml", 2, json!([{"text": missing}]));
        // What is seen of a file alone is no reason to say so, as with `lint` of that file.
        let expected: &[&str] = if folders.is_array() { &["dangling-source-ref"] } else { &[] };
        assert_eq!(editor.rules("apps/app.yaml"), expected);
    }
}

#[test]
fn what_is_given_up_is_not_answered() {
    let mut editor = Editor::start(&[]);
    for number in 0..600 {
        editor.write(&format!("a/{number}.yaml"), &TAGGED.replace("name: app", &format!("name: app-{number}")));
    }
    editor.greet(&modern());
    // All of it in one breath: while the folder is read, the requests wait, and are given up.
    let mut bytes = Vec::new();
    let request = |id: u64, method: &str, params: &Value| {
        framed(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
    };
    let cancel = |id: Value| framed(&json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": id}}));
    let hover = editor.at("a/1.yaml", 8, 10);
    bytes.extend(request(101, "workspace/diagnostic", &json!({"previousResultIds": []})));
    bytes.extend(request(102, "textDocument/hover", &hover));
    bytes.extend(request(103, "textDocument/hover", &hover));
    bytes.extend(cancel(json!(102)));
    bytes.extend(cancel(json!("never sent")));
    editor.send_bytes(&bytes);
    assert_eq!(editor.answer(102)["error"]["code"], -32800);
    assert!(editor.answer(103).get("result").is_some());
    assert!(editor.answer(101)["result"]["items"].as_array().is_some_and(|items| items.len() == 600));
    // The one that is being answered, too.
    let mut bytes = request(104, "workspace/diagnostic", &json!({"previousResultIds": []}));
    bytes.extend(cancel(json!(104)));
    editor.send_bytes(&bytes);
    let answer = editor.answer(104);
    assert!(answer["error"]["code"] == -32800 || answer.get("result").is_some(), "{answer}");
    assert_eq!(editor.leave(), 0);
}

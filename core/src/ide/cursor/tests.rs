use super::*;
use crate::lint::{Input, read};
use crate::model::Role;

/// What is being written at the `‸` of a text.
fn at(path: &str, marked: &str) -> Option<String> {
    let offset = marked.find('‸').unwrap();
    let text = marked.replacen('‸', "", 1);
    let input = Input { path: path.to_owned(), text, role: Role::Named };
    let file = read(0, input, std::sync::Arc::default());
    let cursor = Cursor::at(&file, offset)?;
    let word = cursor.word.map_or("", |word| word.of(&file.text));
    let keys: Vec<_> = cursor.entries().iter().map(|(key, _)| *key).collect();
    let slot = match cursor.slot {
        Slot::Key { has_colon } => if has_colon { "key:" } else { "key" }.to_owned(),
        Slot::Value { key } => format!("value of {key}"),
    };
    let blank = if cursor.needs_blank { " after a blank" } else { "" };
    Some(format!("{} {} {slot} '{word}'{blank} beside {}", cursor.kind.name(), cursor.route, keys.join(" ")))
}

const HEAD: &str = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nspec:\n";

fn of_spec(marked: &str) -> Option<String> {
    at("a.yaml", &[HEAD, marked].concat())
}

#[test]
fn keys_and_values_are_told_from_half_a_line() {
    for (text, wanted) in [
        ("  re‸", "OCIRepository spec key 're' beside "),
        ("  url: x\n  re‸\n  timeout: 1m\n", "OCIRepository spec key 're' beside url timeout"),
        ("  url: x\n  ‸\n  timeout: 1m\n", "OCIRepository spec key '' beside url timeout"),
        ("  in‸terval: 5m\n", "OCIRepository spec key: 'interval' beside "),
        ("  interval:‸\n", "OCIRepository spec value of interval '' after a blank beside "),
        ("  interval: ‸\n", "OCIRepository spec value of interval '' beside "),
        ("  interval: 5‸m # why\n", "OCIRepository spec value of interval '5m' beside "),
        ("  ref:\n    tag: 1\n    ‸", "OCIRepository spec.ref key '' beside tag"),
        ("  ref:\n    ‸", "OCIRepository spec.ref key '' beside "),
        ("  ref: # why\n    se‸\n  url: x\n", "OCIRepository spec.ref key 'se' beside "),
        ("  ref: {tag: 1, se‸}\n", "OCIRepository spec.ref key 'se' beside tag"),
        ("  ref: {‸, tag: 1}\n", "OCIRepository spec.ref key '' beside tag"),
        ("  ref: {tag: 1, semver:‸}\n", "OCIRepository spec.ref value of semver '' after a blank beside tag semver"),
        ("  ref: {tag: 1, semver: ‸", "OCIRepository spec.ref value of semver '' beside tag semver"),
        (
            "  verify:\n    matchOIDCIdentity:\n      - issuer: x\n        ‸\n      - subject: y\n",
            "OCIRepository spec.verify.matchOIDCIdentity[] key '' beside issuer",
        ),
        (
            "  verify:\n    matchOIDCIdentity:\n    - issuer: x\n    - ‸\n    provider: y\n",
            "OCIRepository spec.verify.matchOIDCIdentity[] key '' beside ",
        ),
        ("  ref: {\n    se‸\n  }\n", "OCIRepository spec.ref key 'se' beside "),
        ("  ref: {\n    ‸\n  }\n  timeout: 1m\n", "OCIRepository spec.ref key '' beside "),
        ("  ref: {\n    tag: 1, # why, {\n    se‸\n  timeout: 1m\n", "OCIRepository spec.ref key 'se' beside tag"),
        ("  ref: { tag: 1,\n         semver: ‸ }\n", "OCIRepository spec.ref value of semver '' beside tag semver"),
        (
            "  ref: {\n    semver:‸\n    tag: 1\n",
            "OCIRepository spec.ref value of semver '' after a blank beside semver tag",
        ),
        ("  ref: {\n    semver: \"‸\n  }\n", "OCIRepository spec.ref value of semver '\"' beside semver"),
        ("  ref:\n    {\n      tag: 1,\n      ‸\n    }\n", "OCIRepository spec.ref key '' beside tag"),
        ("  url: x\n  ref: {\n    tag: 1\n  }\n  ‸\n", "OCIRepository spec key '' beside url ref"),
        ("  url: x\n  ref: {\n    tag: 1\n  ‸\n", "OCIRepository spec key '' beside url ref"),
        ("  ref: {\n    tag: 1,\n‸\n  }\n", "OCIRepository spec.ref key '' beside tag"),
        (
            "  verify: {\n    provider: cosign,\n    matchOIDCIdentity: [\n      {\n        issuer: a,\n        ‸\n      },\n    ]\n  }\n",
            "OCIRepository spec.verify.matchOIDCIdentity[] key '' beside issuer",
        ),
        (
            "  verify:\n    matchOIDCIdentity:\n      - {\n          issuer: a,\n          su‸\n        }\n      - issuer: b\n",
            "OCIRepository spec.verify.matchOIDCIdentity[] key 'su' beside issuer",
        ),
        (
            "  verify: {matchOIDCIdentity: [{issuer: a, ‸",
            "OCIRepository spec.verify.matchOIDCIdentity[] key '' beside issuer",
        ),
        ("  ignore: |\n    a: b\n  re‸", "OCIRepository spec key 're' beside ignore"),
        ("  url: x\n‸", "OCIRepository  key '' beside kind apiVersion spec"),
    ] {
        let sorted = |text: &str| {
            let (head, keys) = text.split_once(" beside ").unwrap();
            let mut keys: Vec<_> = keys.split(' ').collect();
            keys.sort_unstable();
            format!("{head} {}", keys.join(" "))
        };
        assert_eq!(of_spec(text).as_deref().map(sorted), Some(sorted(wanted)), "{text}");
    }
}

#[test]
fn where_lines_do_not_tell_there_is_no_answer() {
    for text in [
        "  url: x # wh‸y\n",
        "  # ‸\n",
        "  ignore: >\n    a: b\n    c‸\n",
        "  ignore: \"a\n    b‸\"\n",
        "  url: x\n    ‸\n",
        "  url: x\n‸\n  timeout: 1m\n",
        "  ref:\n  ‸\n    tag: 1\n",
        "  ref: {tag: 1}‸\n",
        "  ref: ‸{tag: 1}\n",
        "  ref: {\n    tag: 1\n    ‸\n  }\n",
        "  ref: {\n    tag: 1\n    se‸\n  }\n",
        "  ref: {\n    ‸\n    tag: 1\n  }\n",
        "  ref: {\n    tag: a\n      b‸\n  }\n",
        "  ref: {\n    tag: 1\n  }‸\n",
        "  ref: {\n    tag: 1 # se‸\n  }\n",
        "  two words‸\n",
        "\t‸",
        "  \"ur‸l\": x\n",
        " ‸ url: x\n",
        "  matchOIDCIdentity:\n  -‸\n",
    ] {
        assert_eq!(of_spec(text), None, "{text}");
    }
    assert_eq!(at("a.md", "kind‸\n\n```yaml\na: b\n```\n"), None);
    assert_eq!(at("a.md", "```yaml\na: b\n```\n\nkind‸\n"), None);
    assert_eq!(at("a.yaml", "--‸-\n"), None);
}

#[test]
fn documents_fences_and_nested_objects_are_told_apart() {
    let fence = "- step\n\n  ```yaml\n  kind: HelmRelease\n  spec:\n    ch‸\n  ```\n";
    assert_eq!(at("a.md", fence).as_deref(), Some("HelmRelease spec key 'ch' beside "));
    let second = "kind: OCIRepository\nspec:\n  a b c\n---\nkind: HelmRelease\r\nspec:\r\n  ‸\r\n";
    assert_eq!(at("a.yaml", second).as_deref(), Some("HelmRelease spec key '' beside "));
    let json = "{\n  \"apiVersion\": \"source.toolkit.fluxcd.io/v1\",\n  \"spec\": {\n    \"verify\": {\"provider\": \"c‸\"}\n  },\n  \"kind\": \"OCIRepository\"\n}\n";
    let wanted = "OCIRepository spec.verify value of provider '\"c\"' beside provider";
    assert_eq!(at("a.json", json).as_deref(), Some(wanted));
    let list = "kind: List\nitems:\n- apiVersion: source.toolkit.fluxcd.io/v1\n  kind: OCIRepository\n  spec:\n    ‸\n";
    assert_eq!(at("a.yaml", list).as_deref(), Some("OCIRepository spec key '' beside "));
}

//! Any text becomes a tree whose spans lie within it, and its JSON or a reason why not.
#![no_main]

use kubectl_oci_core::yaml::{self, Node};
use libfuzzer_sys::fuzz_target;

fn walk(text: &str, node: Node<'_>, depth: usize) {
    let span = node.span();
    assert!(text.get(span.start()..span.end()).is_some());
    let _ = (node.text(), node.scalar());
    if node.is_alias() || depth > yaml::MAX_DEPTH + 2 {
        return;
    }
    for entry in node.entries() {
        walk(text, entry.key, depth + 1);
        walk(text, entry.value, depth + 1);
    }
    for item in node.items() {
        walk(text, item, depth + 1);
    }
}

fuzz_target!(|text: &str| {
    let tree = yaml::parse(text);
    for (index, document) in tree.documents().iter().enumerate() {
        if let Some(error) = &document.error {
            assert!(text.get(error.span.start()..error.span.end()).is_some());
        }
        if let Some(root) = tree.root(text, index) {
            walk(text, root, 0);
            let _ = yaml::to_json(root);
        }
    }
    for comment in yaml::comments(text, &tree) {
        assert!(comment.span.of(text).starts_with('#'));
    }
});

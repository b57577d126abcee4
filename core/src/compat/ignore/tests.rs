use super::{LONGEST_LINE, Matcher};

fn ignored(patterns: &str, path: &str, is_dir: bool) -> bool {
    let mut matcher = Matcher::new();
    matcher.add::<&str>(&[], patterns);
    matcher.is_ignored(&components(path), is_dir)
}

fn components(path: &str) -> Vec<&str> {
    path.split('/').collect()
}

#[test]
fn a_name_matches_anywhere_and_what_is_beneath() {
    assert!(ignored("docs", "a/docs/b.yaml", false));
    assert!(ignored("*.md", "a/README.md", false));
    assert!(!ignored("docs/", "a/docs", false));
    assert!(ignored("docs/", "a/docs", true));
    assert!(ignored("docs/", "a/docs/b.yaml", false));
}

#[test]
fn a_slash_ties_a_pattern_to_its_domain() {
    assert!(ignored("/docs", "docs/a", false));
    assert!(!ignored("/docs", "a/docs", false));
    assert!(ignored("a/docs", "a/docs/b", false));
    assert!(ignored("a/**", "a", false), "Flux's matcher, unlike git, ignores the folder itself too");
    assert!(ignored("**/x/y", "a/b/x/y", false));
    assert!(!ignored("**/x/y", "a/x/b/x/y", false), "the first x is the only one that is tried");
    assert!(!ignored("a/x**", "a/xy", false), "two stars beside something never match between slashes");
    assert!(ignored("x**", "a/xy", false));
}

#[test]
fn the_last_pattern_decides_even_within_an_ignored_folder() {
    assert!(!ignored("a/\n!a/b", "a/b", false));
    assert!(ignored("!a/b\na/", "a/b", false));
}

#[test]
fn comments_blank_lines_and_blanks_at_the_end() {
    assert!(!ignored("#a\n\u{a0}\n \t", "#a", false));
    assert!(ignored("\\#a", "#a", false));
    assert!(ignored("a  ", "a", false));
    assert!(ignored("a\\ ", "a ", false));
    assert!(!ignored(" a", "a", false));
    assert!(ignored("a\r\nb\r\n", "b", false));
}

#[test]
fn malformed_globs_match_nothing() {
    for glob in ["[", "a[", "[]a]", "a\\", "[a", "[!"] {
        assert!(!ignored(glob, glob, false), "{glob}");
        assert!(!ignored(glob, "a", false), "{glob}");
    }
    assert!(ignored("[^b]", "a", false));
    assert!(ignored("[!b]", "!", false), "an exclamation mark does not negate");
}

#[test]
fn patterns_speak_of_their_domain_alone() {
    let mut matcher = Matcher::new();
    matcher.add(&["apps", "web"], "*.txt\n/here");
    assert!(matcher.is_ignored(&components("apps/web/deep/a.txt"), false));
    assert!(matcher.is_ignored(&components("apps/web/here"), false));
    assert!(!matcher.is_ignored(&components("apps/a.txt"), false));
    assert!(!matcher.is_ignored(&components("apps/web"), true));
    // A text further down weighs more, where it was added later.
    matcher.add(&["apps", "web", "deep"], "!a.txt");
    assert!(!matcher.is_ignored(&components("apps/web/deep/a.txt"), false));
}

#[test]
fn the_defaults_weigh_least() {
    let mut matcher = Matcher::with_defaults::<&str>(&[]);
    assert!(matcher.is_ignored(&components("docs/a.png"), false));
    assert!(matcher.is_ignored(&components("deep/.sops.yaml"), false));
    matcher.add::<&str>(&[], "!a.png");
    assert!(!matcher.is_ignored(&components("docs/a.png"), false));
}

#[test]
fn a_line_that_does_not_fit_ends_the_reading() {
    let fits = "x".repeat(LONGEST_LINE);
    assert!(ignored(&format!("{fits}\na"), "a", false));
    assert!(!ignored(&format!("b\n{fits}x\na"), "a", false));
    assert!(ignored(&format!("b\n{fits}x\na"), "b", false));
}

#[test]
fn hostile_patterns_take_one_pass() {
    let stars = "**/".repeat(20_000) + "x";
    let path = "a/".repeat(2_000) + "b";
    assert!(!ignored(&stars, &path, false));
    let globs = "*a".repeat(30_000) + "b";
    assert!(!ignored(&globs, &"a".repeat(255), false));
}

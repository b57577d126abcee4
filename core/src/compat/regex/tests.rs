//! What the vectors do not show: spans, the questions of the lint rules, the Unicode tables,
//! limits, stack, odd input.

use super::*;
use crate::compat::go::unicode::tables::{CATEGORIES, CATEGORY_ALIASES, CHECKSUM, SCRIPTS};

fn kind(pattern: &str) -> Option<ErrorKind> {
    check(pattern).err().map(|error| error.kind())
}

#[test]
fn errors_point_at_the_part() {
    for (pattern, marked, argument) in [
        ("a(?=b)", "(?=", "(?="),
        ("a(b", "(", "a(b"),
        ("((a)", "(", "((a)"),
        ("a)b", ")", "a)b"),
        ("é[a", "[a", "[a"),
        ("a**", "**", "**"),
        ("a|*?", "*?", "*?"),
        ("a{2,1}b", "{2,1}", "{2,1}"),
        ("[z-a]", "z-a", "z-a"),
        ("é\\é", "\\é", "\\é"),
        ("a\\", "\\", ""),
        (r"x\p{Nope}", r"\p{Nope}", r"\p{Nope}"),
        ("(?P<n.>a)", "(?P<n.>", "(?P<n.>"),
    ] {
        let error = check(pattern).unwrap_err();
        assert_eq!(&pattern[error.span()], marked, "{pattern}");
        assert_eq!(error.argument(), argument, "{pattern}");
    }
    assert_eq!(check("(a(b").unwrap_err().span(), 2..3, "the last one open");
}

#[test]
fn anchors_count_when_no_match_is_without() {
    for (pattern, start, end) in [
        ("^a$", true, true),
        (r"\Aa\z", true, true),
        ("a", false, false),
        ("", false, false),
        ("^", true, false),
        ("^a|^b", true, false),
        ("^a|b$", false, false),
        ("^(a|b)$", true, true),
        ("(^a|(?:^b))", true, false),
        ("(?i)^abc$", true, true),
        ("(?m)^a$", false, false),
        ("(^)?a", false, false),
        ("(^a)+", true, false),
        ("(^a){2}", true, false),
        ("(^a){0,2}", false, false),
        (r"\^a\$", false, false),
        ("[^a]", false, false),
        (r"\b^a$\b", true, true),
    ] {
        let regex = Regex::new(pattern).unwrap();
        let anchored = (regex.is_anchored_start(), regex.is_anchored_end());
        assert_eq!(anchored, (start, end), "{pattern}");
    }
}

#[test]
fn everything_is_told_from_almost_everything() {
    for pattern in [
        "",
        ".*",
        ".+",
        ".",
        "^.*$",
        "^.+$",
        "^",
        "$",
        "^$|.",
        "|x",
        "x*",
        "(?s).*",
        "(?i).*a*",
        r"\pL|\PL",
        r"[\s\S]",
        r"^[^\n]*$",
        "(a|.)*",
        "^(https://)?.*$",
        r"\b|\B",
        "(.*)(.*)",
        "[^é]|é",
        ".*?",
        "^.{0,}$",
    ] {
        assert!(check(pattern).unwrap().matches_everything(), "{pattern}");
    }
    for pattern in [
        "^$",
        "a",
        "..",
        "^.$",
        r"\w",
        "^[^/]*$",
        r"^\S+$",
        "^https://.*$",
        r"\pL|\PN\PL",
        "[^é]",
        "[^a]",
        r"\b",
        "^[ -~]*$",
        r"[^\x{D800}-\x{F000}]",
        "(?m)^$",
        "^.{0,50}$",
    ] {
        assert!(!check(pattern).unwrap().matches_everything(), "{pattern}");
    }
}

#[test]
fn dots_between_word_characters() {
    let dots = |pattern: &str| -> Vec<usize> {
        let spans = check(pattern).unwrap().unescaped_dots();
        spans.into_iter().map(|span| span.start).collect()
    };
    assert_eq!(dots("^https://token.actions.githubusercontent.com$"), [14, 22, 40]);
    for pattern in [
        r"a\.b", "a.*b", "a.+", ".b", "a.", "a.?b", "[a.b]", r"\Qa.b\E", r"\d.5", "a*.b", "a/.b", "(a).b", "a.{2}b",
        r"\x41.b",
    ] {
        assert!(dots(pattern).is_empty(), "{pattern}");
    }
}

#[test]
fn classes_are_those_of_go() {
    let single = ["C", "L", "M", "N", "P", "S", "Z", "LC", "Any", "Ascii", "Assigned"];
    let aliases = CATEGORY_ALIASES.split(' ').filter_map(|alias| alias.split('=').next());
    let listed = CATEGORIES.split(' ').chain(SCRIPTS.split(' '));
    let mut names: Vec<&str> = aliases.chain(single).chain(listed).collect();
    names.sort_unstable();
    let (mut count, mut hash) = (0, 0xCBF2_9CE4_8422_2325_u64);
    let mut feed = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3);
        }
    };
    for name in names {
        for (fold, prefix) in [(false, ""), (true, "(?i)")] {
            feed(prefix.as_bytes());
            feed(name.as_bytes());
            for range in unicode::class(name, fold).unwrap() {
                feed(&range.low.to_le_bytes());
                feed(&range.high.to_le_bytes());
            }
            count += 1;
        }
    }
    assert_eq!((count, hash), CHECKSUM);
}

/// Runs on a thread of the size that a browser gives.
fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    let builder = std::thread::Builder::new().stack_size(1 << 20);
    builder.spawn(run).unwrap().join().unwrap();
}

/// The figures at the limits are Go's.
#[test]
fn nesting_fits_a_small_stack() {
    on_small_stack(|| {
        for (open, close, most) in [("(", ")", 999), ("(?:", ")*", 999), ("(?:", "){1}", 999), ("(a", "b)?", 332)] {
            let nested = |depth: usize| format!("{}a{}", open.repeat(depth), close.repeat(depth));
            let syntax = check(&nested(most)).unwrap();
            assert!(!syntax.is_anchored_start(), "{open}");
            let _ = syntax.matches_everything();
            let matches = syntax.compile().unwrap().is_match("aaabbb");
            assert!(matches, "{open}");
            for depth in [most + 2, 30_000] {
                let kind = kind(&nested(depth));
                assert_eq!(kind, Some(ErrorKind::NestingDepth), "{open}");
            }
        }
        let factored = |count: usize| {
            let prefix = "[ab]".repeat(count);
            format!("{prefix}c|{prefix}d")
        };
        assert!(Regex::new(&factored(998)).is_ok());
        assert_eq!(kind(&factored(1001)), Some(ErrorKind::NestingDepth));
        assert_eq!(kind(&factored(20_000)), Some(ErrorKind::NestingDepth));
    });
}

#[test]
fn large_patterns_stay_in_bounds() {
    assert!(Regex::new(r"^\pL{1000}$").unwrap().is_match(&"é".repeat(1000)));
    assert!(!Regex::new(r"^\pL{1000}$").unwrap().is_match(&"é".repeat(999)));
    assert_eq!(kind(&r"\pL".repeat(27_000)), Some(ErrorKind::Large));
    assert_eq!(kind(&"(xx?){1000}".repeat(1000)), Some(ErrorKind::Large));
    // Go does not see this one coming.
    let unseen = check(&format!("(?:{}){{1000}}b", "a".repeat(10_000))).unwrap();
    assert_eq!(unseen.compile().unwrap_err().kind(), ErrorKind::Large);
    // Levels that nest to one side cost no more than what is written.
    for (open, close) in [("(?:", "b?)c?"), ("(?:", "|b*)|c*"), ("(?:a*|", ")"), ("(?:a*", ")")] {
        let nested = format!("{}{}", open.repeat(10_000), close.repeat(10_000));
        assert!(Regex::new(&nested).unwrap().is_match("a"), "{open}");
    }
}

#[test]
fn states_are_thrown_away_when_there_are_many() {
    // Remembers the last sixteen characters: more states than fit.
    let regex = Regex::new("(a|b)*a(a|b){16}c").unwrap();
    let mut text = String::new();
    let mut seed = 1_u32;
    for _ in 0..60_000 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push(if seed >> 30 & 1 == 0 { 'a' } else { 'b' });
    }
    assert!(!regex.is_match(&text));
    text.push_str("abbbbbbbbbbbbbbbbc");
    assert!(regex.is_match(&text));
    assert!(!regex.is_match("bbbbbbbbbbbbbbbbbc"));
}

#[test]
fn odd_input_is_refused_or_read() {
    const PIECES: [&str; 40] = [
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "?",
        "*",
        "+",
        "|",
        "^",
        "$",
        ".",
        "\\",
        "-",
        ",",
        ":",
        "<",
        ">",
        "P",
        "p",
        "Q",
        "\\E",
        "x",
        "0",
        "9",
        "d",
        "b",
        "z",
        "i",
        "é",
        "漢",
        "\u{10FFFF}",
        "\n",
        "\0",
        "(?i)",
        "(?:",
        "\\p{",
        "[:alpha:]",
        "{1000}",
    ];
    on_small_stack(|| {
        let mut seed = 7_u64;
        let mut below = |limit: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            (seed % limit) as usize
        };
        for _ in 0..20_000 {
            let pattern: String = (0..below(24)).map(|_| PIECES[below(40)]).collect();
            match Regex::new(&pattern) {
                Ok(regex) => {
                    let _ = (regex.is_match(&pattern), regex.is_match("v1.2.3\né"));
                }
                Err(error) => assert!(pattern.get(error.span()).is_some(), "{pattern}"),
            }
        }
    });
}

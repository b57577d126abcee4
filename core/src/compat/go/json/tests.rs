use super::{Json, Kind, SyntaxError};

fn words(text: &str) -> Option<(String, usize)> {
    let SyntaxError { words, offset } = Json::parse(text).err()?;
    Some((words, offset))
}

/// Words as Go 1.26's `json.Unmarshal` gives them.
#[test]
fn refuses_in_the_words_of_go() {
    let cases = [
        ("", "unexpected end of JSON input", 0),
        ("{\"a\":[1,", "unexpected end of JSON input", 8),
        ("\"a", "unexpected end of JSON input", 2),
        ("tru", "invalid character ' ' in literal true (expecting 'e')", 3),
        ("nule", "invalid character 'e' in literal null (expecting 'l')", 3),
        ("-", "invalid character ' ' in numeric literal", 1),
        ("01", "invalid character '1' after top-level value", 1),
        ("[1.x]", "invalid character 'x' after decimal point in numeric literal", 3),
        ("1e", "invalid character ' ' in exponent of numeric literal", 2),
        ("{,}", "invalid character ',' looking for beginning of object key string", 1),
        ("{\"a\":1,}", "invalid character '}' looking for beginning of object key string", 7),
        ("[1,]", "invalid character ']' looking for beginning of value", 3),
        ("{\"a\" 1}", "invalid character '1' after object key", 5),
        ("{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair", 7),
        ("[1 2]", "invalid character '2' after array element", 3),
        ("[1}", "invalid character '}' after array element", 2),
        ("\"\\x\"", "invalid character 'x' in string escape code", 2),
        ("\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape", 5),
        ("\"\\u12", "invalid character ' ' in \\u hexadecimal character escape", 5),
        ("\"\n\"", "invalid character '\\n' in string literal", 1),
        ("\u{feff}{}", "invalid character 'ï' looking for beginning of value", 0),
        ("{'a':1}", "invalid character '\\'' looking for beginning of object key string", 1),
    ];
    for (text, expected, offset) in cases {
        assert_eq!(words(text), Some((expected.to_owned(), offset)), "{text}");
    }
}

#[test]
fn depth_is_bounded_and_costs_no_stack() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(words(&nested(10_000)), None);
    assert_eq!(words(&nested(10_001)), Some(("invalid character '[' exceeded max depth".to_owned(), 10_000)));
}

#[test]
fn resolves_escapes() {
    let text = |json: &str| {
        let json = Json::parse(json).unwrap();
        json.root().text().into_owned()
    };
    assert_eq!(text(r#""a\"\\\/\b\f\n\r\tz""#), "a\"\\/\x08\x0c\n\r\tz");
    assert_eq!(text(r#""\u00e9\ud83d\ude00!""#), "é😀!");
    assert_eq!(text(r#""\ud83dx\ude00\ud83d\u0041""#), "\u{fffd}x\u{fffd}\u{fffd}A");
    assert_eq!(text(r#""\ud83d\ud83d\ude00""#), "\u{fffd}😀");
}

#[test]
fn walks_members_and_elements() {
    let json = Json::parse(r#" {"a": [1, {"x": null}, []], "b": "t", "a": false} "#).unwrap();
    let members: Vec<_> =
        json.root().members().map(|(key, value)| (key.into_owned(), value.kind(), value.elements().count())).collect();
    assert_eq!(
        members,
        [("a".to_owned(), Kind::Array, 3), ("b".to_owned(), Kind::String, 0), ("a".to_owned(), Kind::Bool, 0)]
    );
    assert_eq!(json.root().elements().count(), 0);
}

use super::*;

fn words(method: &str, status: u16, body: &str) -> String {
    StatusError::new(method, "http://127.0.0.1:5000/v2/a/manifests/1", status, body.as_bytes()).to_string()
}

#[test]
fn a_registrys_own_words_come_first() {
    let body = r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"9.9.9"}}]}"#;
    let expected = "GET http://127.0.0.1:5000/v2/a/manifests/1: MANIFEST_UNKNOWN: manifest unknown; map[Tag:9.9.9]";
    assert_eq!(words("GET", 404, body), expected);
    let two = r#"{"errors":[{"code":"A","message":"one"},{"Code":"B","detail":[1e6,null,{"b":true,"a":0.5}]}]}"#;
    let expected = "GET http://127.0.0.1:5000/v2/a/manifests/1: multiple errors returned: A: one; \
                    B: ; [1e+06 <nil> map[a:0.5 b:true]]";
    assert_eq!(words("GET", 404, two), expected);
}

#[test]
fn a_body_that_is_no_error_answer_is_quoted_whole() {
    let prefix = "GET http://127.0.0.1:5000/v2/a/manifests/1: unexpected status code";
    assert_eq!(words("GET", 404, "404 page not found\n"), format!("{prefix} 404 Not Found: 404 page not found\n"));
    assert_eq!(words("GET", 599, ""), format!("{prefix} 599 "));
    assert_eq!(words("GET", 403, r#"{"errors":[]}"#), format!("{prefix} 403 Forbidden: {{\"errors\":[]}}"));
    assert_eq!(words("GET", 403, r#"{"errors":"no"}"#), format!("{prefix} 403 Forbidden: {{\"errors\":\"no\"}}"));
    assert_eq!(
        words("HEAD", 401, ""),
        "HEAD http://127.0.0.1:5000/v2/a/manifests/1: unexpected status code 401 Unauthorized (HEAD responses have \
         no body, use GET for details)"
    );
}

#[test]
fn a_body_as_deep_as_go_reads_it_costs_no_stack() {
    let body = format!(r#"{{"errors":[{{"code":"A","detail":{}{}}}]}}"#, "[".repeat(9_000), "]".repeat(9_000));
    let text = words("GET", 400, &body);
    assert!(text.ends_with("]]]"), "{}", text.len());
}

#[test]
fn numbers_are_printed_as_go_prints_them() {
    let cases = [
        ("1000000", "1e+06"),
        ("100000", "100000"),
        ("999999", "999999"),
        ("1234567", "1.234567e+06"),
        ("0.0001", "0.0001"),
        ("0.00001", "1e-05"),
        ("-0", "-0"),
        ("1e21", "1e+21"),
        ("123456789", "1.23456789e+08"),
        ("[1e400]", "[<nil>]"),
        ("12345678901234567890", "1.2345678901234567e+19"),
        (r#"{"b":1,"B":2,"a":1,"b":3}"#, "map[B:2 a:1 b:3]"),
        ("\"\"", ""),
        ("{}", "map[]"),
    ];
    for (literal, expected) in cases {
        let body = format!(r#"{{"errors":[{{"code":"A","message":"m","detail":{literal}}}]}}"#);
        let error = StatusError::new("GET", "http://h/", 400, body.as_bytes());
        assert_eq!(error.diagnostics()[0].detail.as_deref(), Some(expected), "{literal}");
    }
}

#[test]
fn urls_are_shown_without_what_may_be_secret() {
    assert_eq!(
        redact_url("https://u:p@h/x?b=1&scope=a:b c&n=5&x=&%zz=1&a"),
        "https://u:xxxxx@h/x?a=REDACTED&b=REDACTED&n=5&scope=a%3Ab+c&x=REDACTED"
    );
    assert_eq!(redact_url("https://h/v2/"), "https://h/v2/");
    assert_eq!(escape_path("/v2/a/manifests/a b@sha256:1(ü"), "/v2/a/manifests/a%20b@sha256:1%28%C3%BC");
    assert_eq!(request_words("GET", "https://h/v2/", "EOF"), "Get \"https://h/v2/\": EOF");
}

#[test]
fn answers_are_read_as_go_reads_them() {
    assert_eq!(tags_page(br#"{"name":"a","tags":["1","2"]}"#), Ok(vec!["1".to_owned(), "2".to_owned()]));
    assert_eq!(tags_page(br#"{"name":"a","tags":null}"#), Ok(Vec::new()));
    assert_eq!(tags_page(b""), Err("EOF".to_owned()));
    assert_eq!(tags_page(b"{\"tags\":["), Err("unexpected EOF".to_owned()));
    assert_eq!(tags_page(b"<html>"), Err("invalid character '<' looking for beginning of value".to_owned()));
    let answer = TokenAnswer::parse(br#"{"token":"a","access_token":"b","expires_in":300}"#);
    assert_eq!(answer.as_ref().map(|answer| (answer.token.as_str(), answer.expires_in)), Ok(("b", Some(300))));
    assert_eq!(TokenAnswer::parse(b"{}"), Err("no token in bearer response".to_owned()));
    assert!(!format!("{answer:?}").contains('b'.to_string().repeat(2).as_str()));
}

#[test]
fn what_is_temporary_is_what_go_retries() {
    assert!(StatusError::new("GET", "http://h/", 503, b"").is_temporary());
    let denied = br#"{"errors":[{"code":"DENIED"},{"code":"UNKNOWN"}]}"#;
    assert!(!StatusError::new("GET", "http://h/", 503, denied).is_temporary());
}

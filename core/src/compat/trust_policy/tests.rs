use super::*;

fn document(statement: &str) -> Document {
    Document::decode(&format!(r#"{{"version":"1.0","trustPolicies":[{statement}]}}"#)).unwrap()
}

#[test]
fn says_which_statement_and_what() {
    let valid = r#"{"name":"a","registryScopes":["*"],"signatureVerification":{"level":"strict"},"trustStores":["ca:x"],"trustedIdentities":["*"]}"#;
    assert_eq!(document(valid).validate(), Ok(()));
    let wrong = valid.replace("\"a\"", "\"b\"").replace("ca:x", "ca:");
    let error = document(&format!("{valid},{wrong}")).validate().unwrap_err();
    assert_eq!(error.statement(), Some(1));
    assert_eq!(error.kind(), PolicyErrorKind::TrustStore);
    let twice = valid.replace("\"a\"", "\"b\"");
    let error = document(&format!("{valid},{twice}")).validate().unwrap_err();
    assert_eq!((error.statement(), error.kind()), (None, PolicyErrorKind::ScopeTwice));
}

#[test]
fn clears_what_a_skipped_statement_must_not_have() {
    let skipped =
        r#"{"name":"a","registryScopes":["*"],"signatureVerification":{"level":"skip"},"trustStores":["ca:x"]}"#;
    let mut document = document(skipped);
    assert_eq!(document.validate().unwrap_err().kind(), PolicyErrorKind::Trust);
    document.clear_skipped();
    assert_eq!(document.validate(), Ok(()));
}

#[test]
fn resolves_levels() {
    let verification = SignatureVerification {
        level: "permissive".to_owned(),
        overrides: vec![("revocation".to_owned(), "skip".to_owned())],
        verify_timestamp: String::new(),
    };
    let level = verification.resolve().unwrap();
    assert_eq!((level.name(), level.base()), ("custom", Level::Permissive));
    let enforcement = level.enforcement();
    assert_eq!(enforcement.authenticity, Action::Enforce);
    assert_eq!(enforcement.expiry, Action::Log);
    assert_eq!(enforcement.revocation, Action::Skip);
}

#[test]
fn many_identities_are_compared_quickly() {
    let identities: Vec<String> =
        (0..20_000).map(|number| format!("\"x509.subject: C=US, ST=WA, O=acme, CN={number}\"")).collect();
    let statement = format!(
        r#"{{"name":"a","registryScopes":["*"],"signatureVerification":{{"level":"strict"}},"trustStores":["ca:x"],"trustedIdentities":[{}]}}"#,
        identities.join(",")
    );
    assert_eq!(document(&statement).validate(), Ok(()));
}

/// Words as Go 1.26 gives them.
#[test]
fn refuses_other_types_in_the_words_of_go() {
    for (json, words) in [
        ("5", "number into Go value of type trustpolicy.Document"),
        (r#"{"VERSION":1,"version":[]}"#, "number into Go struct field Document.version of type string"),
        (
            r#"{"trustPolicies":{}}"#,
            "object into Go struct field Document.trustPolicies of type []trustpolicy.TrustPolicy",
        ),
        (
            r#"{"trustPolicies":[5]}"#,
            "number into Go struct field Document.trustPolicies of type trustpolicy.TrustPolicy",
        ),
        (
            r#"{"trustPolicies":[{"name":true}]}"#,
            "bool into Go struct field TrustPolicy.trustPolicies.name of type string",
        ),
        (
            r#"{"trustPolicies":[{"registryScopes":"*"}]}"#,
            "string into Go struct field TrustPolicy.trustPolicies.registryScopes of type []string",
        ),
        (
            r#"{"trustPolicies":[{"registryScopes":["*",[]]}]}"#,
            "array into Go struct field TrustPolicy.trustPolicies.registryScopes of type string",
        ),
        (
            r#"{"trustPolicies":[{"signatureVerification":{"override":{"expiry":1}}}]}"#,
            "number into Go struct field SignatureVerification.trustPolicies.signatureVerification.override of type trustpolicy.ValidationAction",
        ),
    ] {
        let error = Document::decode(json).unwrap_err();
        assert_eq!(error.to_string(), format!("json: cannot unmarshal {words}"));
        assert_eq!(error.offset(), None);
    }
    assert_eq!(Document::decode("{]").unwrap_err().offset(), Some(1));
}

/// Repeated keys, names in another case and `null`, as Go 1.26 decodes them.
#[test]
fn decodes_as_laxly_as_go() {
    let decode = |json| Document::decode(json).unwrap();
    let names = |json| -> Vec<String> { decode(json).statements.into_iter().map(|it| it.name).collect() };
    assert_eq!(decode(r#"{"VERSION":"1","verſion":"2","version":null,"x":[{}]}"#).version, "2");
    assert_eq!(names(r#"{"trustPolicies":[{"name":"a"}],"trustPolicies":null}"#), [""; 0]);
    assert_eq!(names(r#"{"trustPolicies":[{"name":"a"}],"trustPolicies":[],"trustPolicies":[{}]}"#), [""]);
    assert_eq!(names(r#"{"trustPolicies":[null,{"name":null}]}"#), ["", ""]);
    // A list that comes again fills the elements of the one before.
    let again = r#"{"trustPolicies":[{"name":"a","trustStores":["x","y"]},{"name":"b"}],"trustPolicies":[{"trustStores":["z"]}],"trustPolicies":[{},{}]}"#;
    assert_eq!(names(again), ["a", "b"]);
    assert_eq!(decode(again).statements[0].trust_stores, ["z"]);
    let verification = r#"{"trustPolicies":[{"signatureVerification":{"level":"a","override":{"x":"1","x":"2"}},"signatureVerification":{"override":{"y":"3"}}}]}"#;
    let verification = decode(verification).statements.remove(0).signature_verification;
    assert_eq!(verification.level, "a");
    assert_eq!(verification.overrides, [("x".to_owned(), "2".to_owned()), ("y".to_owned(), "3".to_owned())]);
}

/// What go-ldap and notation say of names, beyond the vectors.
#[test]
fn refuses_distinguished_names_in_the_words_of_notation() {
    let failure = "failed to decode escaped character:";
    for (name, words) in [
        ("C=US,ST=WA,O=a,", "DN ended with incomplete type, value pair".to_owned()),
        ("C=US,,ST=WA", "incomplete type, value pair".to_owned()),
        ("C=US,ST=WA,O=a\\", "got corrupted escaped character: 'a\\'".to_owned()),
        ("C=US,ST=WA,O=a\\z", format!("{failure} encoding/hex: invalid byte: z")),
        ("C=US,ST=WA,O=a\\4z", format!("{failure} encoding/hex: invalid byte: U+007A 'z'")),
        ("C=US,ST=WA,O=a\\éé", format!("{failure} invalid byte: éé")),
        ("C=US,ST=WA,O=a\\\x01\x01", format!("{failure} encoding/hex: invalid byte: U+0001")),
    ] {
        let error = distinguished_name::parse(name).unwrap_err();
        assert!(error.contains(&format!("failed with err: {words}. A valid DN")), "{name}: {error}");
    }
    let lax = distinguished_name::parse(" C = US ;S=WA\\ ;O=a\\,b\\41\\e9;CN=;CN=x").unwrap();
    let value = |kind: &str| lax.get(kind.as_bytes()).map(Vec::as_slice);
    assert_eq!(value("C"), Some(&b"US"[..]));
    assert_eq!(value("ST"), Some(&b"WA "[..]));
    assert_eq!(value("O"), Some(&b"a,bA\xe9"[..]));
    assert_eq!(value("CN"), Some(&b"x"[..]));
}

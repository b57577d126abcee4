use super::*;

fn config(value: &str) -> PullSecret<'_> {
    PullSecret { secret_type: DOCKER_CONFIG_JSON, key: ".dockerconfigjson", value }
}

fn image(name: &str) -> Repository {
    Repository::parse(name).unwrap()
}

#[test]
fn says_which_secret_and_which_key_answered() {
    let secrets = [
        PullSecret { secret_type: "Opaque", key: ".dockerconfigjson", value: "{" },
        config(r#"{"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"}}}"#),
        config(r#"{"auths":{"index.docker.io":{"auth":"b3RoZXI6cA=="}}}"#),
    ];
    let keyring = Keyring::new(&secrets).unwrap();
    let [entry] = keyring.resolve(&image("nginx")) else {
        panic!("one entry");
    };
    assert_eq!(entry.secret(), 1);
    assert_eq!(entry.written(), "https://index.docker.io/v1/");
    assert_eq!(entry.key(), "index.docker.io");
    assert_eq!(entry.credentials().username(), "u");
    assert_eq!(entry.credentials().password(), "p");
    assert_eq!(keyring.entries().len(), 2);
    assert!(keyring.resolve(&image("ghcr.io/org/app")).is_empty());
}

#[test]
fn one_key_written_twice_in_a_secret_is_a_tie() {
    let value = r#"{"auths":{"ghcr.io":{"auth":"YTpw"},"https://ghcr.io":{"auth":"Yjpw"}}}"#;
    let keyring = Keyring::new(&[config(value), config(value)]).unwrap();
    assert_eq!(keyring.resolve(&image("ghcr.io/org/app")).len(), 2);
    assert_eq!(keyring.entries().len(), 4);
}

#[test]
fn debug_shows_no_secret() {
    let value = r#"{"auths":{"ghcr.io":{"auth":"aGlkZGVuOmhpZGRlbg==","identitytoken":"hidden"}}}"#;
    let secrets = [config(value)];
    let keyring = Keyring::new(&secrets).unwrap();
    let shown = format!("{secrets:?} {keyring:?}");
    assert!(!shown.contains("hidden") && !shown.contains("aGlkZGVu"));
    assert!(shown.contains("redacted") && shown.contains("ghcr.io"));
}

#[test]
fn names_what_is_wrong_and_where() {
    let refusal = |value: &str| {
        let error = Keyring::new(&[config("{}"), config(value)]).unwrap_err();
        assert_eq!(error.secret(), 1);
        (error.kind().clone(), error.to_string())
    };
    assert_eq!(
        refusal("{\"auths\":"),
        (PullSecretErrorKind::Json { offset: 9 }, "unexpected end of JSON input".to_owned())
    );
    assert_eq!(
        refusal(r#"{"auths":{"ghcr.io":{"auth":"!"}}}"#),
        (
            PullSecretErrorKind::Auth("ghcr.io".to_owned()),
            "unable to decode auth field: illegal base64 data at input byte 0".to_owned()
        )
    );
    assert_eq!(
        refusal(r#"{"auths":{"a b":{}}}"#),
        (
            PullSecretErrorKind::Key("a b".to_owned()),
            r#"Entry "https://a b" in dockercfg invalid (parse "https://a b": invalid character " " in host name)"#
                .to_owned()
        )
    );
}

#[test]
fn explains_why_a_key_does_not_fit() {
    let why = |key: &str, name: &str| explain(key, &image(name));
    assert_eq!(why("https://ghcr.io/v2/org", "ghcr.io/orgs/app"), None);
    assert_eq!(why("*.example.com", "a.example.com/org/app"), None);
    assert!(matches!(why("*.example.com", "b.a.example.com/org/app"), Some(Mismatch::Host { .. })));
    assert_eq!(
        why("docker.io", "nginx"),
        Some(Mismatch::Host { key: "docker.io".to_owned(), image: "index.docker.io".to_owned() })
    );
    assert_eq!(
        why("reg.example.com", "reg.example.com:5000/org/app"),
        Some(Mismatch::Port { key: String::new(), image: "5000".to_owned() })
    );
    assert_eq!(
        why("ghcr.io/other", "ghcr.io/org/app"),
        Some(Mismatch::Path { key: "/other".to_owned(), image: "/org/app".to_owned() })
    );
    assert_eq!(why("a b", "ghcr.io/org/app"), Some(Mismatch::Unreadable));
}

/// Words as Go 1.26 gives them.
#[test]
fn refuses_other_shapes_in_the_words_of_go() {
    let words = |secret_type, value| {
        let key = data_key(secret_type).unwrap();
        let error = Keyring::new(&[PullSecret { secret_type, key, value }]).unwrap_err();
        assert_eq!(error.kind(), &PullSecretErrorKind::Shape);
        error.to_string()
    };
    for (value, of) in [
        ("5", "value of type kubernetes.dockerConfigJSON"),
        (r#"{"auths":5}"#, "struct field dockerConfigJSON.Auths of type map[string]authn.AuthConfig"),
        (r#"{"auths":{"a":5}}"#, "struct field dockerConfigJSON.Auths of type authn.authConfig"),
        (r#"{"auths":{"a":{"username":5}}}"#, "struct field dockerConfigJSON.Auths.username of type string"),
        (r#"{"auths":[],"AUTHS":{"a":5}}"#, "struct field dockerConfigJSON.Auths of type authn.authConfig"),
    ] {
        assert_eq!(words(DOCKER_CONFIG_JSON, value), format!("json: cannot unmarshal number into Go {of}"));
    }
    for (value, of) in [
        ("5", "value of type map[string]authn.AuthConfig"),
        (r#"{"a":5}"#, "value of type authn.authConfig"),
        (r#"{"a":{"username":5}}"#, "struct field authConfig.username of type string"),
    ] {
        assert_eq!(words(DOCKER_CONFIG, value), format!("json: cannot unmarshal number into Go {of}"));
    }
}

#[test]
fn takes_the_last_of_equal_keys_and_leaves_null_alone() {
    let value =
        r#"{"AUTHS":{"ghcr.io":{"auth":"YTpw"},"quay.io":null},"auths":{"ghcr.io":{"Auth":"Yjpw","auth":null}}}"#;
    let secrets = [config(value)];
    let keyring = Keyring::new(&secrets).unwrap();
    let answer = |name| keyring.resolve(&image(name)).first().map(Entry::credentials);
    assert_eq!(answer("ghcr.io/org/app").unwrap().username(), "b");
    assert!(answer("quay.io/org/app").unwrap().is_empty());
    assert!(Keyring::new(&[config(r#"{"auths":{"ghcr.io":{}},"auths":null}"#)]).unwrap().entries().is_empty());
}

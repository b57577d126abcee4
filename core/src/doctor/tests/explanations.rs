//! Each row of explanations on played evidence.

use super::*;

/// What is played beside the recorded registries.
type Play = fn(&Connection, &Fetch) -> Option<Answer>;

/// A failure without an answer.
fn broken(text: &str, cause: Cause) -> Option<Answer> {
    let text = format!("Get \"https://ghcr.io/v2/\": {text}");
    Some(Answer::Failed(Failure { text, cause: Some(cause), ..Failure::default() }))
}

/// An answer that is none, from the registry itself or from a token server.
fn status(status: u16, code: &str, host: &str, sent_credentials: bool) -> Option<Answer> {
    Some(Answer::Failed(Failure {
        text: format!("GET https://{host}/v2/: {code}: no"),
        status: Some(status),
        codes: vec![code.to_owned()],
        host: host.to_owned(),
        sent_credentials,
        cause: None,
    }))
}

fn is_ping(fetch: &Fetch) -> bool {
    matches!(fetch.what, What::Challenge)
}

/// An object with more in its `spec`.
fn manifest(spec: &str) -> String {
    let indented: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {{name: app, namespace: default}}\nspec:\n  interval: 10m\n{indented}"
    )
}

/// What is said of an object of some `spec`, as one text.
fn said(manifest: &str, with: &[(String, String)], play: Play) -> (Diagnosis, String) {
    let case = case(manifest, with);
    let mut recorded = script::registry(&case);
    let diagnosis =
        drive(&case, |connection, fetch| play(connection, fetch).unwrap_or_else(|| recorded(connection, fetch)));
    let explanation = diagnosis.explanation.clone().unwrap_or_default();
    let helps: Vec<String> = explanation.actions.iter().map(Action::to_help).collect();
    let text = format!("[{}] {}\n{}", explanation.row, explanation.text, helps.join("\n"));
    (diagnosis, text)
}

/// Asserts that the explanation of a `spec` begins with its row and holds some phrases.
#[track_caller]
fn expect(spec: &str, play: Play, row: &str, phrases: &[&str]) {
    expect_with(&manifest(spec), &secrets(), play, row, phrases);
}

#[track_caller]
fn expect_with(manifest: &str, with: &[(String, String)], play: Play, row: &str, phrases: &[&str]) {
    let (diagnosis, text) = said(manifest, with, play);
    assert!(text.starts_with(&format!("[{row}] ")), "{}\n{text}", diagnosis.verdict.message);
    for phrase in phrases {
        assert!(text.contains(phrase), "no {phrase:?} in\n{text}");
    }
}

const NOTHING: Play = |_, _| None;
const APP: &str = "url: oci://127.0.0.1:5000/manifests/app";
const PRIVATE: &str = "url: oci://127.0.0.1:5001/private/app\nref: {tag: 1.0.0}";
const GHCR: &str = "url: oci://ghcr.io/acme/app\nref: {tag: 1.0.0}";

#[test]
fn the_api_server_refuses() {
    expect(
        "url: https://ghcr.io/acme/app\ntimeout: 1h\nprovider: awss\nsuspendd: true",
        NOTHING,
        "rejected",
        &[
            "url: oci://ghcr.io/acme/app",
            "timeout: 60m",
            "did you mean \"aws\"?",
            "suspendd is no field; did you mean suspend?",
        ],
    );
    let old = manifest(APP).replace("fluxcd.io/v1", "fluxcd.io/v1beta2");
    expect_with(
        &old,
        &[],
        NOTHING,
        "not-served",
        &["Flux 2.8 and later no longer serve", "apiVersion: source.toolkit.fluxcd.io/v1"],
    );
}

#[test]
fn secrets_and_accounts_are_not_there() {
    let secret = format!("{APP}\nsecretRef: {{name: reg-godo}}");
    expect(
        &secret,
        NOTHING,
        "secret-missing",
        &[
            "did you mean \"reg-good\"?",
            "kubectl create secret docker-registry reg-godo -n default --docker-server=127.0.0.1:5000",
        ],
    );
    let account = format!("{APP}\nserviceAccountName: pulled");
    expect(&account, NOTHING, "secret-missing", &["did you mean \"puller\"?", "kind: ServiceAccount"]);
    let dangling = format!("{APP}\nserviceAccountName: dangling");
    let (diagnosis, _) = said(&manifest(&dangling), &secrets(), NOTHING);
    assert_eq!(
        diagnosis.verdict.message,
        "failed to get credential: failed to get image pull secret for serviceaccount 'default/dangling': secret 'default/nowhere' not found"
    );
    let proxy = format!("{APP}\nproxySecretRef: {{name: none}}");
    expect(&proxy, NOTHING, "secret-missing", &["proxySecretRef names the Secret \"none\"", "address: http://"]);
    let certificate = format!("{APP}\ncertSecretRef: {{name: none}}");
    expect(&certificate, NOTHING, "secret-missing", &["--from-file=ca.crt"]);
}

#[test]
fn what_the_files_do_not_show_is_asked_for() {
    let (diagnosis, text) = said(&manifest(&format!("{PRIVATE}\nsecretRef: {{name: x}}")), &[], NOTHING);
    assert!(!diagnosis.verdict.decided && diagnosis.verdict.reason == Verdict::UNDECIDED, "{diagnosis:?}");
    assert!(
        text.starts_with("[undecided] ") && text.contains("--with secrets/") && text.contains("UNAUTHORIZED"),
        "{text}"
    );
    expect_with(
        &manifest("url: oci://${HOST}/app"),
        &[],
        NOTHING,
        "undecided",
        &["spec.url is \"oci://${HOST}/app\"", "--set NAME=VALUE"],
    );
    let sops = "apiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: default}\ntype: kubernetes.io/dockerconfigjson\ndata: {.dockerconfigjson: 'ENC[AES256_GCM,data:xx]'}\nsops: {mac: x}\n";
    let with = [("x.yaml".to_owned(), sops.to_owned())];
    expect_with(
        &manifest(&format!("{PRIVATE}\nsecretRef: {{name: x}}")),
        &with,
        NOTHING,
        "undecided",
        &["sops decrypt"],
    );
    expect_with(
        &manifest("url: oci://012345678901.dkr.ecr.us-east-1.amazonaws.com/app\nprovider: aws"),
        &[],
        |_, fetch| match fetch.what {
            What::Login => None,
            _ => status(401, "UNAUTHORIZED", "012345678901.dkr.ecr.us-east-1.amazonaws.com", false),
        },
        "undecided",
        &["the controller logs in to aws", "check the identity"],
    );
}

#[test]
fn identities_of_this_machine_are_not_the_controllers() {
    const ECR: &str =
        "url: oci://012345678901.dkr.ecr.us-east-1.amazonaws.com/manifests/app\nref: {tag: 1.0.0}\nprovider: aws";
    fn login() -> Option<Answer> {
        Some(Answer::Login(Login::Done { identity: "role ci".to_owned() }))
    }
    expect(
        ECR,
        |_, fetch| match fetch.what {
            What::Login => login(),
            _ => status(403, "DENIED", "012345678901.dkr.ecr.us-east-1.amazonaws.com", true),
        },
        "undecided",
        &["the registry refuses role ci", "Asked as role ci, the registry says", "let role ci pull too"],
    );
    // What does not hang on who asks is the controller's answer too.
    let (diagnosis, _) = said(&manifest(ECR), &[], |_, fetch| match fetch.what {
        What::Login => login(),
        _ => status(404, "MANIFEST_UNKNOWN", "012345678901.dkr.ecr.us-east-1.amazonaws.com", true),
    });
    assert!(
        diagnosis.verdict.decided && diagnosis.verdict.reason == "OCIArtifactPullFailed",
        "{:?}",
        diagnosis.verdict
    );
    let login = diagnosis.steps.iter().find(|step| step.name == StepName::Login).unwrap();
    assert!(login.detail.contains("as role ci; the controller has an identity of its own"), "{}", login.detail);
}

#[test]
fn secrets_hold_the_wrong_things() {
    let pull = |value: &str| {
        let text = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: x, namespace: default}}\ntype: kubernetes.io/dockerconfigjson\nstringData: {{.dockerconfigjson: '{value}'}}\n"
        );
        [("x.yaml".to_owned(), text)]
    };
    let spec = manifest(&format!("{PRIVATE}\nsecretRef: {{name: x}}"));
    for (value, phrase) in [
        ("not json", "holds no JSON"),
        (r#"{"auths": []}"#, "of another shape"),
        (r#"{"auths": {"ghcr.io": {"auth": "!"}}}"#, "no base64 of name:password"),
        (r#"{"auths": {"ghcr.io:x": {}}}"#, "no host with an optional path"),
    ] {
        expect_with(&spec, &pull(value), NOTHING, "pull-secret", &[phrase, "--docker-server=127.0.0.1:5001"]);
    }
    let with = |field: &str, name: &str| format!("{APP}\n{field}: {{name: {name}}}");
    expect(
        &with("proxySecretRef", "proxy-no-address"),
        NOTHING,
        "proxy-secret",
        &["no entry \"address\"; it has username"],
    );
    expect(&with("proxySecretRef", "proxy-garbage"), NOTHING, "proxy-secret", &["failed to parse proxy address"]);
    expect(
        &with("certSecretRef", "ca-wrong-key"),
        NOTHING,
        "tls-secret",
        &["it has ca.pem", "name the registry's authority ca.crt"],
    );
    expect(&with("certSecretRef", "ca-garbage"), NOTHING, "tls-secret", &["no certificate in its ca.crt"]);
    expect(&with("certSecretRef", "mtls-no-key"), NOTHING, "tls-secret", &["a certificate and no private key"]);
    expect(&with("certSecretRef", "mtls-mixed-up"), NOTHING, "tls-secret", &["cannot be used together"]);
}

#[test]
fn clouds_do_not_fit() {
    expect(
        &format!("{PRIVATE}\nprovider: aws"),
        NOTHING,
        "provider-host",
        &["none of its registries", "provider: generic"],
    );
    expect(
        "url: oci://acme.azurecr.io/app\nprovider: gcp",
        |_, fetch| is_ping(fetch).then_some(Answer::Challenge(Challenge { scheme: Scheme::Bearer, plain_http: false })),
        "provider-host",
        &["provider: azure"],
    );
    let account = "url: oci://acme.azurecr.io/app\nprovider: azure\nserviceAccountName: plain";
    let (diagnosis, text) = said(&manifest(account), &secrets(), NOTHING);
    assert!(text.contains("--feature-gates=ObjectLevelWorkloadIdentity=true"), "{text}");
    assert_eq!((diagnosis.verdict.reason, diagnosis.verdict.stalled), ("FeatureGateDisabled", true));
}

#[test]
fn urls_and_references_are_mended() {
    for (url, phrases) in [
        ("oci://ghcr.io/Acme/App", &["capital \"A\"", "url: oci://ghcr.io/acme/app"][..]),
        ("oci://ghcr.io/acme/app:1.0@sha256:ab", &["holds a digest", "tag: '1.0'\n  digest: sha256:ab"]),
        ("oci://ghcr.io/a", &["has 1 characters; 2 to 255"]),
        ("oci://me:pw@ghcr.io/acme/app", &["a user or a password", "url: oci://ghcr.io/acme/app"]),
        ("oci://ghcr.io/acme/app?x", &["\"?\" or \"#\""]),
        ("oci://gh cr.io/acme/app", &["is no host"]),
    ] {
        expect(&format!("url: '{url}'"), NOTHING, "url", phrases);
        let (diagnosis, text) = said(&manifest(&format!("url: '{url}'")), &[], NOTHING);
        let all = format!("{text}{diagnosis:?}");
        assert!(!all.contains("me:pw@"), "{all}");
    }
    let upper = format!("{APP}\nref: {{digest: 'sha256:{}'}}", "A".repeat(64));
    expect(&upper, NOTHING, "digest-format", &["capital \"A\"", "kubectl oci inspect"]);
    expect(&format!("{APP}\nref: {{digest: 'sha512:ab'}}"), NOTHING, "digest-format", &["not of sha256"]);
    for (semver, phrases) in [
        (">=1.0 && <2.0", &["joined by a blank", "semver: '>=1.0 <2.0'"][..]),
        ("1x", &["stands for a whole number"]),
        ("1.0.0-01", &["no leading zero"]),
    ] {
        expect(&format!("{APP}\nref: {{semver: '{semver}'}}"), NOTHING, "pattern", phrases);
    }
    for (filter, phrases) in [
        ("^(?!rc).*$", &["no look-around", "    ^(?!rc).*$\n     ^^^"][..]),
        ("*-rc", &["write .* for \"anything\""]),
        ("a\\1", &["no back-references"]),
        ("[a", &["A bracket has no partner"]),
    ] {
        expect(&format!("{APP}\nref: {{semver: '*', semverFilter: '{filter}'}}"), NOTHING, "pattern", phrases);
    }
}

#[test]
fn no_tag_matches() {
    let of = |semver: &str, filter: &str| format!("{APP}\nref: {{semver: '{semver}', semverFilter: '{filter}'}}");
    expect(&of("1.x", "^nope$"), NOTHING, "no-match", &["17  left out by semverFilter", "the range takes \"1.10.0\""]);
    expect(
        &of("~1.3", ""),
        NOTHING,
        "no-match",
        &["if pre-releases are wanted", "semver: '~1.3-0'", "\"1.3.0-alpha\""],
    );
    expect(
        &of("^9", ""),
        NOTHING,
        "no-match",
        &["out of range", "from \"1.0.0\" to \"2024.01.02\"", "semver: '^2024.01.02'"],
    );
    let of = |repository: &str| format!("url: oci://127.0.0.1:5000/{repository}\nref: {{semver: '*'}}");
    expect(
        &of("manifests/nosemver"),
        NOTHING,
        "no-match",
        &["fewer than three parts", "\"1.2\" is not read as \"1.2.0\"", "tag: '1.2'"],
    );
    expect(
        &of("charts/meta"),
        NOTHING,
        "no-match",
        &["holds \"_\" for \"+\"", "mediaType: application/vnd.cncf.helm.chart.content"],
    );
    expect(
        &of("manifests/app"),
        |_, fetch| (fetch.what == What::Tags).then(|| Answer::Tags(Vec::new())),
        "no-match",
        &["has no tags at all"],
    );
}

#[test]
fn the_network_does_not_play_along() {
    expect(
        GHCR,
        |_, _| broken("dial tcp: lookup ghcr.io: no such host", Cause::UnknownHost),
        "unknown-host",
        &["no host \"ghcr.io\""],
    );
    expect(
        "url: oci://registry.flux-system.svc:5000/app",
        |_, _| broken("dial tcp: lookup x: no such host", Cause::UnknownHost),
        "unknown-host",
        &["a name within the cluster"],
    );
    expect(GHCR, |_, _| broken("proxyconnect tcp: x", Cause::Proxy), "unknown-host", &["The proxy cannot be reached"]);
    expect(
        GHCR,
        |_, _| broken("context deadline exceeded", Cause::Timeout),
        "timeout",
        &["spec.timeout bounds the login"],
    );
    expect(
        GHCR,
        |_, _| broken("http: server gave HTTP response to HTTPS client", Cause::PlainHttp),
        "plain-http",
        &["insecure: true"],
    );
    let refused: Play = |_, fetch| match fetch.access {
        Access::Insecure => Some(Answer::Challenge(Challenge { scheme: Scheme::None, plain_http: true })),
        _ => broken("dial tcp 10.0.0.1:443: connect: connection refused", Cause::Refused),
    };
    expect(GHCR, refused, "plain-http", &["over plain HTTP it answers", "insecure: true"]);
    expect("url: oci://127.0.0.1:5999/app", NOTHING, "nobody-listens", &["Nobody listens at \"127.0.0.1:5999\""]);
    expect(
        GHCR,
        |_, _| status(503, "UNAVAILABLE", "ghcr.io", false),
        "server-error",
        &["fails by itself (status 503)"],
    );
    expect(GHCR, |_, _| status(418, "TEAPOT", "ghcr.io", false), "server-error", &["it may be no registry"]);
}

#[test]
fn requests_are_counted() {
    let other = manifest(GHCR).replace("name: app,", "name: other,").replace("10m", "1m");
    let with = [("other.yaml".to_owned(), other)];
    let too_many: Play = |_, _| status(429, "TOOMANYREQUESTS", "ghcr.io", false);
    expect_with(
        &manifest(GHCR),
        &with,
        too_many,
        "rate-limit",
        &["2 objects ask it: about 198 requests an hour", "interval: 1h", "other"],
    );
}

#[test]
fn certificates_are_not_accepted() {
    let certificate = |problem: CertificateProblem, spec: &str, phrases: &[&str]| {
        let case = case(&manifest(spec), &secrets());
        let facts = CertificateFacts {
            problem,
            subject: "CN=server".to_owned(),
            issuer: "CN=acme ca".to_owned(),
            names: vec!["registry.example.com".to_owned()],
            not_before: Some(4_000_000_000),
            not_after: Some(1_700_000_000),
            authority_pem: Some("-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n".to_owned()),
        };
        let cause = Cause::Certificate(Box::new(facts));
        let diagnosis =
            drive(&case, |_, _| broken("tls: failed to verify certificate: x509: …", cause.clone()).unwrap());
        let explanation = diagnosis.explanation.unwrap();
        let row = if problem == UnknownAuthority { "untrusted-authority" } else { "certificate" };
        assert_eq!(explanation.row, row);
        let helps: Vec<String> = explanation.actions.iter().map(Action::to_help).collect();
        let text = format!("{}\n{}", explanation.text, helps.join("\n"));
        for phrase in phrases {
            assert!(text.contains(phrase), "no {phrase:?} in\n{text}");
        }
    };
    use CertificateProblem::*;
    certificate(
        UnknownAuthority,
        GHCR,
        &["it is from \"CN=acme ca\"", "  ca.crt: |\n    -----BEGIN", "certSecretRef:\n  name: registry-ca"],
    );
    let other = format!("{GHCR}\ncertSecretRef: {{name: ca-other}}");
    certificate(UnknownAuthority, &other, &["The Secret \"ca-other\" of certSecretRef holds another authority"]);
    certificate(Name, GHCR, &["for other names: \"registry.example.com\"", "url: oci://registry.example.com/acme/app"]);
    certificate(Expired, GHCR, &["expired on 2023-11-14"]);
    certificate(NotYetValid, GHCR, &["valid only from 2096-10-02 on"]);
    certificate(Other, GHCR, &["is not accepted"]);
    let secure = "url: oci://127.0.0.1:5003/secure/app\ncertSecretRef: {name: ca-good}";
    expect(
        secure,
        NOTHING,
        "client-certificate",
        &["has none to show", "create secret generic ca-good -n default --from-file=tls.crt"],
    );
}

#[test]
fn the_causes_of_a_refusal_are_told_apart() {
    expect(
        PRIVATE,
        NOTHING,
        "refused",
        &["names no Secret", "private, or there is none", "secretRef:\n  name: registry"],
    );
    expect(
        &format!("{PRIVATE}\nserviceAccountName: plain"),
        NOTHING,
        "refused",
        &["The account \"plain\" lends no pull secret"],
    );
    let with = |name: &str| format!("{PRIVATE}\nsecretRef: {{name: {name}}}");
    expect(
        &with("reg-opaque"),
        NOTHING,
        "refused",
        &["of type Opaque", "Shown these very credentials, \"127.0.0.1:5001\" answers"],
    );
    expect(&with("reg-basic"), NOTHING, "refused", &["of type kubernetes.io/basic-auth, which is ignored"]);
    expect(&with("reg-other-host"), NOTHING, "refused", &["entries for \"ghcr.io\", and none for \"127.0.0.1:5001\""]);
    expect(
        &with("reg-other-path"),
        NOTHING,
        "refused",
        &["does not begin \"127.0.0.1:5001/private/app\"", "nothing else is wrong"],
    );
    expect(
        &with("reg-no-port"),
        NOTHING,
        "refused",
        &["write the key as \"127.0.0.1:5001\", where \"127.0.0.1\" stands"],
    );
    expect(
        &with("reg-bad-password"),
        NOTHING,
        "refused",
        &["and anonymous requests as well", "docker login 127.0.0.1:5001"],
    );
    let public: Play = |_, fetch| match fetch.access {
        Access::Anonymous => None,
        _ => status(401, "UNAUTHORIZED", "127.0.0.1:5000", true),
    };
    let stale = "apiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: default}\ntype: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\":{\"127.0.0.1:5000\":{\"username\":\"u\",\"password\":\"p\"}}}'}\n";
    let with_stale = [("x.yaml".to_owned(), stale.to_owned())];
    let spec = format!("{APP}\nref: {{tag: 1.0.0}}\nsecretRef: {{name: x}}");
    expect_with(
        &manifest(&spec),
        &with_stale,
        public,
        "stale-credentials",
        &["without credentials it answers", "remove secretRef"],
    );
    let denied: Play = |_, fetch| status(403, "DENIED", "127.0.0.1:5000", fetch.access == Access::Configured);
    expect_with(&manifest(&spec), &with_stale, denied, "refused", &["says no. The account may not read"]);
    let token: Play = |_, fetch| status(401, "UNAUTHORIZED", "auth.example.com", fetch.access == Access::Configured);
    expect_with(
        &manifest(&spec),
        &with_stale,
        token,
        "refused",
        &["The token server \"auth.example.com\" does not know"],
    );
    let empty = stale.replace(r#"{"username":"u","password":"p"}"#, "{}");
    let with_empty = [("x.yaml".to_owned(), empty)];
    expect_with(
        &manifest(&spec),
        &with_empty,
        |_, _| status(401, "UNAUTHORIZED", "127.0.0.1:5000", false),
        "refused",
        &["fits, and holds no credentials"],
    );
}

#[test]
fn tags_and_repositories_are_not_there() {
    let of = |url: &str, reference: &str| format!("url: oci://127.0.0.1:5000/{url}\nref: {{{reference}}}");
    expect(
        &of("manifests/app", "tag: 2.1.0"),
        NOTHING,
        "unknown",
        &["has no tag \"2.1.0\"", "did you mean \"v2.1.0\"?"],
    );
    expect(&of("manifests/app", "tag: lastest"), NOTHING, "unknown", &["did you mean \"latest\"?"]);
    expect(
        &of("manifests/app", "tag: 9.9.9"),
        NOTHING,
        "unknown",
        &["It has 2024.01.02, 3.0.0-beta.1", "kubectl oci list"],
    );
    expect(&of("manifests/nosemver", ""), NOTHING, "unknown", &["so \"latest\" is asked for"]);
    expect(
        &of("manifests/apps", "tag: 1.0.0"),
        NOTHING,
        "unknown",
        &["no repository \"manifests/apps\"", "url: oci://127.0.0.1:5000/manifests/app"],
    );
    expect(&of("manifest/app", "tag: 1.0.0"), NOTHING, "unknown", &["did you mean \"manifests/app\"?"]);
    expect(&of("manifests/nope", "tag: 1.0.0"), NOTHING, "unknown", &["beside it there are manifests/app"]);
    let digest = format!("digest: 'sha256:{}'", "0".repeat(64));
    expect(&of("manifests/app", &digest), NOTHING, "unknown", &["the digest in ref.digest is not in it"]);
    let silent: Play = |_, fetch| (fetch.what == What::Tags).then(|| status(401, "UNAUTHORIZED", "x", false)).flatten();
    expect(&of("manifests/app", "tag: 9.9.9"), silent, "unknown", &["does not tell which tags"]);
    let digest = "sha256:afffd70cf931659cfdd9e328a081d4d743cec20093c742579bce140b84b873c9";
    expect(
        &of("manifests/app", &format!("tag: '1.0.1@{digest}'")),
        NOTHING,
        "rejected-tag",
        &["tag: '1.0.1'\n  digest: sha256:afff"],
    );
    expect(&of("charts/demo", "tag: 1.2.0+build.1"), NOTHING, "rejected-tag", &["tag: '1.2.0_build.1'"]);
    expect(&of("manifests/app", "tag: '>=1.0'"), NOTHING, "rejected-tag", &["semver: '>=1.0'"]);
    expect(&of("manifests", "tag: app/1.0.0"), NOTHING, "rejected-tag", &["url: oci://127.0.0.1:5000/manifests/app"]);
}

#[test]
fn manifests_and_layers_are_of_another_kind() {
    let of = |repository: &str| format!("url: oci://127.0.0.1:5000/{repository}\nref: {{tag: 1.0.0}}");
    let arm: Play = |_, fetch| {
        matches!(fetch.what, What::Manifest { .. }).then(|| {
            let child = format!(
                r#"{{"digest":"sha256:{}","platform":{{"os":"linux","architecture":"arm64"}}}}"#,
                "a".repeat(64)
            );
            Answer::Manifest(RawManifest {
                media_type: "application/vnd.oci.image.index.v1+json".to_owned(),
                text: format!(r#"{{"manifests":[{child}]}}"#),
            })
        })
    };
    expect(&of("odd/index"), arm, "platform", &["for linux/arm64", "always takes the first for linux/amd64"]);
    let schema1: Play = |_, fetch| {
        matches!(fetch.what, What::Manifest { .. }).then(|| {
            let media_type = "application/vnd.docker.distribution.manifest.v1+json".to_owned();
            Answer::Manifest(RawManifest { media_type, text: "{}".to_owned() })
        })
    };
    expect(&of("odd/text"), schema1, "manifest", &["Docker's first format"]);
    let html: Play = |_, fetch| {
        matches!(fetch.what, What::Manifest { .. })
            .then(|| Answer::Manifest(RawManifest { media_type: "text/html".to_owned(), text: "<html>".to_owned() }))
    };
    let (diagnosis, text) = said(&manifest(&of("odd/text")), &[], html);
    assert!(text.contains("is no manifest"), "{text}");
    assert_eq!(
        diagnosis.verdict.message,
        "failed to parse artifact manifest: invalid character '<' looking for beginning of value"
    );
    expect(&of("odd/empty"), NOTHING, "no-layers", &["a Flux artifact with a configuration"]);
    let wrong =
        format!("{}\nlayerSelector: {{mediaType: application/vnd.oci.image.layer.v1.tar+gzip}}", of("charts/demo"));
    expect(&wrong, NOTHING, "layer-absent", &["202 bytes", "operation: copy"]);
    let config =
        format!("{}\nlayerSelector: {{mediaType: application/vnd.cncf.helm.config.v1+json}}", of("charts/demo"));
    expect(&config, NOTHING, "layer-absent", &["the configuration's, which is no layer"]);
    let signed = "url: oci://127.0.0.1:5000/charts/demo\nref: {tag: 1.1.0}";
    expect(
        signed,
        NOTHING,
        "not-gzip",
        &[
            "Helm lists the provenance",
            "mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip\n  operation: copy",
        ],
    );
    expect(
        &of("odd/text"),
        NOTHING,
        "not-gzip",
        &["holds text", "flux push artifact oci://127.0.0.1:5000/odd/text:1.0.0"],
    );
    expect(&of("odd/plain-tar"), NOTHING, "not-gzip", &["tar without gzip", "compress the layer"]);
    expect(&of("odd/truncated"), NOTHING, "broken-archive", &["breaks off"]);
    expect(&of("odd/traversal"), NOTHING, "broken-archive", &["\"../evil.yaml\""]);
}

#[test]
fn a_container_image_is_told_from_what_was_meant() {
    /// `v1.x` are images, `1.x` charts of one repository.
    fn mixed(_: &Connection, fetch: &Fetch) -> Option<Answer> {
        let tags = ["1.5.0", "v1.5.1", "1.4.0"];
        let digest = |tag: &str| format!("sha256:{:0>64}", tags.iter().position(|known| *known == tag).unwrap() + 1);
        let manifest = |is_image: bool| {
            let (config, layer) = match is_image {
                true => ("application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar+gzip"),
                false => {
                    ("application/vnd.cncf.helm.config.v1+json", "application/vnd.cncf.helm.chart.content.v1.tar+gzip")
                }
            };
            let digest = format!("sha256:{}", "f".repeat(64));
            format!(
                r#"{{"config":{{"mediaType":"{config}"}},"layers":[{{"mediaType":"{layer}","digest":"{digest}","size":9}}]}}"#
            )
        };
        Some(match &fetch.what {
            What::Tags => Answer::Tags(tags.iter().map(|tag| (*tag).to_owned()).collect()),
            What::Digest { tag } => Answer::Digest(digest(tag)),
            What::Manifest { digest: wanted } => Answer::Manifest(RawManifest {
                media_type: "application/vnd.oci.image.manifest.v1+json".to_owned(),
                text: manifest(*wanted == digest("v1.5.1")),
            }),
            What::Layer { .. } => {
                let fault = Some(LayerFault::Unreadable("etc/gshadow".to_owned()));
                Answer::Layer(LayerFacts { fault, ..LayerFacts::default() })
            }
            _ => return None,
        })
    }
    let spec = "url: oci://ghcr.io/acme/app\nref: {semver: '1.x'}";
    let (diagnosis, text) = said(&manifest(spec), &[], mixed);
    assert_eq!(diagnosis.verdict.reason, "ArchiveOperationFailed");
    assert!(diagnosis.verdict.message.starts_with("unable to archive artifact to storage: "));
    for phrase in ["charts: 1.5.0 and 1.4.0", "images: v1.5.1", "semverFilter: '^[0-9]'", "this takes \"1.5.0\""] {
        assert!(text.contains(phrase), "no {phrase:?} in\n{text}");
    }
    let pinned = "url: oci://ghcr.io/acme/app\nref: {tag: v1.5.1}";
    expect(pinned, mixed, "container-image", &["a container image", "hold the manifests or the chart"]);
}

#[test]
fn equal_tags_are_pointed_out_though_all_is_well() {
    let (diagnosis, text) =
        said(&manifest("url: oci://127.0.0.1:5000/manifests/tied\nref: {semver: '*'}"), &[], |_, fetch| {
            match &fetch.what {
                What::Tags => Some(Answer::Tags(vec!["1.5.0".to_owned(), "v1.5.0".to_owned()])),
                What::Digest { .. } => {
                    let digest = "sha256:afffd70cf931659cfdd9e328a081d4d743cec20093c742579bce140b84b873c9";
                    Some(Answer::Digest(digest.to_owned()))
                }
                _ => None,
            }
        });
    assert!(diagnosis.verdict.ready && text.starts_with("[tie] "), "{text}");
    assert!(text.contains("semverFilter: '^[0-9]'"), "{text}");
}

#[test]
fn what_is_ready_may_surprise_all_the_same() {
    let pinned = "sha256:261f4fbd7b241515bd138fdf7385edd7a85cee5311a1d964660902fef1f6ae91";
    let drifted = format!("{APP}\nref: {{tag: 1.0.1, digest: '{pinned}'}}");
    expect(&drifted, NOTHING, "drift", &["The tag \"1.0.1\" is another digest by now", "  digest: sha256:afff"]);
    let (diagnosis, text) = said(&manifest(&format!("{APP}\nref: {{tag: 1.0.0, digest: '{pinned}'}}")), &[], NOTHING);
    assert!(diagnosis.verdict.ready && diagnosis.explanation.is_none(), "{text}");
    let consumer = |path: &str| {
        let source = manifest(&format!("{APP}\nref: {{tag: 1.0.0}}"));
        format!(
            "{source}---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps, namespace: default}}\nspec:\n  interval: 10m\n  prune: true\n  path: {path}\n  sourceRef: {{kind: OCIRepository, name: app}}\n"
        )
    };
    let missing = ["takes the folder \"deplyo\"", "It has deploy.", "did you mean \"deploy\"?", "path: ./deploy"];
    expect_with(&consumer("./deplyo"), &[], NOTHING, "path-missing", &missing);
    for path in ["./deploy", "./", "deploy/", "${DIR}", "../x"] {
        let (diagnosis, text) = said(&consumer(path), &[], NOTHING);
        assert!(diagnosis.explanation.is_none(), "{path}: {text}");
    }
    let image: Play = |_, fetch| {
        let text = r#"{"config":{"mediaType":"application/vnd.oci.image.config.v1+json"},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip"}]}"#;
        match fetch.what {
            What::Manifest { .. } => Some(Answer::Manifest(RawManifest {
                media_type: "application/vnd.oci.image.manifest.v1+json".to_owned(),
                text: text.to_owned(),
            })),
            What::Layer { .. } => {
                let names = ["bin/sh", "etc/passwd"].map(str::to_owned).to_vec();
                let contents = Contents { files: 2, kept: 2, names, ..Contents::default() };
                Some(Answer::Layer(LayerFacts { contents, ..LayerFacts::default() }))
            }
            _ => None,
        }
    };
    expect(&format!("{APP}\nref: {{tag: 1.0.0}}"), image, "runnable-image", &["a Kustomization applies nothing of it"]);
}

/// Whatever is answered to whatever is asked, a case comes to its end, and nothing is asked twice.
#[test]
fn every_case_ends_whatever_is_answered() {
    #[allow(clippy::disallowed_methods)]
    let cases = std::fs::read_to_string(recorded().join("cases.jsonl")).unwrap();
    let secrets = secrets();
    let digest = |seed: u32| format!("sha256:{:0>64}", seed % 3);
    let mut state: u32 = 1;
    for line in cases.lines() {
        let recorded: Value = serde_json::from_str(line).unwrap();
        let case = case(recorded["manifest"].as_str().unwrap(), &secrets);
        for _ in 0..12 {
            drive(&case, |_, _| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let seed = state >> 16;
                let failure = |cause| Answer::Failed(Failure { cause, ..Failure::default() });
                match seed % 13 {
                    0 => Answer::Challenge(Challenge { scheme: Scheme::Bearer, plain_http: true }),
                    1 => Answer::Login(Login::Done { identity: String::new() }),
                    2 => Answer::Tags(Vec::new()),
                    3 => Answer::Tags(["1.0.0", "v1.0.0", "x", ""].map(str::to_owned).to_vec()),
                    4 | 5 => Answer::Digest(digest(seed / 13)),
                    6 => Answer::Manifest(RawManifest { media_type: String::new(), text: "{}".to_owned() }),
                    7 => Answer::Manifest(RawManifest {
                        media_type: "application/vnd.oci.image.index.v1+json".to_owned(),
                        text: format!(
                            r#"{{"manifests":[{{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"{}"}}]}}"#,
                            digest(seed / 13)
                        ),
                    }),
                    8 => Answer::Layer(LayerFacts {
                        fault: Some(LayerFault::Unreadable("a".to_owned())),
                        ..LayerFacts::default()
                    }),
                    9 => failure(Some(Cause::Refused)),
                    10 => status(401, "UNAUTHORIZED", "x", true).unwrap(),
                    11 => status(404, "NAME_UNKNOWN", "x", true).unwrap(),
                    _ => Answer::Repositories(vec!["a/b".to_owned(), String::new()]),
                }
            });
        }
    }
}

#[test]
fn verification_fails_before_a_signature_is_looked_at() {
    let with = |verify: &str| format!("{APP}\nref: {{tag: 1.0.0}}\nverify: {verify}");
    expect(&with("{provider: notation}"), NOTHING, "verification", &["no verify.secretRef", "provider: notation"]);
    expect(
        &with("{provider: notation, secretRef: {name: notation-no-policy}}"),
        NOTHING,
        "verification",
        &["\"registryScopes\": [\"127.0.0.1:5000/manifests/app\"]"],
    );
    expect(
        &with("{provider: notation, secretRef: {name: notation-no-cert}}"),
        NOTHING,
        "verification",
        &["no entry \"*.crt\""],
    );
    expect(
        &with("{provider: cosign, trustedRootSecretRef: {name: trusted-root-wrong-name}}"),
        NOTHING,
        "verification",
        &["no entry \"trusted_root.json\""],
    );
    expect(
        &with("{provider: cosign, secretRef: {name: nowhere}}"),
        NOTHING,
        "secret-missing",
        &["--from-file=cosign.pub"],
    );
    expect(
        &with("{provider: cosign, secretRef: {name: cosign-a}}"),
        NOTHING,
        "undecided",
        &["signature that spec.verify asks for was not checked", "cosign verify --key"],
    );
}

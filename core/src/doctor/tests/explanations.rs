//! Each row of explanations on played evidence.

use super::*;

mod all_is_well;
mod registry;

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

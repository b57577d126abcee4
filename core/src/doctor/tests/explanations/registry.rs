//! What the network and the registry answer.

use super::*;

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

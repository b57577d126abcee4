//! What is said where nothing failed, and that every case ends.

use super::*;

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

#[test]
fn a_chart_under_another_version_fails_its_release() {
    let of = |reference: &str, layer: &str| {
        let source = manifest(&format!("url: oci://127.0.0.1:5000/charts/demo\nref: {{{reference}}}\n{layer}"));
        format!(
            "{source}---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: demo, namespace: default}}\nspec:\n  interval: 10m\n  chartRef: {{kind: OCIRepository, name: app}}\n"
        )
    };
    let retagged: Play = |_, fetch| match &fetch.what {
        What::Digest { .. } => {
            let digest = "sha256:715937c44f646952047bf523d0d6df7a8c7158578edc8ad60daa1eb98031c6b2";
            Some(Answer::Digest(digest.to_owned()))
        }
        What::Tags => Some(Answer::Tags(vec!["3.0.0".to_owned()])),
        _ => None,
    };
    let copy = "layerSelector: {mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip, operation: copy}";
    let words = [
        "The chart under the tag \"9.9.9\" is of version 1.0.0",
        "the HelmRelease \"demo\"",
        "artifact revision 9.9.9 does not match chart version 1.0.0",
        "digest: sha256:7159",
    ];
    expect_with(&of("tag: 9.9.9", ""), &[], retagged, "chart-version", &words);
    expect_with(&of("tag: 9.9.9", copy), &[], retagged, "chart-version", &words);
    expect_with(&of("semver: '*'", copy), &[], retagged, "chart-version", &["revision 3.0.0 does not match"]);
    let digest = "digest: 'sha256:715937c44f646952047bf523d0d6df7a8c7158578edc8ad60daa1eb98031c6b2'";
    for reference in ["tag: v1.0.0", "tag: 1.0.0_b", "tag: '1.0'", "tag: stable", digest] {
        let (diagnosis, text) = said(&of(reference, copy), &[], retagged);
        assert!(diagnosis.verdict.ready && diagnosis.explanation.is_none(), "{reference}: {text}");
    }
    // Who is suspended takes nothing, and without a release nobody compares.
    let suspended = of("tag: 9.9.9", copy).replace("  chartRef", "  suspend: true\n  chartRef");
    assert!(said(&suspended, &[], retagged).0.explanation.is_none());
}

#[test]
fn a_range_that_goes_back_is_pointed_out() {
    let of = |semver: &str, deployed: &str| {
        let source = manifest(&format!("{APP}\nref: {{{semver}}}"));
        format!("{source}status:\n  artifact:\n    revision: {deployed}@sha256:{}\n", "a".repeat(64))
    };
    let gone = [
        "takes 1.10.0, which is less than what is deployed, 7.0.0",
        "\"7.0.0\" is in the repository no more",
        "push 7.0.0 again",
    ];
    expect_with(&of("semver: '<2'", "7.0.0"), &[], NOTHING, "downgrade", &gone);
    let left = ["takes 1.0.0, which", "\"1.0.1\" is there still", "digest: sha256:aaaa"];
    expect_with(&of("semver: '<1.0.1'", "1.0.1"), &[], NOTHING, "downgrade", &left);
    for (reference, deployed) in [
        ("semver: '<1.0.1'", "1.0.0"),
        ("semver: '<1.0.1'", "0.9.0"),
        ("semver: '<1.0.1'", "latest"),
        ("tag: 1.0.0", "7.0.0"),
    ] {
        let (diagnosis, text) = said(&of(reference, deployed), &[], NOTHING);
        assert!(diagnosis.verdict.ready && diagnosis.explanation.is_none(), "{reference} {deployed}: {text}");
    }
}

//! `resolve -f` and `inspect -f` reach a registry as the object says: with its Secrets, certificates and proxy.

use std::net::{IpAddr, Ipv4Addr};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::proxy::Proxy;
use kubectl_oci_tests::registry::tls::{Authority, Flaw};
use kubectl_oci_tests::registry::{Auth, Quirks, Registry};
use kubectl_oci_tests::run::Run;
use serde_json::Value;

fn object(url: &str, more: &str) -> String {
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata:\n  name: app\n  namespace: default\nspec:\n  \
         interval: 10m\n  url: {url}\n  ref:\n    tag: 1.0.0\n{more}"
    )
}

fn secret(name: &str, kind: &str, data: &[(&str, &str)]) -> String {
    let mut out =
        format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n  namespace: default\ntype: {kind}\ndata:\n");
    for (key, value) in data {
        out.push_str(&format!("  {key}: {}\n", BASE64_STANDARD.encode(value)));
    }
    out
}

fn pull_secret(host: &str, password: &str) -> String {
    let auth = BASE64_STANDARD.encode(format!("puller:{password}"));
    let config = format!(r#"{{"auths":{{"{host}":{{"auth":"{auth}"}}}}}}"#);
    secret("pull", "kubernetes.io/dockerconfigjson", &[(".dockerconfigjson", &config)])
}

/// Both commands come to the digest of the artifact, or both to an error.
fn assert_digest(object: &str, secrets: &str, digest: Option<&str>, secrets_to_hide: &[&str]) {
    for command in ["resolve", "inspect"] {
        let run = Run::new(&[command, "-f", "source.yaml", "--with", "secrets.yaml", "-o", "json"]);
        let outcome = run.file("source.yaml", object).file("secrets.yaml", secrets).go();
        let json: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
        let result = &json["results"][0];
        assert_eq!(result["digest"].as_str(), digest, "{command}: {result}{}", outcome.stderr);
        outcome.assert_silent_about(secrets_to_hide);
    }
}

#[test]
fn pull_secrets_of_the_object_and_of_its_account_are_shown() {
    let registry =
        Registry::with(Quirks { auth: Some(Auth::bearer("puller", "hunter2")), ..Quirks::default() }).start();
    let name = Artifact::flux(&[("app.yaml", "a")]).put(registry.store(), "acme/app", &["1.0.0"]);
    let url = registry.oci("acme/app");
    let own = object(&url, "  insecure: true\n  secretRef:\n    name: pull\n");
    assert_digest(&own, &pull_secret(registry.host(), "hunter2"), Some(&name), &["hunter2"]);
    assert_digest(&own, &pull_secret(registry.host(), "wrong-one"), None, &["wrong-one"]);
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: reader\n  namespace: default\n\
                   imagePullSecrets:\n  - name: pull\n---\n";
    let secrets = format!("{account}{}", pull_secret(registry.host(), "hunter2"));
    let by_account = object(&url, "  insecure: true\n  serviceAccountName: reader\n");
    assert_digest(&by_account, &secrets, Some(&name), &["hunter2"]);
    // Two objects of one repository may be asked about as two people.
    let both = format!("{own}---\n{}", object(&url, "  insecure: true\n").replace("name: app", "name: other"));
    let run = Run::new(&["resolve", "-f", "source.yaml", "--with", "secrets.yaml", "-o", "json"]);
    let outcome = run.file("source.yaml", &both).file("secrets.yaml", &pull_secret(registry.host(), "hunter2")).go();
    let json: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(
        (json["results"][0]["digest"].as_str(), &json["results"][1]["digest"]),
        (Some(name.as_str()), &Value::Null)
    );
    // What the command line says is said by somebody who is there.
    let run = Run::new(&["resolve", "-f", "source.yaml", "--with", "secrets.yaml", "-o", "json"]);
    let run = run.file("source.yaml", &own).file("secrets.yaml", &pull_secret(registry.host(), "wrong-one"));
    let outcome = run.and(&["--username", "puller", "--password-stdin"]).input("hunter2\n").go();
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
}

#[test]
fn certificates_of_the_object_are_believed_and_shown() {
    let (authority, home) = (Authority::new("tests"), kubectl_oci_tests::registry::tools::Folder::new("objects"));
    let start = Registry::with(Quirks::default()).tls(authority.server(IpAddr::V4(Ipv4Addr::LOCALHOST), Flaw::None));
    let registry = start.clients(authority.certificate()).start();
    let name = Artifact::flux(&[("app.yaml", "a")]).put(registry.store(), "acme/app", &["1.0.0"]);
    let (certificate, key) = authority.client("puller").write(home.path(), "client").expect("files");
    let [certificate, key] = [certificate, key].map(|path| std::fs::read_to_string(path).expect("a file"));
    let own = object(&registry.oci("acme/app"), "  certSecretRef:\n    name: tls\n");
    let data = [("ca.crt", authority.certificate()), ("tls.crt", certificate), ("tls.key", key)];
    let data: Vec<(&str, &str)> = data.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_digest(&own, &secret("tls", "Opaque", &data), Some(&name), &[]);
    assert_digest(&own, &secret("tls", "Opaque", &data[..1]), None, &[]);
}

#[test]
fn the_proxy_of_the_object_is_gone_through() {
    let registry = Registry::new();
    let name = Artifact::flux(&[("app.yaml", "a")]).put(registry.store(), "acme/app", &["1.0.0"]);
    let proxy = Proxy::start(&[("registry.example:80", &registry)], Some("user:pass"));
    let own = object("oci://registry.example/acme/app", "  insecure: true\n  proxySecretRef:\n    name: proxy\n");
    let data = [("address", proxy.url()), ("username", "user".to_owned()), ("password", "pass".to_owned())];
    let data: Vec<(&str, &str)> = data.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_digest(&own, &secret("proxy", "Opaque", &data), Some(&name), &[]);
}

/// What three commands warn of.
fn warnings(object: &str, secrets: &str, more: &[&str]) -> Vec<String> {
    let mut said = Vec::new();
    for command in [&["resolve"][..], &["inspect"], &["pull", "--output", "out"]] {
        let run = Run::new(command).and(&["-f", "source.yaml", "--with", "secrets.yaml"]).and(more);
        let outcome = run.file("source.yaml", object).file("secrets.yaml", secrets).input("hunter2\n").go();
        let lines = outcome.stderr.lines().filter(|line| line.starts_with("warning: "));
        said.push(lines.map(str::to_owned).collect::<Vec<_>>());
    }
    assert!(said.iter().all(|lines| *lines == said[0]), "{said:#?}");
    said.swap_remove(0)
}

#[test]
fn what_the_files_do_not_show_is_said_before_somebody_else_asks() {
    let registry = Registry::new();
    Artifact::flux(&[("app.yaml", "a")]).put(registry.store(), "acme/app", &["1.0.0"]);
    let url = registry.oci("acme/app");
    let of = |what: &str| {
        format!("warning: OCIRepository \"app\": {what}: the registry is asked with what this machine has")
    };
    let absent = |what: &str| format!("{} (name its file with --with)", of(&format!("{what} is not in the files")));
    let pull = object(&url, "  insecure: true\n  secretRef:\n    name: pull\n");
    let other = pull_secret("other", "hunter2").replace("name: pull", "name: other");
    let empty = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: nothing\n";
    let missing = absent("the Secret \"pull\" (secretRef)");
    // Whether other Secrets are shown or none.
    assert_eq!(warnings(&pull, &other, &[]), [missing.as_str()]);
    assert_eq!(warnings(&pull, empty, &[]), [missing.as_str()]);
    assert_eq!(warnings(&pull, &pull_secret(registry.host(), "hunter2"), &[]), [""; 0]);
    // Whoever says who asks has not forgotten anything.
    assert_eq!(warnings(&pull, empty, &["--anonymous"]), [""; 0]);
    assert_eq!(warnings(&pull, empty, &["--username", "puller", "--password-stdin"]), [""; 0]);
    let encrypted = format!("{}sops:\n  version: 3.9.0\n", secret("pull", "kubernetes.io/dockerconfigjson", &[]))
        .replace("data:\n", "data:\n  .dockerconfigjson: ENC[AES256_GCM,data:AAAA,iv:BBBB,tag:CCCC,type:str]\n");
    let hidden = of("the Secret \"pull\" is encrypted or filled in later");
    assert_eq!(warnings(&pull, &encrypted, &[]), [hidden]);
    let account = object(&url, "  insecure: true\n  serviceAccountName: reader\n");
    assert_eq!(warnings(&account, empty, &[]), [absent("the ServiceAccount \"reader\"")]);
    let ways = "  insecure: true\n  certSecretRef:\n    name: tls\n  proxySecretRef:\n    name: proxy\n";
    let [proxy, tls] = ["the Secret \"proxy\" (proxySecretRef)", "the Secret \"tls\" (certSecretRef)"].map(absent);
    assert_eq!(warnings(&object(&url, ways), empty, &["--anonymous"]), [proxy, tls]);
    let broken = secret("pull", "kubernetes.io/dockerconfigjson", &[(".dockerconfigjson", "{")]);
    let said = warnings(&pull, &broken, &[]);
    assert!(
        said.len() == 1 && said[0].contains("the controller stops before it asks: failed to get credential"),
        "{said:?}"
    );
}

#[test]
fn an_object_that_asks_nobody_needs_nothing() {
    let url = "oci://registry.invalid/acme/app";
    let digest = object(url, "  secretRef:\n    name: pull\n")
        .replace("tag: 1.0.0", &format!("digest: sha256:{}", "a".repeat(64)));
    let outcome = Run::new(&["resolve", "-f", "source.yaml"]).file("source.yaml", &digest).go();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
}

//! Artifact Registry.

use std::time::Duration;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use kubectl_oci_tests::registry::cloud::{Cloud, Reply};
use kubectl_oci_tests::run::Run;
use rcgen::{KeyPair, PKCS_RSA_SHA256, PublicKeyData as _, RsaKeySize};
use serde_json::{Value, json};

use super::{Site, beside, failed, went_well};

const HOST: &str = "europe-west1-docker.pkg.dev";

fn site() -> Site {
    Site::new(HOST, "oauth2accesstoken", "gcp-hunter2", Vec::new())
}

fn given(target: &str) -> Reply {
    Reply::to("POST", target, r#"{"access_token":"gcp-hunter2","expires_in":3599}"#)
}

fn list(site: &Site, cloud: &Cloud, credentials: &Value) -> Run {
    let run = beside(site.list("gcp"), cloud).file("key.json", &credentials.to_string());
    run.variable("GOOGLE_APPLICATION_CREDENTIALS", "key.json")
}

#[test]
fn service_accounts_sign_for_themselves() {
    let (site, cloud) = (site(), Cloud::start(vec![given("/token")]));
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("a key");
    let url = format!("{}/token", cloud.url());
    let mut file = json!({"type": "service_account", "client_email": "flux@acme.iam.gserviceaccount.com",
        "private_key_id": "one", "private_key": pair.serialize_pem(), "token_uri": url});
    went_well(&list(&site, &cloud, &file).go(), "key file");
    let form = String::from_utf8_lossy(&cloud.log().entries()[0].body).into_owned();
    let assertion = form.split("assertion=").nth(1).expect("an assertion");
    let parts: Vec<&str> = assertion.split('.').collect();
    let decoded = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64");
    let claims: Value = serde_json::from_slice(&decoded(parts[1])).expect("claims");
    assert_eq!(claims["iss"], "flux@acme.iam.gserviceaccount.com");
    assert_eq!(claims["aud"], json!(url));
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.der_bytes());
    let signed = format!("{}.{}", parts[0], parts[1]);
    public.verify(signed.as_bytes(), &decoded(parts[2])).expect("a signature that counts");

    let refusing = Cloud::start(vec![
        Reply::to("POST", "/token", r#"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#)
            .status(400),
    ]);
    file["token_uri"] = json!(format!("{}/token", refusing.url()));
    failed(&list(&site, &refusing, &file).go(), "cloud-gcp-key-refused");
    file["private_key"] = json!("hunter2");
    failed(&list(&site, &refusing, &file).go(), "cloud-gcp-key-broken");
    file["token_uri"] = json!("http://oauth2.example/token");
    file["private_key"] = json!(pair.serialize_pem());
    failed(&list(&site, &refusing, &file).go(), "cloud-gcp-token-uri-http");
}

#[test]
fn people_leave_a_refresh_token_behind() {
    let (site, cloud) = (site(), Cloud::start(vec![given("/token")]));
    let file = json!({"type": "authorized_user", "client_id": "me", "client_secret": "client-hunter2",
        "refresh_token": "refresh-hunter2", "token_uri": format!("{}/token", cloud.url())});
    went_well(&list(&site, &cloud, &file).go(), "authorized_user");
    assert!(String::from_utf8_lossy(&cloud.log().entries()[0].body).contains("refresh_token=refresh-hunter2"));
    let name = ".config/gcloud/application_default_credentials.json";
    went_well(&site.list("gcp").file(name, &file.to_string()).go(), "where gcloud writes it");
    let old = Cloud::start(vec![Reply::to("POST", "/token", r#"{"access_token":"gcp-hunter2","expires_in":0}"#)]);
    let expired = json!({"type": "authorized_user", "client_id": "me", "client_secret": "client-hunter2",
        "refresh_token": "refresh-hunter2", "token_uri": format!("{}/token", old.url())});
    failed(&list(&site, &old, &expired).go(), "cloud-gcp-token-expired");
}

#[test]
fn federated_tokens_are_changed() {
    let site = site();
    let lent = Reply::to("POST", "/lend/flux@acme:generateAccessToken", r#"{"accessToken":"gcp-hunter2"}"#);
    let federated = Reply::to("POST", "/sts", r#"{"access_token":"federated-hunter2","expires_in":3599}"#);
    let cloud = Cloud::start(vec![lent, federated, Reply::to("GET", "/subject", r#"{"value":"subject-hunter2"}"#)]);
    let file = json!({"type": "external_account", "audience": "//iam.googleapis.com/pools/p",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": format!("{}/sts", cloud.url()),
        "service_account_impersonation_url": format!("{}/lend/flux@acme:generateAccessToken", cloud.url()),
        "credential_source": {"file": "subject"}});
    went_well(&list(&site, &cloud, &file).file("subject", "subject-hunter2").go(), "a token in a file");
    let asked = cloud.log().entries();
    let form = String::from_utf8_lossy(&asked[0].body).into_owned();
    assert!(form.contains("subject_token=subject-hunter2") && form.contains("token-exchange"), "{form}");
    assert_eq!(asked[1].header("authorization"), Some("Bearer federated-hunter2"));

    let mut at_url = file.clone();
    at_url["credential_source"] = json!({"url": format!("{}/subject", cloud.url()), "headers": {"Metadata": "header-hunter2"},
        "format": {"type": "json", "subject_token_field_name": "value"}});
    went_well(&list(&site, &cloud, &at_url).go(), "a token at a URL");
    assert_eq!(cloud.log().entries()[2].header("metadata"), Some("header-hunter2"));

    failed(&list(&site, &cloud, &file).go(), "cloud-gcp-subject-absent");
    let mut of_aws = file.clone();
    of_aws["credential_source"] = json!({"environment_id": "aws1"});
    failed(&list(&site, &cloud, &of_aws).go(), "cloud-gcp-subject-of-aws");
    failed(&list(&site, &cloud, &json!({"type": "impersonated_service_account"})).go(), "cloud-gcp-type");
    failed(&list(&site, &cloud, &json!(["hunter2"])).go(), "cloud-gcp-file-broken");
}

#[test]
fn machines_have_an_account() {
    let site = site();
    let token = || {
        Reply::to("GET", "/default/token", r#"{"access_token":"gcp-hunter2","expires_in":3599,"token_type":"Bearer"}"#)
    };
    let cloud = Cloud::start(vec![token(), Reply::to("GET", "/default/email", "node@acme.iam.gserviceaccount.com")]);
    let on = |cloud: &Cloud| beside(site.list("gcp").variable("GCE_METADATA_HOST", &cloud.host()), cloud);
    went_well(&on(&cloud).go(), "metadata server");
    assert!(cloud.log().entries().iter().all(|entry| entry.header("metadata-flavor") == Some("Google")));
    failed(&on(&Cloud::start(Vec::new())).go(), "cloud-gcp-machine-no-account");
    let slow = Cloud::start(vec![token().after(Duration::from_secs(8))]);
    let outcome = on(&slow).go();
    failed(&outcome, "cloud-gcp-machine-slow");
    assert!(outcome.took < Duration::from_secs(7), "{:?}", outcome.took);
}

#[test]
fn the_program_comes_last() {
    let site = site();
    let outcome = site.list("gcp").program("gcloud", "echo \"$*\" >asked; echo gcp-hunter2").go();
    went_well(&outcome, "gcloud");
    let asked = std::fs::read_to_string(outcome.folder.path().join("asked")).expect("what it was asked");
    assert_eq!(asked, "auth print-access-token\n");
    failed(
        &site.list("gcp").program("gcloud", "echo 'You do not have an active account' >&2; exit 1").go(),
        "cloud-gcp-program-fails",
    );
    failed(&site.list("gcp").go(), "cloud-gcp-nobody");
}

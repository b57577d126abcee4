//! ACR.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use kubectl_oci_tests::registry::cloud::{Cloud, Reply};
use kubectl_oci_tests::registry::{Does, Fault, What};
use kubectl_oci_tests::run::Run;

use super::{Site, beside, failed, went_well};

const HOST: &str = "acme.azurecr.io";
const USER: &str = "00000000-0000-0000-0000-000000000000";

fn exchange(status: u16, body: &str) -> Fault {
    Fault::on(What::Any, Does::Say(status, "application/json", Box::leak(body.to_owned().into_boxed_str())))
        .target("/oauth2/exchange")
}

fn site() -> Site {
    Site::new(HOST, USER, "acr-hunter2", vec![exchange(200, r#"{"refresh_token":"acr-hunter2"}"#)])
}

/// An Entra token of somebody, until some second.
fn token(who: &str, until: i64) -> String {
    let claims = format!(r#"{{"appid":"{who}","exp":{until}}}"#);
    format!("e30.{}.hunter2", BASE64_URL_SAFE_NO_PAD.encode(claims))
}

const LATER: i64 = 4_000_000_000;

fn entra(until: i64) -> Reply {
    Reply::to("POST", "/my-tenant/oauth2/v2.0/token", format!(r#"{{"access_token":"{}"}}"#, token("my-client", until)))
}

fn list(site: &Site, cloud: &Cloud) -> Run {
    beside(site.list("azure").variable("AZURE_AUTHORITY_HOST", &cloud.url()), cloud)
}

fn client(run: Run) -> Run {
    run.variable("AZURE_TENANT_ID", "my-tenant").variable("AZURE_CLIENT_ID", "my-client")
}

#[test]
fn clients_show_their_secret() {
    let (site, cloud) = (site(), Cloud::start(vec![entra(LATER)]));
    let with_secret = |run: Run| client(run).variable("AZURE_CLIENT_SECRET", "client-hunter2");
    went_well(&with_secret(list(&site, &cloud)).go(), "client secret");
    let form = String::from_utf8_lossy(&cloud.log().entries()[0].body).into_owned();
    assert!(
        form.contains("client_secret=client-hunter2")
            && form.contains("scope=https%3A%2F%2Fcontainerregistry.azure.net%2F.default"),
        "{form}"
    );
    let exchanged = site.registry.log().entries();
    let exchanged = exchanged.iter().find(|entry| entry.target.starts_with("/oauth2/exchange")).expect("an exchange");
    let form = String::from_utf8_lossy(&exchanged.body).into_owned();
    assert!(form.starts_with("grant_type=access_token&service=acme.azurecr.io&access_token="), "{form}");

    let words = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret client-hunter2 provided.\r\nTrace ID: 1"}"#;
    let refusing = Cloud::start(vec![Reply::to("POST", "/my-tenant", words).status(401)]);
    failed(&with_secret(list(&site, &refusing)).go(), "cloud-azure-secret-refused");
    let old = Cloud::start(vec![entra(1_600_000_000)]);
    failed(&with_secret(list(&site, &old)).go(), "cloud-azure-token-expired");
}

#[test]
fn workloads_show_the_clusters_token() {
    let (site, cloud) = (site(), Cloud::start(vec![entra(LATER)]));
    let run = || {
        client(list(&site, &cloud)).file("token", "federated-hunter2").variable("AZURE_FEDERATED_TOKEN_FILE", "token")
    };
    went_well(&run().go(), "workload identity");
    let form = String::from_utf8_lossy(&cloud.log().entries()[0].body).into_owned();
    assert!(form.contains("client_assertion=federated-hunter2") && form.contains("jwt-bearer"), "{form}");
    failed(&run().variable("AZURE_FEDERATED_TOKEN_FILE", "absent").go(), "cloud-azure-federated-no-file");
    failed(&run().variable("AZURE_AUTHORITY_HOST", "http://login.example").go(), "cloud-azure-authority-http");
}

#[test]
fn machines_have_an_identity() {
    let site = site();
    let given = |until: i64| format!(r#"{{"access_token":"{}","expires_on":"{until}"}}"#, token("machine", until));
    let cloud = Cloud::start(vec![Reply::to("GET", "/metadata/identity/oauth2/token?", given(LATER))]);
    let on =
        |cloud: &Cloud| beside(site.list("azure").variable("AZURE_POD_IDENTITY_AUTHORITY_HOST", &cloud.url()), cloud);
    went_well(&on(&cloud).variable("AZURE_CLIENT_ID", "my-client").go(), "IMDS");
    let asked = &cloud.log().entries()[0];
    assert_eq!(asked.header("metadata"), Some("true"));
    assert!(
        asked.target.contains("resource=https%3A%2F%2Fcontainerregistry.azure.net&client_id=my-client"),
        "{}",
        asked.target
    );

    let service = Cloud::start(vec![Reply::to("GET", "/msi/token?", given(LATER))]);
    let run = on(&cloud).variable("IDENTITY_ENDPOINT", &format!("{}/msi/token", service.url()));
    went_well(&run.variable("IDENTITY_HEADER", "header-hunter2").go(), "App Service");
    assert_eq!(service.log().entries()[0].header("x-identity-header"), Some("header-hunter2"));

    let none = Cloud::start(vec![
        Reply::to("GET", "/metadata", r#"{"error":"invalid_request","error_description":"Identity not found"}"#)
            .status(400),
    ]);
    failed(&on(&none).go(), "cloud-azure-machine-no-identity");
    let old = Cloud::start(vec![Reply::to("GET", "/metadata", given(1_600_000_000))]);
    failed(&on(&old).go(), "cloud-azure-machine-expired");
    let slow = Cloud::start(vec![Reply::to("GET", "/metadata", given(LATER)).after(Duration::from_secs(8))]);
    let outcome = on(&slow).go();
    failed(&outcome, "cloud-azure-machine-slow");
    assert!(outcome.took < Duration::from_secs(7), "{:?}", outcome.took);
}

#[test]
fn the_program_comes_last() {
    let site = site();
    let script = format!("echo \"$*\" >asked; echo '{{\"accessToken\":\"{}\"}}'", token("me@acme.example", LATER));
    let outcome = site.list("azure").program("az", &script).go();
    went_well(&outcome, "az");
    let asked = std::fs::read_to_string(outcome.folder.path().join("asked")).expect("what it was asked");
    assert_eq!(asked, "account get-access-token --resource https://containerregistry.azure.net -o json\n");
    failed(
        &site.list("azure").program("az", "echo 'ERROR: Please run az login' >&2; exit 1").go(),
        "cloud-azure-program-fails",
    );
    failed(&site.list("azure").program("az", "echo hunter2").go(), "cloud-azure-program-no-json");
    failed(&site.list("azure").go(), "cloud-azure-nobody");
    let certificate = client(site.list("azure")).variable("AZURE_CLIENT_CERTIFICATE_PATH", "my.pem");
    went_well(&certificate.program("az", &script).go(), "a certificate is left to az");
}

#[test]
fn the_registry_may_refuse_the_exchange() {
    let words = r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required, visit https://aka.ms/acr/authorization"}]}"#;
    let site = Site::new(HOST, USER, "acr-hunter2", vec![exchange(401, words)]);
    let cloud = Cloud::start(vec![entra(LATER)]);
    let run = client(list(&site, &cloud)).variable("AZURE_CLIENT_SECRET", "client-hunter2");
    failed(&run.go(), "cloud-azure-exchange-refused");
}

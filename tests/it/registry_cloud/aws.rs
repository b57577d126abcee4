//! ECR.

use std::time::Duration;

use kubectl_oci_tests::registry::cloud::{Cloud, Reply};
use kubectl_oci_tests::run::Run;

use super::{Site, beside, failed, went_well};

const HOST: &str = "012345678901.dkr.ecr.eu-west-1.amazonaws.com";

const IRSA: &str = "AssumeRoleWithWebIdentity";

fn site() -> Site {
    Site::new(HOST, "AWS", "ecr-hunter2", Vec::new())
}

/// `authorizationToken`: base64 of `AWS:ecr-hunter2`.
const TOKEN: &str = "QVdTOmVjci1odW50ZXIy";

fn ecr() -> Reply {
    Reply::to("POST", "/", format!(r#"{{"authorizationData":[{{"authorizationToken":"{TOKEN}","expiresAt":1}}]}}"#))
}

/// STS and ECR at one endpoint: STS has the path `/sts`.
fn sts() -> Reply {
    let keys = "<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-hunter2</SecretAccessKey><SessionToken>session-hunter2&amp;</SessionToken>";
    Reply::to("POST", "/sts", format!("<R><Credentials>{keys}</Credentials></R>"))
}

fn handed(expiration: &str) -> String {
    format!(
        r#"{{"Code":"Success","AccessKeyId":"ASIAHANDED","SecretAccessKey":"handed-hunter2","Token":"session-hunter2","Expiration":"{expiration}"}}"#
    )
}

fn list(site: &Site, cloud: &Cloud) -> Run {
    let run = site.list("aws").variable("AWS_ENDPOINT_URL", &cloud.url());
    beside(run.variable("AWS_ENDPOINT_URL_STS", &format!("{}/sts", cloud.url())), cloud)
}

fn with_keys(run: Run) -> Run {
    run.variable("AWS_ACCESS_KEY_ID", "AKIATEST").variable("AWS_SECRET_ACCESS_KEY", "secret-hunter2")
}

#[test]
fn keys_of_the_environment_sign_the_request() {
    let (site, cloud) = (site(), Cloud::start(vec![ecr()]));
    let run = with_keys(list(&site, &cloud)).variable("AWS_SESSION_TOKEN", "session-hunter2");
    went_well(&run.go(), "environment");
    let asked = cloud.log().entries();
    assert_eq!(asked.len(), 1, "{:?}", cloud.log().lines());
    let header = |name: &str| asked[0].header(name).unwrap_or_default().to_owned();
    assert_eq!(header("x-amz-target"), "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken");
    assert_eq!(header("x-amz-security-token"), "session-hunter2");
    let signature = header("authorization");
    assert!(signature.starts_with("AWS4-HMAC-SHA256 Credential=AKIATEST/"), "{signature}");
    assert!(signature.contains("/eu-west-1/ecr/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "), "{signature}");
    assert!(!asked[0].holds("secret-hunter2"), "the key itself was sent");
    // The cloud's keys stay with the cloud, the registry's password with the registry.
    for entry in site.registry.log().entries() {
        assert!(!entry.holds("secret-hunter2") && !entry.holds("session-hunter2"));
    }
}

#[test]
fn the_public_gallery_has_an_endpoint_of_its_own() {
    let site = Site::new("public.ecr.aws", "AWS", "ecr-hunter2", Vec::new());
    let body = format!(r#"{{"authorizationData":{{"authorizationToken":"{TOKEN}"}}}}"#);
    let cloud = Cloud::start(vec![Reply::to("POST", "/", body)]);
    let run = with_keys(list(&site, &cloud)).variable("AWS_REGION", "eu-west-1");
    went_well(&run.go(), "public");
    let asked = cloud.log().entries();
    assert!(asked[0].header("authorization").unwrap_or_default().contains("/us-east-1/ecr-public/aws4_request"));
    assert_eq!(asked[0].header("x-amz-target"), Some("SpencerFrontendService.GetAuthorizationToken"));
}

#[test]
fn web_identities_are_changed_for_a_role() {
    let (site, cloud) = (site(), Cloud::start(vec![sts(), ecr()]));
    let run = || {
        list(&site, &cloud)
            .file("token", "web-hunter2\n")
            .variable("AWS_WEB_IDENTITY_TOKEN_FILE", "token")
            .variable("AWS_ROLE_ARN", "arn:aws:iam::012345678901:role/flux")
    };
    went_well(&run().go(), "IRSA");
    let asked = cloud.log().entries();
    let form = String::from_utf8_lossy(&asked[0].body).into_owned();
    assert!(form.contains(IRSA) && form.contains("WebIdentityToken=web-hunter2"), "{form}");
    assert_eq!(asked[0].header("authorization"), None, "STS wants no signature");
    assert_eq!(asked[1].header("x-amz-security-token"), Some("session-hunter2&"));

    failed(&run().variable("AWS_WEB_IDENTITY_TOKEN_FILE", "absent").go(), "cloud-aws-web-identity-no-file");
    let words = "<ErrorResponse><Error><Code>ExpiredTokenException</Code><Message>Token web-hunter2 expired</Message></Error></ErrorResponse>";
    let refusing = Cloud::start(vec![Reply::to("POST", "/sts", words).status(400)]);
    let run = run().variable("AWS_ENDPOINT_URL_STS", &format!("{}/sts", refusing.url()));
    failed(&beside(run, &refusing).go(), "cloud-aws-web-identity-expired");
}

#[test]
fn profiles_are_read() {
    let (site, cloud) = (site(), Cloud::start(vec![sts(), ecr()]));
    let config = "[default]\nregion = us-east-2\n[profile role]\nrole_arn = arn:aws:iam::1:role/deep\nsource_profile = base\n\
                  [profile program]\ncredential_process = ./keys\n[profile sso]\nsso_session = corp\n[profile node]\nrole_arn = arn:aws:iam::1:role/n\ncredential_source = Environment\n";
    let credentials = "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base-hunter2\n";
    let run = |profile: &str| {
        let run = list(&site, &cloud).file(".aws/config", config).file(".aws/credentials", credentials);
        run.file("keys", "").variable("AWS_PROFILE", profile)
    };
    went_well(&run("base").go(), "static keys");
    cloud.log().clear();
    went_well(&run("role").go(), "assumed role");
    let asked = cloud.log().entries();
    let form = String::from_utf8_lossy(&asked[0].body).into_owned();
    assert!(form.contains("Action=AssumeRole&") && form.contains("role%2Fdeep"), "{form}");
    assert!(asked[0].header("authorization").unwrap_or_default().contains("Credential=AKIABASE/"));
    assert!(asked[1].header("authorization").unwrap_or_default().contains("Credential=ASIAROLE/"));
    let script = format!("echo '{}'", handed("2094-01-01T00:00:00Z"));
    let program = run("program").program("keys", &script).file(".aws/config", &config.replace("./keys", "keys"));
    went_well(&program.go(), "credential_process");
    failed(&run("nobody").go(), "cloud-aws-profile-absent");
    failed(&run("node").go(), "cloud-aws-profile-source-absent");
    let moved = list(&site, &cloud).file("my-credentials", credentials).variable("AWS_PROFILE", "base");
    went_well(&moved.variable("AWS_SHARED_CREDENTIALS_FILE", "my-credentials").go(), "a file elsewhere");
    // What the program of AWS alone can do is left to it.
    let sso = run("sso").program("aws", "echo \"$*\" >asked; echo ecr-hunter2").go();
    went_well(&sso, "SSO");
    let asked = std::fs::read_to_string(sso.folder.path().join("asked")).expect("what it was asked");
    assert_eq!(asked, "ecr get-login-password --region eu-west-1\n");
}

#[test]
fn containers_hand_out_keys() {
    let site = site();
    let cloud = Cloud::start(vec![Reply::to("GET", "/v1/credentials", handed("2094-01-01T00:00:00Z")), ecr()]);
    let run = |cloud: &Cloud| {
        list(&site, cloud)
            .file("pod-token", "pod-hunter2")
            .variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("{}/v1/credentials", cloud.url()))
            .variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "pod-token")
    };
    went_well(&run(&cloud).go(), "EKS Pod Identity");
    assert_eq!(cloud.log().entries()[0].header("authorization"), Some("pod-hunter2"));
    let old = Cloud::start(vec![Reply::to("GET", "/v1/credentials", handed("2020-01-01T00:00:00Z"))]);
    failed(&run(&old).go(), "cloud-aws-container-expired");
    let far = run(&cloud).variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://registry.example/keys");
    failed(&far.go(), "cloud-aws-container-far");
}

#[test]
fn instances_have_a_role() {
    let site = site();
    let roles = "/latest/meta-data/iam/security-credentials/";
    let session = || Reply::to("PUT", "/latest/api/token", "imds-hunter2");
    let cloud = Cloud::start(vec![
        session(),
        Reply::to("GET", &format!("{roles}node"), handed("2094-01-01T00:00:00Z")),
        Reply::to("GET", roles, "node\n"),
        ecr(),
    ]);
    let on = |cloud: &Cloud| list(&site, cloud).variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", &cloud.url());
    went_well(&on(&cloud).go(), "IMDSv2");
    let asked = cloud.log().entries();
    assert_eq!(asked[1].header("x-aws-ec2-metadata-token"), Some("imds-hunter2"));
    let none = Cloud::start(vec![session()]);
    failed(&on(&none).go(), "cloud-aws-instance-no-role");
    let slow = Cloud::start(vec![session().after(Duration::from_secs(8))]);
    let outcome = on(&slow).go();
    failed(&outcome, "cloud-aws-instance-slow");
    assert!(outcome.took < Duration::from_secs(7), "{:?}", outcome.took);
}

#[test]
fn refusals_of_the_registry_name_who_was_refused() {
    let site = site();
    let words = r#"{"__type":"ExpiredTokenException","message":"The security token session-hunter2 is expired"}"#;
    let cloud = Cloud::start(vec![Reply::to("POST", "/", words).status(400)]);
    let run = with_keys(list(&site, &cloud)).variable("AWS_SESSION_TOKEN", "session-hunter2");
    failed(&run.go(), "cloud-aws-token-expired");
    let cloud = Cloud::start(vec![Reply::to("POST", "/", "hunter2")]);
    failed(&with_keys(list(&site, &cloud)).go(), "cloud-aws-no-json");
}

#[test]
fn nobody_is_found() {
    let (site, cloud) = (site(), Cloud::start(Vec::new()));
    failed(&list(&site, &cloud).go(), "cloud-aws-nobody");
    assert_eq!(site.registry.log().lines(), Vec::<String>::new(), "asked all the same");
    failed(
        &list(&site, &cloud).program("aws", "echo 'Unable to locate credentials.' >&2; exit 253").go(),
        "cloud-aws-program-fails",
    );
}

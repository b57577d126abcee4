//! Logins to clouds: every source of each, against endpoints and registries of our own, which a proxy gives the
//! names of the clouds' hosts.

mod aws;
mod azure;
mod doctor;
mod gcp;

use std::time::Duration;

use kubectl_oci_tests::registry::artifact::Artifact;
use kubectl_oci_tests::registry::cloud::Cloud;
use kubectl_oci_tests::registry::proxy::Proxy;
use kubectl_oci_tests::registry::tls::Authority;
use kubectl_oci_tests::registry::{Auth, Fault, Location, Quirks, Registry, Uploads};
use kubectl_oci_tests::run::{Outcome, Run};

/// In every secret of these tests.
const SECRETS: [&str; 2] = ["hunter2", "aHVudGVyMg"];

/// Nobody listens there.
const NOWHERE: &str = "127.0.0.1:1";

/// A registry under the name of a cloud's host.
struct Site {
    registry: Registry,
    proxy: Proxy,
    authority: Authority,
    host: String,
}

impl Site {
    fn new(host: &str, user: &str, password: &str, faults: Vec<Fault>) -> Self {
        let authority = Authority::new("tests");
        // Its own idea of its address is another than ours.
        let uploads = Uploads { location: Location::Relative, ..Uploads::default() };
        let quirks = Quirks { auth: Some(Auth::basic(user, password)), faults, uploads, ..Quirks::default() };
        let registry = Registry::with(quirks).tls(authority.server_of(&[host])).start();
        Artifact::flux(&[("app.yaml", "kind: ConfigMap\n")]).put(registry.store(), "acme/app", &["1.0.0"]);
        let proxy = Proxy::start(&[(&format!("{host}:443"), &registry)], None);
        Self { registry, proxy, authority, host: host.to_owned() }
    }

    /// A command under the site's sky, with no identity and no metadata server.
    fn run(&self, arguments: &[&str]) -> Run {
        Run::new(arguments)
            .file("ca.crt", &self.authority.certificate())
            // No program of a cloud but the tests' own, and a shell.
            .variable("PATH", "bin")
            .program("sh", "exec /bin/sh \"$@\"")
            .variable("SSL_CERT_FILE", "ca.crt")
            .variable("HTTPS_PROXY", &self.proxy.url())
            .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", &format!("http://{NOWHERE}"))
            .variable("AZURE_POD_IDENTITY_AUTHORITY_HOST", &format!("http://{NOWHERE}"))
            .variable("GCE_METADATA_HOST", NOWHERE)
            .placeholder(&self.proxy.host(), "[PROXY]")
    }

    /// `list --provider …`
    fn list(&self, provider: &str) -> Run {
        let url = format!("oci://{}/acme/app", self.host);
        self.run(&["list", &url, "-o", "name", "--provider", provider])
    }

    /// An object whose provider this is.
    fn manifest(&self, provider: &str) -> String {
        format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata:\n  name: app\n  namespace: apps\n\
             spec:\n  interval: 10m\n  url: oci://{}/acme/app\n  provider: {provider}\n  ref:\n    tag: 1.0.0\n",
            self.host
        )
    }
}

/// With an endpoint of the cloud, whose port differs between runs.
fn beside(run: Run, cloud: &Cloud) -> Run {
    run.placeholder(&cloud.host(), "[CLOUD]")
}

fn went_well(outcome: &Outcome, what: &str) {
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "1.0.0\n"), "{what}: {}", outcome.stderr);
    outcome.assert_silent_about(&SECRETS);
}

/// A login that comes to nothing, told without secrets and in time.
fn failed(outcome: &Outcome, name: &str) {
    outcome.golden(name).assert_silent_about(&SECRETS).assert_within(Duration::from_secs(10));
    assert_eq!(outcome.code, 4, "{name}: {}", outcome.stderr);
}

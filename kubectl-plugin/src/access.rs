//! From the command line and the configuration to registries.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use kubectl_oci_core::collections::IndexMap;
use kubectl_oci_core::compat::image_name::{Repository as Name, SCHEME, parse_reference};
use kubectl_oci_core::compat::provider_host::Provider;
use kubectl_oci_core::config::Config;
use kubectl_oci_core::doctor::Connection;
use kubectl_oci_core::render::Failure;

use crate::cli::RegistryArgs;
use crate::error::{Error, Result, words};
use crate::exit::Exit;
use crate::registry::{self, Action, Client, Credentials, DockerConfig, Keychain, Options, Repository, Secret, Tls};
use crate::term::print_error;
use crate::ways::{Way, WaysToClouds};

/// The longest password, or rather token, in bytes.
const PASSWORD_LIMIT: u64 = 64 * 1024;

/// The ways to the registries of a run. Each host has the settings that the configuration has for it.
pub(crate) struct Access {
    options: Options,
    keychain: Keychain,
    logins: WaysToClouds,
    /// `--provider`
    provider: Option<Provider>,
    plain_http: bool,
    registries: IndexMap<String, kubectl_oci_core::config::Registry>,
    /// What relative paths of the configuration begin at.
    folder: PathBuf,
    clients: Mutex<Vec<(Settings, Arc<Client>)>>,
    /// What is to be said beside the answer.
    notes: Mutex<BTreeSet<String>>,
}

/// What makes one client differ from another: the authorities that the configuration has for a host, and what an
/// object asks for.
type Settings = (Option<PathBuf>, Way);

/// What `oci://…` names.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) name: Name,
    pub(crate) tag: Option<String>,
    pub(crate) digest: Option<String>,
}

impl Access {
    /// Reads what the arguments name: files, and the password from standard input.
    pub(crate) fn new(args: &RegistryArgs, config: &Config) -> Result<Self> {
        let tls = Tls {
            authorities: args.ca_file.as_deref().map(|path| read(path, "the authorities' certificates")).transpose()?,
            identity: match (&args.cert_file, &args.key_file) {
                (Some(certificate), Some(key)) => Some((
                    read(certificate, "the client certificate")?,
                    Secret::new(read(key, "the client certificate's key")?),
                )),
                _ => None,
            },
            insecure_skip_verify: args.insecure_skip_tls_verify,
        };
        let keychain = match &args.username {
            Some(name) => Keychain::Given(Credentials::basic_auth(name, password()?)),
            None if args.anonymous => Keychain::Anonymous,
            None => DockerConfig::of_environment()
                .map(Keychain::DockerConfig)
                .map_err(|error| error.ends("the credentials could not be read"))?,
        };
        let options = Options { tls, deadline: Instant::now().checked_add(args.timeout), ..Options::default() };
        Ok(Self {
            logins: WaysToClouds::new(&options),
            options,
            provider: args.provider,
            keychain,
            plain_http: args.plain_http,
            registries: config.registries.clone(),
            folder: PathBuf::from(&config.folder),
            clients: Mutex::default(),
            notes: Mutex::default(),
        })
    }

    /// What an `oci://` URL names, offered HTTP where the command line or the configuration allows it.
    pub(crate) fn target(&self, url: &str) -> Result<Target> {
        let target = target(url)?;
        Ok(Target { name: self.named(&target.name), ..target })
    }

    /// The URL of a repository alone.
    pub(crate) fn repository_of(&self, url: &str) -> Result<Name> {
        let target = self.target(url)?;
        match (&target.tag, &target.digest) {
            (None, None) => Ok(target.name),
            _ => Err(Error::usage(
                format!("\"{url}\" names one artifact, not a repository"),
                format!("write oci://{}", target.name),
            )),
        }
    }

    /// A repository, offered HTTP where the command line or the configuration allows it.
    pub(crate) fn named(&self, name: &Name) -> Name {
        let host = name.registry_host();
        let is_plain = self.plain_http || self.registries.get(host).is_some_and(|registry| registry.plain_http);
        let insecure = Name::parse_url(&format!("{SCHEME}{name}"), is_plain || name.offers_plain_http());
        insecure.unwrap_or_else(|_| name.clone())
    }

    /// A handle on a repository.
    pub(crate) async fn open(&self, name: &Name, action: Action) -> Result<Repository> {
        let client = self.client(name.registry_host())?;
        Ok(client.repository_as(name, action, self.credentials(name, None).await?))
    }

    /// A handle on the repository of an object, reached as the object says: with its Secrets, certificates and cloud,
    /// through its proxy. What it does not say, and whom the command line names, is as for any other repository. Any
    /// certificate is believed where `is_insecure`: the controller's `spec.insecure` is more than plain HTTP.
    pub(crate) async fn open_as(
        &self,
        name: &Name,
        connection: Option<&Connection>,
        is_insecure: bool,
    ) -> Result<Repository> {
        let way = connection.map_or_else(|| Way::insecure(is_insecure), |connection| Way::of(connection, false));
        let client = self.client_for(name.registry_host(), way)?;
        Ok(client.repository_as(name, Action::Pull, self.credentials(name, connection).await?))
    }

    /// Whom the command line names; else what the object has, or Docker's configuration; else the object's cloud.
    async fn credentials(&self, name: &Name, connection: Option<&Connection>) -> Result<Credentials> {
        let host = name.registry_host();
        let logins = || self.logins.through(connection.and_then(|connection| connection.proxy.as_ref()));
        if let Some(cloud) = self.provider.filter(|cloud| *cloud != Provider::Generic) {
            let login = logins().login(cloud, name, None).await;
            let login = login.map_err(|no| Error::Failed { failure: no.failure(host), exit: Exit::Unreachable })?;
            return Ok(login.credentials.clone());
        }
        let is_given = matches!(self.keychain, Keychain::Given(_) | Keychain::Anonymous);
        let of_object = connection.filter(|_| !is_given);
        if let Some(credentials) = of_object.and_then(|connection| connection.credentials.as_ref()) {
            return Ok(credentials.into());
        }
        let own = self.keychain.credentials(name).await;
        let own = own.map_err(|error| error.ends(format!("{host} could not be asked")))?;
        let cloud = of_object.and_then(|connection| connection.login);
        let Some(cloud) = cloud.filter(|_| self.provider.is_none() && own.is_anonymous()) else { return Ok(own) };
        // Some of the clouds' repositories are for everybody.
        match logins().login(cloud, name, of_object.map(|connection| connection.login_timeout)).await {
            Ok(login) => Ok(login.credentials.clone()),
            Err(no) => {
                let note = format!("no login to {cloud} from here, {host} is asked anonymously: {no}");
                self.notes.lock().unwrap_or_else(PoisonError::into_inner).insert(note);
                Ok(own)
            }
        }
    }

    /// Whether the command line says who asks, so that nobody has to be found.
    pub(crate) fn names_caller(&self) -> bool {
        matches!(self.keychain, Keychain::Given(_) | Keychain::Anonymous) || self.provider.is_some()
    }

    /// The client for a host.
    pub(crate) fn client(&self, host: &str) -> Result<Arc<Client>> {
        self.client_for(host, Way::default())
    }

    fn client_for(&self, host: &str, way: Way) -> Result<Arc<Client>> {
        let file = self.registries.get(host).and_then(|registry| registry.ca_file.as_ref());
        let file = file.map(|file| self.folder.join(file));
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = (file, way);
        if let Some((_, client)) = clients.iter().find(|(known, _)| *known == settings) {
            return Ok(Arc::clone(client));
        }
        let mut options = self.options.clone();
        if let Some(file) = &settings.0 {
            let mut pem = options.tls.authorities.take().unwrap_or_default();
            pem.extend(read(file, "the authorities' certificates")?);
            options.tls.authorities = Some(pem);
        }
        let client = Client::new(settings.1.amend(options), self.keychain.clone());
        let client = Arc::new(client.map_err(|error| error.ends("no registry can be asked"))?);
        clients.push((settings, Arc::clone(&client)));
        Ok(client)
    }

    /// Says what registries warned of, each once, and who was asked otherwise than an object wants it.
    pub(crate) fn show_warnings(&self) {
        for note in std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner)) {
            print_error(&format!("warning: {note}\n"));
        }
        let clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        for warning in clients.iter().flat_map(|(_, client)| client.take_warnings()) {
            print_error(&format!("warning: {warning}\n"));
        }
    }
}

/// What an `oci://` URL names, tag and digest included.
pub(crate) fn target(url: &str) -> Result<Target> {
    let refused = |why: String| {
        Error::usage(format!("\"{url}\" names nothing in a registry: {why}"), "write oci://HOST/NAME[:TAG|@DIGEST]")
    };
    let Some(rest) = url.strip_prefix(SCHEME) else { return Err(refused("it has no oci:// in front".to_owned())) };
    let (rest, digest) = match rest.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (rest, None),
    };
    let is_tagged = rest.rsplit_once(':').is_some_and(|(_, tag)| !tag.contains('/'));
    let (name, tag) = if is_tagged { rest.rsplit_once(':').unwrap_or((rest, "")) } else { (rest, "") };
    let repository = Name::parse(name).map_err(|error| refused(error.to_string()))?;
    if let Some(digest) = digest {
        parse_reference(&format!("{name}@{digest}"))
            .map_err(|_| refused(format!("\"{digest}\" is not a digest (sha256: and 64 hexadecimal digits)")))?;
    }
    if is_tagged {
        parse_reference(&format!("{name}:{tag}")).map_err(|_| refused(format!("\"{tag}\" is not a tag")))?;
    }
    Ok(Target {
        name: repository,
        tag: Some(tag.to_owned()).filter(|tag| !tag.is_empty()),
        digest: digest.map(str::to_owned),
    })
}

/// What to do where nobody named a tag, and the one that stands for that is not there.
pub(crate) fn latest_was_assumed(error: &registry::Error, repository: impl std::fmt::Display) -> Option<String> {
    let what = "no tag was named, so `latest` was assumed";
    error.is_not_found().then(|| format!("{what}: `kubectl oci list {SCHEME}{repository}` shows which tags there are"))
}

fn read(path: &Path, what: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| {
        let failure = Failure::new(format!("{what} {} could not be read", path.display())).why(words(&error));
        Error::input(failure)
    })
}

/// The first line of standard input.
fn password() -> Result<Secret> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(PASSWORD_LIMIT)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::input(Failure::new("the password could not be read").why(words(&error))))?;
    let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
    bytes.truncate(end);
    if bytes.is_empty() {
        return Err(Error::usage("there is no password on standard input", "pipe it in: `… --password-stdin < FILE`"));
    }
    Ok(Secret::new(bytes))
}

//! Which configuration is in force for a file: the nearest `.kubectl-oci.yaml` above it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use kubectl_oci_core::config::{self, Config, FluxVersion, Level, Profile};
use kubectl_oci_core::render::{Failure, Look, config_error_text};
use kubectl_oci_core::rules::RULES;

use crate::cli::{CheckArgs, Global, Variables};
use crate::error::{Error, RefusedConfig, Result, words};
use crate::exit::Exit;

/// What it is called.
pub(crate) const FILE_NAME: &str = ".kubectl-oci.yaml";

/// What the command line says on top of any configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Changes {
    flux: Option<FluxVersion>,
    profile: Option<Profile>,
    select: Vec<String>,
    ignore: Vec<String>,
    substitute: Vec<(String, String)>,
}

impl Changes {
    pub(crate) fn of(args: &CheckArgs) -> Result<Self> {
        for id in args.select.iter().chain(&args.ignore) {
            known_rule(id)?;
        }
        Ok(Self {
            flux: args.flux,
            profile: args.profile.as_deref().and_then(Profile::parse),
            select: args.select.clone(),
            ignore: args.ignore.clone(),
            substitute: args.variables.set.clone(),
        })
    }

    pub(crate) fn of_variables(variables: &Variables) -> Self {
        Self { substitute: variables.set.clone(), ..Self::default() }
    }

    fn apply(&self, config: &mut Config) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
        config.now = now.and_then(|now| i64::try_from(now.as_secs()).ok());
        config.flux = self.flux.unwrap_or(config.flux);
        config.profile = self.profile.unwrap_or(config.profile);
        config.substitute.extend(self.substitute.iter().cloned());
        let is_off = |id: &str| {
            self.ignore.iter().any(|other| other == id)
                || !self.select.is_empty() && !self.select.iter().any(|other| other == id)
        };
        for rule in RULES {
            let level = if is_off(rule.id) {
                Level::Off
            } else if self.select.iter().any(|id| id == rule.id) && !is_on(config, rule.id, rule.on) {
                Level::At(rule.severity)
            } else {
                continue;
            };
            config.rules.insert(rule.id.to_owned(), level);
            for entry in &mut config.overrides {
                entry.rules.swap_remove(rule.id);
            }
        }
    }
}

/// A path without "." and "..", by its words alone.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            other => out.push(other),
        }
    }
    out
}

/// Whether a rule runs by the configuration alone.
fn is_on(config: &Config, id: &str, by_default: bool) -> bool {
    match config.rules.get(id) {
        Some(level) => *level != Level::Off,
        None => by_default || config.profile == Profile::Strict,
    }
}

/// The rule of an id, or what may have been meant.
pub(crate) fn known_rule(id: &str) -> Result<&'static kubectl_oci_core::rules::Rule> {
    kubectl_oci_core::rules::rule(id).ok_or_else(|| {
        let Failure { message, help, .. } = Failure::unknown_rule(id);
        let near = help.map_or_else(String::new, |near| near + " ");
        Error::usage(message, format!("{near}`kubectl oci rules` lists them"))
    })
}

/// A configuration, and where it comes from.
#[derive(Debug)]
pub(crate) struct Found {
    /// `None` where there is no file: the defaults.
    pub(crate) file: Option<PathBuf>,
    pub(crate) config: Config,
    /// Its position among those of the run.
    pub(crate) index: usize,
}

/// The configurations of a run, by folder.
pub(crate) struct Configs {
    current: PathBuf,
    changes: Changes,
    look: Look,
    given: Option<Arc<Found>>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    by_folder: BTreeMap<PathBuf, Arc<Found>>,
    all: Vec<Arc<Found>>,
    /// Files that configurations take values from, read or not.
    substitutes: BTreeSet<PathBuf>,
}

impl Configs {
    pub(crate) fn new(global: &Global, changes: Changes, look: Look) -> Result<Self> {
        let current = std::env::current_dir()
            .map_err(|error| Error::input(Failure::new("the current folder is not there").why(words(&error))))?;
        Self::at(current, global, changes, look)
    }

    /// As [`Configs::new`], where files are seen from another folder, which is absolute.
    pub(crate) fn at(current: PathBuf, global: &Global, changes: Changes, look: Look) -> Result<Self> {
        let mut out = Self { current, changes, look, given: None, known: Mutex::default() };
        if let Some(path) = &global.config {
            if !path.is_file() {
                let message = format!("there is no configuration {}", path.display());
                return Err(Error::usage(message, "name a file, or use --no-config"));
            }
            out.given = Some(out.load(path)?);
        } else if global.no_config {
            out.given = Some(out.defaults());
        }
        Ok(out)
    }

    /// The folder that relative paths begin at.
    pub(crate) fn current(&self) -> &Path {
        &self.current
    }

    /// The configuration for what lies in a folder, which is absolute.
    pub(crate) fn for_folder(&self, folder: &Path) -> Result<Arc<Found>> {
        if let Some(given) = &self.given {
            return Ok(given.clone());
        }
        if let Some(found) = self.known().by_folder.get(folder) {
            return Ok(found.clone());
        }
        let path = folder.join(FILE_NAME);
        let found = if path.is_file() {
            let loaded = self.load(&path)?;
            // Another thread may have been faster; one file is one configuration.
            let mut known = self.known();
            known.by_folder.entry(folder.to_owned()).or_insert(loaded).clone()
        } else {
            match folder.parent() {
                Some(parent) => self.for_folder(parent)?,
                None => self.defaults(),
            }
        };
        self.known().by_folder.insert(folder.to_owned(), found.clone());
        Ok(found)
    }

    /// Every configuration that was asked for, at the position of its index.
    pub(crate) fn all(&self) -> Vec<Arc<Found>> {
        self.known().all.clone()
    }

    /// The files that configurations take values from, absolute; those too that could not be read.
    pub(crate) fn substitutes(&self) -> BTreeSet<PathBuf> {
        self.known().substitutes.clone()
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, file: Option<PathBuf>, mut config: Config) -> Arc<Found> {
        self.changes.apply(&mut config);
        config.current = slashes(&self.current);
        let mut known = self.known();
        let found = Arc::new(Found { file, config, index: known.all.len() });
        known.all.push(found.clone());
        found
    }

    fn defaults(&self) -> Arc<Found> {
        let found = self.known().all.iter().find(|found| found.file.is_none()).cloned();
        found.unwrap_or_else(|| self.add(None, Config { folder: slashes(&self.current), ..Config::default() }))
    }

    fn load(&self, path: &Path) -> Result<Arc<Found>> {
        let text = self.read(path, "the configuration")?;
        let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        let mut config = config::read(&text, &ids).map_err(|error| self.shown(path, &text, &error))?;
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = absolute.parent().unwrap_or(Path::new("/"));
        config.folder = slashes(folder);
        if let Some(from) = &config.substitute_from {
            let path = folder.join(from);
            self.known().substitutes.insert(normal(&path));
            let text = self.read(&path, "the substitutes")?;
            let more = config::read_substitutes(&text).map_err(|error| self.shown(&path, &text, &error))?;
            // What the configuration itself says wins.
            for (name, value) in more {
                config.substitute.or_insert_with(name, || value);
            }
        }
        Ok(self.add(Some(absolute), config))
    }

    fn read(&self, path: &Path, what: &str) -> Result<String> {
        let failed = |why: String| {
            let failure = Failure::new(format!("{what} {} could not be read", path.display())).why(why);
            Error::Failed { failure, exit: Exit::Usage }
        };
        let bytes = std::fs::read(path).map_err(|error| failed(words(&error)))?;
        String::from_utf8(bytes).map_err(|_| failed("it is not text in UTF-8".to_owned()))
    }

    fn shown(&self, path: &Path, text: &str, error: &config::ConfigError) -> Error {
        let seen = path.strip_prefix(&self.current).unwrap_or(path);
        let shown = config_error_text(&slashes(seen), text, error, &self.look);
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Error::Config(Box::new(RefusedConfig { path, text: text.to_owned(), error: error.clone(), shown }))
    }
}

/// A path as everything here writes it: with `/`.
pub(crate) fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

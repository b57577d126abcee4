//! Files that change, and what can be asked about them. Every answer is JSON of a contract.

use std::sync::Arc;

use kubectl_oci_core::collections::{Arrange, IndexMap};
use kubectl_oci_core::config::{self, Config};
use kubectl_oci_core::diag::{Applicability, Diagnostic, FileId};
use kubectl_oci_core::ide::{self, Workspace};
use kubectl_oci_core::lint::{Fixing, Input, Report, SkipReason, Skipped, assemble, is_template, is_text, read};
use kubectl_oci_core::model::{File, Role};
use kubectl_oci_core::render::{self, Failure, FixedCount, Options, Place, Run};
use kubectl_oci_core::resolve::{Request, parse_tags};
use kubectl_oci_core::rules::{self, RULES};
use kubectl_oci_core::text::{Encoding, LineIndex, Span, quoted};

/// The largest text that is read, in bytes. Less than the command line's: what is read has to fit, several times over, into
/// the 4 GiB that a module can have.
pub const MAX_SIZE: usize = 16 << 20;

/// How much text a session holds, in bytes.
const MAX_TOTAL: usize = 64 << 20;

/// JSON, or why there is none.
pub type Answer = Result<String, Failure>;

/// Files under their paths, with a configuration and the units that places are counted in.
pub struct Session {
    workspace: Workspace,
    encoding: Encoding,
    /// What is there and was not read.
    refused: IndexMap<String, SkipReason>,
    /// Bytes of all texts that are held.
    total: usize,
}

/// The units of a name: `utf-8`, `utf-16`, `utf-32`.
///
/// # Errors
///
/// Another name.
pub fn encoding(name: &str) -> Result<Encoding, Failure> {
    match name {
        "utf-8" => Ok(Encoding::Utf8),
        "utf-16" => Ok(Encoding::Utf16),
        "utf-32" => Ok(Encoding::Utf32),
        _ => Err(Failure::new(format!("there is no encoding \"{name}\"")).help("there are utf-8, utf-16 and utf-32")),
    }
}

impl Session {
    /// No file yet. `config` is the text of a `.kubectl-oci.yaml`, `now` the time in Unix seconds.
    ///
    /// # Errors
    ///
    /// A configuration that does not parse, or names an unknown key or rule.
    pub fn new(config: &str, encoding: Encoding, now: Option<i64>) -> Result<Self, Failure> {
        let mut config = read_config(config)?;
        config.now = now;
        let workspace = Workspace::new(config);
        Ok(Self { workspace, encoding, refused: IndexMap::new(), total: 0 })
    }

    /// Another configuration for the same files.
    ///
    /// # Errors
    ///
    /// As [`Session::new`]; then the old one stays.
    pub fn configure(&mut self, config: &str) -> Result<(), Failure> {
        let mut config = read_config(config)?;
        config.now = self.workspace.config().now;
        self.workspace.configure(config);
        Ok(())
    }

    /// Reads a text; it takes the place of what stood under this path. A file of [`Role::Context`] is looked up in
    /// and not checked.
    pub fn put(&mut self, path: &str, text: String, role: Role) {
        self.remove(path);
        let reason = if is_template(path, true) {
            SkipReason::Template
        } else if !is_text(text.as_bytes()) {
            SkipReason::NotText
        } else if text.len() > MAX_SIZE || self.total + text.len() > MAX_TOTAL {
            SkipReason::TooLarge
        } else {
            if !self.workspace.config().is_excluded(path) {
                self.total += text.len();
                self.workspace.put(path, text, role);
            }
            return;
        };
        self.refuse(path, reason);
    }

    /// Notes a file that is there and is not read.
    pub fn refuse(&mut self, path: &str, reason: SkipReason) {
        self.remove(path);
        if !self.workspace.config().is_excluded(path) {
            self.refused.insert(path.to_owned(), reason);
        }
    }

    /// Forgets a file. True where there was one.
    pub fn remove(&mut self, path: &str) -> bool {
        let size = self.workspace.file(path).map_or(0, |file| file.text.len());
        self.total = self.total.saturating_sub(size);
        self.refused.swap_remove(path).is_some() | self.workspace.remove(path)
    }

    /// Forgets all files.
    pub fn clear(&mut self) {
        self.workspace = Workspace::new(self.workspace.config().clone());
        self.refused.clear();
        self.total = 0;
    }

    /// What was found in one file, held against all: the contract of `lint`.
    pub fn check(&self, path: &str) -> String {
        self.report_json(&self.report_of(path), None)
    }

    /// What was found in all files: the contract of `lint`.
    pub fn check_all(&self) -> String {
        self.report_json(&self.report(), None)
    }

    /// What was found in all files, in an output format of the command line, whose units it counts in.
    ///
    /// # Errors
    ///
    /// An unknown format.
    pub fn render(&self, format: &str) -> Answer {
        let Some(known) = render::format(format) else {
            let names: Vec<&str> = render::FORMATS.iter().map(|format| format.name).collect();
            let help = format!("there are {}", names.join(", "));
            return Err(Failure::new(format!("there is no output format \"{format}\"")).help(help));
        };
        Ok(self.rendered(&self.report(), known, &Options { all: true, ..Options::default() }))
    }

    /// Applies fixes until none is left, to one file or to all: the contract of `lint` for what is left, with `texts`,
    /// the new text of each file that changed. The session holds those from then on.
    pub fn fix(&mut self, path: Option<&str>, least: Applicability) -> String {
        let mut fixing = Fixing::default();
        let report = loop {
            let report = path.map_or_else(|| self.report(), |path| self.report_of(path));
            let is_meant =
                |id: FileId| path.is_none() || self.file_at(id).is_some_and(|file| Some(&*file.path) == path);
            let within = |found: &&Diagnostic| {
                found.fix.as_ref().is_some_and(|fix| fix.edits.iter().all(|(id, _)| is_meant(*id)))
            };
            let wanted: Vec<Diagnostic> = report.diagnostics.iter().filter(within).cloned().collect();
            match fixing.pass(self.workspace.files(), &wanted, least, |file| file) {
                Some(changed) => changed.into_iter().for_each(|file| self.workspace.take(file)),
                None => break report,
            }
        };
        self.total = self.workspace.files().iter().map(|file| file.text.len()).sum();
        let changed = fixing.originals.keys().filter_map(|index| self.workspace.files().get(*index));
        let mut texts: Vec<(&str, &str)> = changed.map(|file| (file.path.as_str(), file.text.as_str())).collect();
        texts.arrange();
        let fixed = FixedCount { fixes: fixing.applied, files: texts.len() };
        let json = self.report_json(&report, Some(fixed));
        // The report is an object, so that this is one more field of it.
        let texts: Vec<String> =
            texts.iter().map(|(path, text)| format!("{}:{}", quoted(path), quoted(text))).collect();
        match json.trim_end().strip_suffix('}') {
            Some(open) => format!("{open},\n\"texts\":{{{}}}}}\n", texts.join(",")),
            None => json,
        }
    }

    /// Which tag or digest each OCIRepository of a manifest means: the contract of `resolve`. `tags` is a list in any
    /// form that `resolve --tags` reads; `None` where there is none.
    ///
    /// # Errors
    ///
    /// A manifest or list that does not parse, one without OCIRepositories, or no tags where some are needed.
    pub fn resolve(&self, path: &str, manifest: String, tags: Option<&str>) -> Answer {
        refuse_size(manifest.len(), "the manifest")?;
        let variables = Arc::new(self.workspace.config().substitute.clone());
        let file = read(0, Input { path: path.to_owned(), text: manifest, role: Role::Named }, variables);
        if let Some(failure) = Failure::of_syntax(&file) {
            return Err(failure);
        }
        let requests = Request::of_file(&file);
        if requests.is_empty() {
            return Err(Failure::no_oci_repository(path).help("give a manifest with one, or a range"));
        }
        answer(&requests, tags)
    }

    /// What stands at a place of a file: `{"range", "markdown"}` or `null`.
    ///
    /// # Errors
    ///
    /// There is no such file; so below.
    pub fn hover(&self, path: &str, place: Place) -> Answer {
        let (file, offset) = self.at(path, place)?;
        let hover = ide::hover(&self.workspace.linter(), file, offset);
        Ok(render::hover_json(hover.as_ref(), file, self.encoding))
    }

    /// What could be written at a place of a file, the best first.
    ///
    /// # Errors
    ///
    /// There is no such file.
    pub fn complete(&self, path: &str, place: Place) -> Answer {
        let (file, offset) = self.at(path, place)?;
        let completions = ide::completions(&self.workspace.linter(), file, offset);
        Ok(render::completions_json(&completions, file, self.encoding))
    }

    /// What can be done between two places of a file. `diagnostic` of an action is the position of its finding in what
    /// [`Session::check`] says of the file.
    ///
    /// # Errors
    ///
    /// There is no such file.
    pub fn actions(&self, path: &str, from: Place, to: Place) -> Answer {
        let (file, start) = self.at(path, from)?;
        let end = to.offset(file, self.encoding);
        let linter = self.workspace.linter();
        let report = assemble(self.workspace.files(), vec![linter.check(file)], Vec::new());
        let span = Span::new(start.min(end), start.max(end));
        let actions = ide::actions(file, &report.diagnostics, span);
        Ok(render::actions_json(&actions, self.workspace.files(), self.encoding))
    }

    /// The objects of a file with their fields.
    ///
    /// # Errors
    ///
    /// There is no such file.
    pub fn symbols(&self, path: &str) -> Answer {
        let file = self.file(path)?;
        Ok(render::symbols_json(&ide::symbols(file), file, self.encoding))
    }

    /// Where what is named at a place is defined.
    ///
    /// # Errors
    ///
    /// There is no such file.
    pub fn definition(&self, path: &str, place: Place) -> Answer {
        let (file, offset) = self.at(path, place)?;
        let found = ide::definition(&self.workspace.linter(), file, offset);
        Ok(render::locations_json(&found, self.workspace.files(), self.encoding))
    }

    /// Where the object whose name stands at a place is named.
    ///
    /// # Errors
    ///
    /// There is no such file.
    pub fn references(&self, path: &str, place: Place) -> Answer {
        let (file, offset) = self.at(path, place)?;
        let found = ide::references(&self.workspace.linter(), file, offset);
        Ok(render::locations_json(&found, self.workspace.files(), self.encoding))
    }

    fn file_at(&self, id: FileId) -> Option<&File> {
        self.workspace.files().get(id.0 as usize)
    }

    fn file(&self, path: &str) -> Result<&File, Failure> {
        self.workspace.file(path).ok_or_else(|| match self.refused.get(path) {
            Some(reason) => Failure::new(format!("{path} was not read")).why(reason.as_str()),
            None => Failure::new(format!("there is no file {path}")).help("check or put it first"),
        })
    }

    fn at(&self, path: &str, place: Place) -> Result<(&File, usize), Failure> {
        let file = self.file(path)?;
        Ok((file, place.offset(file, self.encoding)))
    }

    fn report(&self) -> Report {
        let linter = self.workspace.linter();
        let reports = self.workspace.files().iter().map(|file| linter.check(file)).collect();
        let skipped = self.refused.iter().map(|(path, reason)| skipped(path, *reason)).collect();
        assemble(self.workspace.files(), reports, skipped)
    }

    fn report_of(&self, path: &str) -> Report {
        let linter = self.workspace.linter();
        let reports = self.workspace.file(path).map(|file| linter.check(file));
        let skipped = self.refused.get(path).map(|reason| skipped(path, *reason));
        let has_file = reports.is_some();
        let mut report = assemble(self.workspace.files(), reports.into_iter().collect(), skipped.into_iter().collect());
        report.summary.files = usize::from(has_file);
        report
    }

    fn report_json(&self, report: &Report, fixed: Option<FixedCount>) -> String {
        let options = Options { encoding: self.encoding, fixed, ..Options::default() };
        render::format("json").map_or_else(String::new, |format| self.rendered(report, format, &options))
    }

    fn rendered(&self, report: &Report, format: &render::Format, options: &Options<'_>) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = (format.render)(&Run { report, files: self.workspace.files(), options }, &mut out);
        out
    }
}

/// Which tag a range selects from a list: the contract of `resolve`, without an object.
///
/// # Errors
///
/// A list that does not parse.
pub fn resolve_range(range: &str, filter: &str, tags: &str) -> Answer {
    let request = Request { semver: range.to_owned(), semver_filter: filter.to_owned(), ..Request::default() };
    answer(&[request], Some(tags))
}

/// The table of rules: `{"version", "rules"}`.
pub fn rules() -> String {
    render::rules_json(RULES)
}

/// One row of the table.
///
/// # Errors
///
/// An unknown rule; with the nearest one that there is.
pub fn explain(id: &str) -> Answer {
    rules::rule(id).map(render::rule_json).ok_or_else(|| Failure::unknown_rule(id))
}

fn answer(requests: &[Request], tags: Option<&str>) -> Answer {
    let tags = match tags {
        Some(text) => {
            refuse_size(text.len(), "the list of tags")?;
            parse_tags(text).map_err(|why| Failure::new("the list of tags could not be read").why(why))?.tags
        }
        None => {
            if let Some(request) = requests.iter().find(|request| request.needs_tags()) {
                return Err(Failure::tags_needed(&request.semver).help("give them as a list"));
            }
            Vec::new()
        }
    };
    let resolutions: Vec<_> = requests.iter().map(|request| request.resolve(&tags)).collect();
    Ok(render::resolutions_json(&resolutions, true))
}

fn refuse_size(size: usize, what: &str) -> Result<(), Failure> {
    match size {
        0..=MAX_SIZE => Ok(()),
        _ => Err(Failure::new(format!("{what} is too large")).why(format!("it has more than {} MiB", MAX_SIZE >> 20))),
    }
}

fn read_config(text: &str) -> Result<Config, Failure> {
    refuse_size(text.len(), "the configuration")?;
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    config::read(text, &ids).map_err(|error| {
        let position = LineIndex::new(text).position(text, error.span.start(), Encoding::Utf32);
        let message = format!("the configuration, line {}: {}", position.line + 1, error.message);
        Failure { message, why: None, help: error.help }
    })
}

fn skipped(path: &str, reason: SkipReason) -> Skipped {
    Skipped { path: path.to_owned(), reason, detail: None }
}

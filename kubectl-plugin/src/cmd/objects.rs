//! The OCIRepositories that `-f` names, with what `--with` says of them.

use std::path::PathBuf;
use std::sync::Arc;

use kubectl_oci_core::compat::image_name::Repository as Name;
use kubectl_oci_core::context::Surroundings;
use kubectl_oci_core::diag::FileId;
use kubectl_oci_core::doctor::{Cases, Connection, Unseen};
use kubectl_oci_core::lint::{Input, read};
use kubectl_oci_core::model::{File, Kind, OciRepository, Role, Set, Text};
use kubectl_oci_core::render::{Failure, printable};
use kubectl_oci_core::resolve::Request;

use super::Session;
use crate::access::Access;
use crate::archive::Stored;
use crate::check::{Checked, Progress, load};
use crate::cli::Variables;
use crate::configs::{Changes, Configs, slashes};
use crate::error::{Error, Result};
use crate::input::{Wanted, is_stdin, read_text, two_from_stdin};
use crate::registry::Repository;
use crate::term::print_error;

/// What is asked about, and how its registry is reached where an object says so.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) request: Request,
    pub(super) connection: Option<Connection>,
    /// The object wants its layer kept as it is (`spec.layerSelector.operation: copy`).
    pub(super) copies_layer: bool,
    /// What the object says of what is stored; nothing where there is no object.
    pub(super) stored: Option<Stored>,
    /// What the object asks for and commands do not do yet, said before they go on.
    pub(super) not_done: Vec<&'static str>,
    /// What the object has its registry asked with, and what nobody here knows.
    pub(super) unseen: Vec<Unseen>,
}

impl Asked {
    /// Its registry, reached as it says.
    pub(super) async fn open(&self, access: &Access, name: &Name) -> Result<Repository> {
        let is_insecure = self.request.insecure && self.request.object.is_some();
        access.open_as(name, self.connection.as_ref(), is_insecure).await
    }

    /// Says where somebody else asks than the object has it: the controller may get another answer.
    pub(super) fn warn_of_unseen(&self, access: &Access) {
        let name = self.request.object.as_ref().map_or("", |object| object.name.as_str());
        for unseen in self.unseen.iter().filter(|unseen| !(unseen.is_of_credentials && access.names_caller())) {
            let help = if unseen.is_absent { " (name its file with --with)" } else { "" };
            let text = printable(&unseen.text);
            print_error(&format!(
                "warning: OCIRepository \"{name}\": {text}: the registry is asked with what this machine has{help}\n"
            ));
        }
    }

    /// Whether both reach a registry in the same way.
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        let way = |asked: &Self| (asked.request.insecure, asked.request.object.is_some());
        self.connection == other.connection && way(self) == way(other)
    }
}

impl From<Request> for Asked {
    fn from(request: Request) -> Self {
        Self { request, connection: None, copies_layer: false, stored: None, not_done: Vec::new(), unseen: Vec::new() }
    }
}

/// What the OCIRepositories of some files mean.
pub(super) fn of_files(
    filenames: &[PathBuf],
    with: &[PathBuf],
    variables: &Variables,
    session: &Session,
) -> Result<Vec<Asked>> {
    if filenames.iter().chain(with).filter(|path| is_stdin(path)).count() > 1 {
        return Err(two_from_stdin());
    }
    let configs = Configs::new(&session.global, Changes::of_variables(variables), session.terminal.err)?;
    let mut files = Vec::new();
    for path in filenames {
        let text = read_text(path, "the manifest")?;
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let folder = if is_stdin(path) { configs.current() } else { absolute.parent().unwrap_or(configs.current()) };
        let found = configs.for_folder(folder)?;
        let input = Input { path: slashes(path), text, role: Role::Named };
        files.push(read(files.len(), input, Arc::new(found.config.substitute.clone())));
    }
    refuse_unreadable(&files)?;
    let named = files.len();
    if !with.is_empty() {
        let wanted = Wanted { paths: with, with: &[], markdown: false, hidden: false, stdin_filename: None };
        let context = load(&wanted, &configs, None, &mut Progress::new(false))?;
        refuse_failed(&context)?;
        let mut context = context.files;
        context.iter_mut().for_each(|file| file.role = Role::Context);
        refuse_unreadable(&context)?;
        files.append(&mut context);
    }
    for (index, file) in files.iter_mut().enumerate() {
        file.id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
    }
    let set = Set::new(&files);
    let surroundings = Surroundings::new(&set);
    let cases = Cases::new(&set, &surroundings);
    let mut out = Vec::new();
    for file in files.iter().take(named) {
        for object in file.objects().filter(|object| object.kind() == Kind::OciRepository) {
            let Some(oci) = OciRepository::of(object) else { continue };
            let case = cases.of(object);
            let connection = case.connection().cloned();
            let copies_layer = oci.layer.is_copy();
            let stored = Some(Stored { ignore: oci.ignore.as_ref().map(|ignore| ignore.as_str().to_owned()) });
            let not_done = [
                (oci.verify.is_some(), "its signature is not checked: spec.verify is not looked at yet"),
                (
                    oci.ignore.as_ref().is_some_and(Text::is_opaque),
                    "spec.ignore holds a variable without a value, and is applied as it is written",
                ),
            ];
            let not_done = not_done.into_iter().filter(|(asks, _)| *asks).map(|(_, words)| words).collect();
            let unseen = case.unseen();
            out.push(Asked { request: Request::of(&oci), connection, copies_layer, stored, not_done, unseen });
        }
    }
    if out.is_empty() {
        let names: Vec<String> = filenames.iter().map(|path| slashes(path)).collect();
        let failure = Failure::no_oci_repository(&names.join(", "))
            .help("name a manifest with one, or ask about a range with --semver");
        return Err(Error::input(failure));
    }
    Ok(out)
}

/// What could not be read at all.
pub(super) fn refuse_failed(checked: &Checked) -> Result<()> {
    let Some(skipped) = checked.failed.first() else { return Ok(()) };
    let failure = Failure::new(format!("{} could not be read", skipped.path));
    Err(Error::input(failure.why(skipped.reason.as_str())))
}

/// What was not read to its end may mean something else than what was read of it.
pub(super) fn refuse_unreadable(files: &[File]) -> Result<()> {
    for file in files {
        let Some(failure) = Failure::of_syntax(file) else { continue };
        if file.role == Role::Context {
            // The rest of what was given may be all that is needed.
            let why = failure.why.unwrap_or_default();
            print_error(&format!("warning: {}: {why}\n", failure.message));
            continue;
        }
        let help = format!("`kubectl oci lint {}` shows the place", file.path);
        return Err(Error::input(failure.help(help)));
    }
    Ok(())
}

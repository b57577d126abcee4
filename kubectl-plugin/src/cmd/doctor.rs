//! `doctor`.

use std::path::PathBuf;

use futures_util::{StreamExt, TryStreamExt, stream};
use kubectl_oci_core::context::Surroundings;
use kubectl_oci_core::doctor::{Case, Cases, Diagnosis};
use kubectl_oci_core::model::{Role, Set};
use kubectl_oci_core::render::{Failure, diagnoses_json, diagnoses_text};

use super::Session;
use crate::check::{Checked, Progress, load};
use crate::cli::{DoctorArgs, TextOrJson, Variables};
use crate::configs::{Changes, Configs, slashes};
use crate::doctor::{Ways, diagnose};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input::Wanted;
use crate::registry;
use crate::term::{print, print_error};

/// How many objects are looked at side by side.
const AT_A_TIME: usize = 8;

pub(super) fn run(args: &DoctorArgs, session: &Session) -> Result<Exit> {
    let cases = cases(&args.filename, &args.with, &args.variables, session)?;
    let ways = Ways::default();
    let diagnoses = registry::run(args.timeout, diagnose_all(&cases, &ways))?;
    for warning in ways.take_warnings() {
        print_error(&format!("warning: {warning}\n"));
    }
    print(&match args.output {
        TextOrJson::Json => diagnoses_json(&diagnoses),
        TextOrJson::Text => diagnoses_text(&diagnoses, session.global.quiet, &session.terminal.out),
    })?;
    let is_ready = |diagnosis: &Diagnosis| diagnosis.verdict.ready;
    Ok(if diagnoses.iter().all(is_ready) { Exit::Clean } else { Exit::Found })
}

async fn diagnose_all(cases: &[Case], ways: &Ways) -> Result<Vec<Diagnosis>> {
    let failed = |error: registry::Error| error.ends("the registry cannot be asked");
    let each = cases.iter().map(|case| async move { diagnose(case, ways).await.map_err(failed) });
    stream::iter(each).buffered(AT_A_TIME).try_collect().await
}

/// The objects of the files, with what all files say of them.
pub(super) fn cases(
    filename: &[PathBuf],
    with: &[PathBuf],
    variables: &Variables,
    session: &Session,
) -> Result<Vec<Case>> {
    let mut progress = Progress::new(session.global.verbose);
    let configs = Configs::new(&session.global, Changes::of_variables(variables), session.terminal.err)?;
    let wanted = Wanted { paths: filename, with, markdown: false, hidden: false, stdin_filename: None };
    let checked = load(&wanted, &configs, None, &mut progress)?;
    progress.finish();
    refuse_unreadable(&checked)?;
    let set = Set::new(&checked.files);
    let surroundings = Surroundings::new(&set);
    let named = checked.files.iter().filter(|file| file.role == Role::Named);
    let all = Cases::new(&set, &surroundings);
    let cases: Vec<Case> = named.flat_map(|file| all.of_file(file)).collect();
    if cases.is_empty() {
        let names: Vec<String> = filename.iter().map(|path| slashes(path)).collect();
        let failure = Failure::new(format!("there is no OCIRepository in {}", names.join(", ")))
            .help("name a manifest with one, or a folder of them");
        return Err(Error::input(failure));
    }
    Ok(cases)
}

/// What was not read to its end may mean something else than what was read of it.
fn refuse_unreadable(checked: &Checked) -> Result<()> {
    if let Some(skipped) = checked.failed.first() {
        let failure = Failure::new(format!("{} could not be read", skipped.path));
        return Err(Error::input(failure.why(skipped.reason.as_str())));
    }
    for file in &checked.files {
        let Some((_, error)) = file.syntax_errors().next() else { continue };
        let line = file.lines().line(error.span.start()) + 1;
        let what = format!("{} is not YAML that Kubernetes reads", file.path);
        let why = format!("line {line}: {}", error.message);
        if file.role == Role::Context {
            // The rest of what was given may be all that is needed.
            print_error(&format!("warning: {what}: {why}\n"));
            continue;
        }
        let help = format!("`kubectl oci lint {}` shows the place", file.path);
        return Err(Error::input(Failure::new(what).why(why).help(help)));
    }
    Ok(())
}

//! `doctor`.

use futures_util::{StreamExt, TryStreamExt, stream};
use kubectl_oci_core::context::Surroundings;
use kubectl_oci_core::doctor::{Case, Cases, Diagnosis};
use kubectl_oci_core::model::{Role, Set};
use kubectl_oci_core::render::{Failure, diagnoses_json, diagnoses_text, printable_json};

use super::Session;
use super::objects::{refuse_failed, refuse_unreadable};
use crate::check::{Progress, load};
use crate::cli::{DoctorArgs, TextOrJson};
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
    let cases = cases(args, session)?;
    let ways = Ways::default();
    let diagnoses = registry::run(args.timeout, diagnose_all(&cases, &ways))?;
    for warning in ways.take_warnings() {
        print_error(&format!("warning: {warning}\n"));
    }
    print(&match args.output {
        TextOrJson::Json => printable_json(diagnoses_json(&diagnoses)),
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
fn cases(args: &DoctorArgs, session: &Session) -> Result<Vec<Case>> {
    let mut progress = Progress::new(session.global.verbose);
    let configs = Configs::new(&session.global, Changes::of_variables(&args.variables), session.terminal.err)?;
    let wanted =
        Wanted { paths: &args.filename, with: &args.with, markdown: false, hidden: false, stdin_filename: None };
    let checked = load(&wanted, &configs, None, &mut progress)?;
    progress.finish();
    refuse_failed(&checked)?;
    refuse_unreadable(&checked.files)?;
    let set = Set::new(&checked.files);
    let surroundings = Surroundings::new(&set);
    let named = checked.files.iter().filter(|file| file.role == Role::Named);
    let all = Cases::new(&set, &surroundings);
    let cases: Vec<Case> = named.flat_map(|file| all.of_file(file)).collect();
    if cases.is_empty() {
        let names: Vec<String> = args.filename.iter().map(|path| slashes(path)).collect();
        let failure =
            Failure::no_oci_repository(&names.join(", ")).help("name a manifest with one, or a folder of them");
        return Err(Error::input(failure));
    }
    Ok(cases)
}

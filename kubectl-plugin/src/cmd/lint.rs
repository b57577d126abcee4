//! `lint` and `fix`.

use kubectl_oci_core::diag::{Applicability, Severity};
use kubectl_oci_core::lint::{Report, SkipReason, Skipped};
use kubectl_oci_core::render::{self, Failure, FixedCount, Options, Run, failure_text, printable_json};

use super::Session;
use super::online::{self, Asked};
use crate::check::{Checked, Fixes, Progress, load};
use crate::cli::CheckArgs;
use crate::configs::{Changes, Configs, slashes};
use crate::diff;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input::Wanted;
use crate::schema::Schemas;
use crate::term::{print, print_error};

pub(super) fn run(args: &CheckArgs, fix: bool, session: &Session) -> Result<Exit> {
    refuse(args, fix)?;
    let mut progress = Progress::new(session.global.verbose);
    let configs = Configs::new(&session.global, Changes::of(args)?, session.terminal.err)?;
    let wanted = Wanted {
        paths: &args.paths,
        with: &args.with,
        markdown: args.markdown,
        hidden: false,
        stdin_filename: args.stdin_filename.as_deref(),
    };
    let schemas = if args.schema.is_empty() { None } else { Some(Schemas::find(&args.schema)?) };
    let mut checked = load(&wanted, &configs, schemas, &mut progress)?;
    for found in configs.all() {
        progress.say(|| match &found.file {
            Some(file) => format!("configuration {}", slashes(file)),
            None => "no configuration".to_owned(),
        });
    }
    let exit = if args.diff || fix {
        let least = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        let fixes = checked.fix(least, &configs);
        progress.step("fixed", fixes.fixing.originals.len());
        if args.diff { differ(&checked, &fixes, session)? } else { mend(args, checked, fixes, &progress, session)? }
    } else {
        let Asked { found, offline } = if args.online { online::ask(&checked, session)? } else { Asked::default() };
        let is_offline = !offline.is_empty();
        let report = checked.report_with(&configs, found, offline);
        progress.step("checked", report.summary.documents);
        show(args, &checked, &report, None, &progress, session, print)?;
        let exit = exit(args, &report, &checked.failed, session).or(match is_offline {
            true => Exit::Unreachable,
            false => Exit::Clean,
        });
        // The process ends here: giving the trees of ten thousand files back costs what a hundred of them take to read.
        std::mem::forget((checked, report));
        exit
    };
    progress.finish();
    Ok(exit)
}

fn refuse(args: &CheckArgs, fix: bool) -> Result<()> {
    if args.online && (fix || args.diff) {
        return Err(Error::usage(
            "what a registry says is mended by nobody but a person",
            "leave out --online, or the fixing",
        ));
    }
    if args.unsafe_fixes && !fix && !args.diff {
        return Err(Error::usage("--unsafe-fixes is of no use without --fix or --diff", "add --diff to look first"));
    }
    Ok(())
}

/// Prints a report in the format asked for.
fn show(
    args: &CheckArgs,
    checked: &Checked,
    report: &Report,
    fixed: Option<FixedCount>,
    progress: &Progress,
    session: &Session,
    print: impl FnOnce(&str) -> std::io::Result<()>,
) -> Result<()> {
    let look = session.terminal.out;
    let options = Options {
        command: session.called_by,
        version: env!("CARGO_PKG_VERSION"),
        color: look.color,
        hyperlinks: look.hyperlinks,
        width: look.width,
        all: args.all,
        quiet: session.global.quiet,
        elapsed: Some(progress.elapsed()),
        fail_on: args.fail_on.severity(),
        fixed,
        ..Options::default()
    };
    let run = Run { report, files: &checked.files, options: &options };
    let mut out = String::new();
    if let Some(format) = render::format(&args.output) {
        // Writing to a string does not fail.
        let _ = (format.render)(&run, &mut out);
        if format.is_json {
            out = printable_json(out);
        }
    }
    tell_unread(&checked.failed, session);
    print(&out)?;
    Ok(())
}

/// Names what could not be read, whatever the format: it fails the run.
fn tell_unread(failed: &[Skipped], session: &Session) {
    for file in failed {
        let (message, why) = match file.reason {
            SkipReason::TooLarge => ("is too large", Some("it has more than 64 MiB".to_owned())),
            SkipReason::NotText => ("is not text", Some("it is not UTF-8, or holds a zero byte".to_owned())),
            _ => ("could not be read", file.detail.clone()),
        };
        let failure = Failure { message: format!("{} {message}", file.path), why, help: None };
        print_error(&failure_text(&failure, &session.terminal.err));
    }
}

fn exit(args: &CheckArgs, report: &Report, failed: &[Skipped], session: &Session) -> Exit {
    let mut exit = Exit::Clean;
    if !report.summary.has_flux && report.diagnostics.is_empty() && !args.allow_nothing {
        exit = Exit::Nothing;
        if failed.is_empty() {
            nothing(args, report, session);
        }
    }
    let fails = |severity: Severity| args.fail_on.severity().is_some_and(|least| severity >= least);
    if !failed.is_empty() || report.diagnostics.iter().any(|found| fails(found.severity)) {
        exit = exit.or(Exit::Found);
    }
    exit
}

/// Nothing of Flux: what to do about it.
fn nothing(args: &CheckArgs, report: &Report, session: &Session) {
    let files = report.summary.files;
    let message = match files {
        0 => "there is no file to check",
        1 => "the file holds no Flux object",
        _ => "none of the files holds a Flux object",
    };
    let help = if args.paths.is_empty() {
        "name the files or folders with your manifests; hidden and git-ignored ones are read only when named"
    } else {
        "name the files or folders with your manifests, or use --allow-nothing where this is as it should be"
    };
    let failure = Failure::new(message).help(help);
    print_error(&failure_text(&failure, &session.terminal.err));
}

/// Writes what was fixed, and reports what is left.
fn mend(args: &CheckArgs, checked: Checked, fixes: Fixes, progress: &Progress, session: &Session) -> Result<Exit> {
    let mut checked = checked;
    checked.failed.extend(fixes.write(&checked));
    tell_refused(&checked, &fixes, session);
    let fixed = Some(fixes.counted());
    match checked.sources.iter().position(|source| source.path.is_none()) {
        // Standard output is the text's.
        Some(stdin) => {
            let text = checked.files.get(stdin).map_or("", |file| file.text.as_str());
            let to_stderr = |text: &str| {
                print_error(text);
                Ok(())
            };
            print(text)?;
            show(args, &checked, &fixes.report, fixed, progress, session, to_stderr)?;
        }
        None => show(args, &checked, &fixes.report, fixed, progress, session, print)?,
    }
    Ok(exit(args, &fixes.report, &checked.failed, session))
}

/// Prints what would be fixed.
fn differ(checked: &Checked, fixes: &Fixes, session: &Session) -> Result<Exit> {
    let mut out = String::new();
    for (index, original) in fixes.fixing.originals.sorted() {
        let Some(file) = checked.files.get(*index) else { continue };
        out.push_str(&diff::unified(&file.path, original, &file.text, session.terminal.out.color));
    }
    print(&out)?;
    tell_unread(&checked.failed, session);
    tell_refused(checked, fixes, session);
    let fixed = fixes.counted();
    if !session.global.quiet {
        let plural = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
        let text = match fixed.fixes {
            0 => "nothing to fix".to_owned(),
            _ => format!("would fix {} in {}", plural(fixed.fixes, "finding"), plural(fixed.files, "file")),
        };
        print_error(&format!("{text}\n"));
    }
    let is_failed = fixed.files > 0 || !checked.failed.is_empty();
    Ok(if is_failed { Exit::Found } else { Exit::Clean })
}

fn tell_refused(checked: &Checked, fixes: &Fixes, session: &Session) {
    for file in fixes.fixing.refused.sorted().into_iter().filter_map(|index| checked.files.get(*index)) {
        let failure = Failure::new(format!("a fix of {} was not applied", file.path))
            .why("what came out would not have been YAML any more")
            .help("please report this, with the file: it is a mistake of ours");
        print_error(&failure_text(&failure, &session.terminal.err));
    }
}

//! `gen [SUBJECT [INPUT]] [--check]`: writes what is derived, or checks that it is fresh.
//!
//! `gen schema DIR` makes the schema tables from a folder of Flux's CRDs; without `DIR` the folder
//! is named by `KUBECTL_OCI_SCHEMAS`. Exits 1 where a file is stale or cannot be made.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use kubectl_oci_tests::r#gen::{GENERATORS, Outcome, schema, settle};

fn main() -> ExitCode {
    let (flags, words): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let check = flags.iter().any(|flag| flag == "--check");
    let subject = words.first().map(String::as_str);
    let known = subject.is_none_or(|subject| GENERATORS.iter().any(|(name, _)| *name == subject));
    if !known || flags.iter().any(|flag| flag != "--check") || words.len() > 2 {
        let subjects: Vec<&str> = GENERATORS.iter().map(|(name, _)| *name).collect();
        eprintln!("usage: gen [{} [INPUT]] [--check]", subjects.join("|"));
        return ExitCode::from(2);
    }
    let mut failed = false;
    for (name, generate) in GENERATORS.iter().filter(|(name, _)| subject.is_none_or(|subject| subject == *name)) {
        let outcome = match (*name, words.get(1)) {
            ("schema", Some(folder)) => schema::from_folder(folder.as_ref()),
            _ => generate(),
        };
        let files = match outcome {
            Ok(Outcome::Files(files)) => files,
            Ok(Outcome::Skipped(why)) => {
                println!("{name}: skipped: {why}");
                continue;
            }
            Err(error) => {
                eprintln!("error: {name}: {error}");
                failed = true;
                continue;
            }
        };
        for file in &files {
            if let Err(error) = settle(file, check) {
                eprintln!("error: {name}: {error}");
                failed = true;
            }
        }
        println!("{name}: {} files", files.len());
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

//! `conformance DIR`: runs every `<kind>.jsonl` of a folder against the ports.
//!
//! Prints `kind agreed/total` a line (differing error words counted behind it), the first
//! disagreements of each kind with input, ours and theirs, and `N/M` last. Exits 1 on any
//! disagreement that is not explained.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use kubectl_oci_tests::conformance::{KINDS, Verdict};
use serde_json::Value;

/// How many disagreements of a kind are shown.
const SHOWN: usize = 5;

fn main() -> ExitCode {
    let Some(dir) = std::env::args().nth(1) else {
        eprintln!("usage: conformance DIR");
        return ExitCode::from(2);
    };
    let only: Vec<String> = std::env::args().skip(2).collect();
    let mut files: Vec<_> = match std::fs::read_dir(&dir) {
        Ok(entries) => entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
            .collect(),
        Err(error) => {
            eprintln!("error: {dir}: {error}");
            return ExitCode::from(2);
        }
    };
    files.sort();
    let (mut all_agreed, mut all_total, mut failed) = (0, 0, false);
    for file in files {
        let name = file.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        let Some((_, judge)) = KINDS.iter().find(|(kind, _)| *kind == name) else {
            println!("{name} not yet there");
            continue;
        };
        let mut judge = judge();
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("error: {}: {error}", file.display());
                failed = true;
                continue;
            }
        };
        let (mut agreed, mut total, mut words, mut explained) = (0, 0, 0, 0);
        let mut shown = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let vector: Value = match serde_json::from_str(line) {
                Ok(vector) => vector,
                Err(error) => {
                    eprintln!("error: {}:{}: {error}", file.display(), number + 1);
                    failed = true;
                    continue;
                }
            };
            let (input, output) = (&vector["in"], &vector["out"]);
            let Some(verdict) = judge(input, output) else {
                continue;
            };
            total += 1;
            match verdict {
                Verdict::Agreed => agreed += 1,
                Verdict::Words { ours, theirs } => {
                    agreed += 1;
                    words += 1;
                    if words <= SHOWN {
                        shown.push(format!(
                            "  words of line {}: {input}\n    ours   {ours}\n    theirs {theirs}",
                            number + 1
                        ));
                    }
                }
                Verdict::Explained { .. } => explained += 1,
                Verdict::Differs { ours, theirs } => {
                    failed = true;
                    if total - agreed - explained <= SHOWN {
                        shown.push(format!("  line {}: {input}\n    ours   {ours}\n    theirs {theirs}", number + 1));
                    }
                }
            }
        }
        let mut line = format!("{name} {agreed}/{total}");
        if words > 0 {
            line += &format!(" ({words} in other words)");
        }
        if explained > 0 {
            line += &format!(" ({explained} explained)");
        }
        println!("{line}");
        for text in shown {
            println!("{text}");
        }
        all_agreed += agreed + explained;
        all_total += total;
    }
    println!("{all_agreed}/{all_total}");
    if failed || all_total == 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

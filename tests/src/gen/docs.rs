//! The documentation that shows what the program says: the README's output, the table of rules,
//! the reference of the command line.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use kubectl_oci_core::rules::RULES;

use super::{Derived, Outcome, root};

/// `README.md`, `docs/rules.md`, `docs/cli.md`.
pub fn generate() -> Result<Outcome, String> {
    let binary = binary()?;
    Ok(Outcome::Files(vec![
        Derived { path: "README.md", text: readme(&binary)? },
        Derived { path: "docs/rules.md", text: rules() },
        Derived { path: "docs/cli.md", text: reference(&binary)? },
        Derived { path: "docs/schemas/config.schema.json", text: run(&binary, &["config", "schema"])? },
    ]))
}

/// The binary that was built beside this one.
fn binary() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let binary = own.with_file_name("kubectl-oci");
    if binary.exists() { Ok(binary) } else { Err("kubectl-oci is not built: cargo build -p kubectl-oci".to_owned()) }
}

/// What the program prints, on both streams, the time it took left out.
fn run(binary: &PathBuf, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(binary)
        .args(arguments)
        .current_dir(root())
        .env_clear()
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()
        .map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let mut out = String::new();
    for line in text.lines() {
        let line = match (line.starts_with("checked "), line.find(" in ").and_then(|_| line.rfind(" ms"))) {
            (true, Some(end)) => {
                let start = line[..end].rfind(" in ").unwrap_or(end);
                format!("{}{}", &line[..start], &line[end + 3..])
            }
            _ => line.to_owned(),
        };
        let _ = writeln!(out, "{}", line.trim_end());
    }
    Ok(out)
}

/// Fills the fence behind each `<!-- run: kubectl oci … -->` with what the program prints.
fn readme(binary: &PathBuf) -> Result<String, String> {
    let text = std::fs::read_to_string(root().join("README.md")).map_err(|error| error.to_string())?;
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(out, "{line}");
        let Some(command) = line.strip_prefix("<!-- run: kubectl oci ").and_then(|rest| rest.strip_suffix(" -->"))
        else {
            continue;
        };
        let arguments: Vec<&str> = command.split_whitespace().collect();
        let _ = writeln!(out, "```console\n$ kubectl oci {command}\n{}```", run(binary, &arguments)?);
        let mut fences = 0;
        for line in lines.by_ref() {
            fences += usize::from(line.starts_with("```"));
            if fences == 2 {
                break;
            }
        }
    }
    Ok(out)
}

fn rules() -> String {
    let mut out = "# Rules\n\n`on`: run by the default profile. The strict profile runs all of them, the minimal one only errors.\n\n".to_owned();
    out.push_str("| rule | severity | scope | fix | on | finds |\n| --- | --- | --- | --- | --- | --- |\n");
    let mut rules = RULES.to_vec();
    rules.sort_by_key(|rule| rule.id);
    for rule in rules {
        let _ = writeln!(
            out,
            "| [`{0}`](../core/src/rules/{0}.md) | {1} | {2} | {3} | {4} | {5} |",
            rule.id,
            rule.severity.as_str(),
            rule.scope.as_str(),
            rule.fix.as_str(),
            if rule.on { "yes" } else { "no" },
            rule.summary.replace('|', "\\|").replace('<', "&lt;")
        );
    }
    out
}

const COMMANDS: &[&str] = &[
    "lint",
    "fix",
    "resolve",
    "doctor",
    "list",
    "inspect",
    "build",
    "push",
    "pull",
    "diff",
    "tag",
    "copy",
    "delete",
    "explain",
    "rules",
    "lsp",
    "config",
    "completion",
    "man",
];

fn reference(binary: &PathBuf) -> Result<String, String> {
    let mut out = format!("# Command line\n\n```console\n{}```\n", run(binary, &["--help"])?);
    for command in COMMANDS {
        let _ = write!(out, "\n## {command}\n\n```console\n{}```\n", run(binary, &[command, "--help"])?);
    }
    Ok(out)
}

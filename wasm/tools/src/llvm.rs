//! LLVM's programs, as rustup's component `llvm-tools` has them: rustc calls this in the linker's place, with the bitcode of
//! the whole program beside its object file (`-Csave-temps`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ir;

/// What rustc leaves of the whole program before it optimises it: beside `NAME.rcgu.o`.
const BITCODE: &str = "lto.after-restriction.bc";

/// One round of passes, a comment after `#`. The second finds what the first has laid open.
const PASSES: &str = include_str!("passes");

/// Links as `rust-lld` does with these arguments, the program being compiled anew from its bitcode.
///
/// # Errors
///
/// What failed, and its output.
pub fn link(mut arguments: Vec<String>) -> Result<(), String> {
    for argument in &mut arguments {
        let Some(stem) = argument.strip_suffix(".o") else { continue };
        let bitcode = PathBuf::from(format!("{stem}.{BITCODE}"));
        if bitcode.exists() {
            *argument = compile(&bitcode, stem)?;
        }
    }
    arguments.push(format!("--export={}", ir::SECOND_RESULT));
    if arguments.first().is_none_or(|first| first != "-flavor") {
        arguments.splice(0..0, ["-flavor".to_owned(), "wasm".to_owned()]);
    }
    run("rust-lld", &arguments)
}

/// Compiles bitcode to an object file.
fn compile(bitcode: &Path, stem: &str) -> Result<String, String> {
    let at = |ending: &str| format!("{stem}.small.{ending}");
    let optimise = |passes: &str, from: &str, to: &str| {
        run("opt", &[&format!("-passes={passes}"), "-S", from, "-o", to].map(ToOwned::to_owned))
    };
    let (before, after) = (at("before.ll"), at("after.ll"));
    // Equal functions are one before what calls them is inlined here and not there.
    optimise("mergefunc", &bitcode.to_string_lossy(), &before)?;
    rewrite(&before, |module| Ok(ir::keep_addresses(module)))?;
    let round = passes();
    optimise(&format!("{round},{round},instnamer"), &before, &after)?;
    rewrite(&after, ir::shrink)?;
    let object = at("o");
    // Strength reduction trades additions for locals, of which each use has to be told.
    let options =
        ["-O2", "-disable-lsr", "-filetype=obj", "-function-sections", "-data-sections", &after, "-o", &object];
    run("llc", &options.map(ToOwned::to_owned))?;
    for file in [&before, &after] {
        fs::remove_file(file).map_err(|error| format!("{file}: {error}"))?;
    }
    Ok(object)
}

fn passes() -> String {
    PASSES.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).collect()
}

fn rewrite(path: &str, by: impl FnOnce(&str) -> Result<String, String>) -> Result<(), String> {
    let said = |error: &dyn std::fmt::Display| format!("{path}: {error}");
    let text = fs::read_to_string(path).map_err(|error| said(&error))?;
    let text = by(&text).map_err(|error| said(&error))?;
    fs::write(path, text).map_err(|error| said(&error))
}

/// Runs a program of the compiler's own: rustc has put their folder into the search path, and another LLVM may be there too.
fn run(program: &str, arguments: &[String]) -> Result<(), String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folder = std::env::split_paths(&path).find(|folder| folder.join("rust-lld").exists());
    let folder = folder.ok_or("there is no rust-lld in PATH: rustc calls this, as its linker")?;
    let said = |what: &dyn std::fmt::Display| format!("{}: {what}", folder.join(program).display());
    let status = Command::new(folder.join(program)).args(arguments).status();
    let status = status.map_err(|error| format!("{}\n  help: rustup component add llvm-tools", said(&error)))?;
    if status.success() { Ok(()) } else { Err(said(&status)) }
}

//! `link ARGUMENTS`: called by rustc in rust-lld's place, with its arguments.

use std::process::ExitCode;

fn main() -> ExitCode {
    match kubectl_oci_wasm_tools::llvm::link(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

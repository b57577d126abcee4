//! What changes outside of the editor's texts: files on the disk, and whether the editor still runs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crossbeam_channel::Sender;
use lsp_types::notification::{DidChangeWatchedFiles, Notification};
use lsp_types::request::RegisterCapability;
use lsp_types::{
    DidChangeWatchedFilesRegistrationOptions, FileChangeType, FileEvent, FileSystemWatcher, GlobPattern, Registration,
    RegistrationParams,
};

use super::client::Client;
use super::documents::{Documents, path_of};
use super::files::Files;
use super::inbox::Event;
use crate::configs::FILE_NAME;

/// How often the editor is looked for.
const PARENT_EVERY: Duration = Duration::from_secs(3);

/// Asks the editor to tell of files that change.
pub(super) fn register(client: &Client, markdown: bool) {
    if !client.abilities.watches {
        return;
    }
    let config = format!("**/{FILE_NAME}");
    let mut globs = vec!["**/*.{yaml,yml,json}", "**/Kustomization", &config, "**/{.gitignore,.ignore}"];
    if markdown {
        globs.push("**/*.{md,markdown,mdx}");
    }
    ask(client, "kubectl-oci/files", &globs);
}

/// The same for one more file, which may be called anything.
pub(super) fn register_file(client: &Client, path: &Path) {
    let name = path.file_name().and_then(|name| name.to_str());
    // What means something in a pattern would ask for other files.
    let plain = name.filter(|name| !name.contains(['*', '?', '{', '}', '[', ']', ',']));
    if let (true, Some(name)) = (client.abilities.watches, plain) {
        ask(client, &format!("kubectl-oci/file/{}", path.display()), &[&format!("**/{name}")]);
    }
}

fn ask(client: &Client, id: &str, globs: &[&str]) {
    let watcher = |glob: &&str| FileSystemWatcher { glob_pattern: GlobPattern::String((*glob).to_owned()), kind: None };
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: globs.iter().map(watcher).collect() };
    let registration = Registration {
        id: id.to_owned(),
        method: DidChangeWatchedFiles::METHOD.to_owned(),
        register_options: serde_json::to_value(options).ok(),
    };
    client.ask::<RegisterCapability>(RegistrationParams { registrations: vec![registration] });
}

/// Takes in what changed. True where the folders must be looked at.
pub(super) fn hear(events: &[FileEvent], files: &mut Files, documents: &Documents) -> bool {
    let mut looks = false;
    let substitutes = files.substitutes();
    for event in events {
        let path: PathBuf = path_of(&event.uri);
        let is_deleted = event.typ == FileChangeType::DELETED;
        let decides =
            path.file_name().is_some_and(|name| name == FILE_NAME || name == ".gitignore" || name == ".ignore");
        if decides || substitutes.contains(&path) {
            looks = true;
        } else if documents.get(&path).is_some() {
            // What is open is as the editor says; but one that was just written may be ignored by git.
            looks |= event.typ == FileChangeType::CREATED;
        } else if is_deleted {
            looks |= files.remove(&path);
        } else {
            looks |= files.reread(&path);
        }
    }
    looks
}

/// Ends the server with the process that started it, also where that left its end of the pipe to somebody else.
pub(super) fn follow(parent: u32, events: Sender<Event>) {
    // A process that cannot be seen (it runs in another container, say) tells nothing by not being there.
    if !runs(parent) {
        return;
    }
    std::thread::spawn(move || {
        while runs(parent) {
            std::thread::sleep(PARENT_EVERY);
        }
        let _ = events.send(Event::Closed);
        // Nobody is left who would read the last answers.
        std::thread::sleep(PARENT_EVERY);
        std::process::exit(crate::exit::Exit::Found.code().into());
    });
}

/// False where there is no such process, as far as the system says.
#[cfg(unix)]
fn runs(process: u32) -> bool {
    let process = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    process.is_some_and(|process| rustix::process::test_kill_process(process) != Err(rustix::io::Errno::SRCH))
}

/// Elsewhere the end of standard input has to tell.
#[cfg(not(unix))]
fn runs(_process: u32) -> bool {
    false
}

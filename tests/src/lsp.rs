//! An editor for tests: it starts `kubectl oci lsp`, sends what it is told to, and waits with a deadline.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::registry::tools::Folder;
use crate::run::binary;

/// How long an answer is waited for: far more than any takes.
const DEADLINE: Duration = Duration::from_secs(20);

/// How long nothing must come for it to be said that nothing does.
const SILENCE: Duration = Duration::from_millis(400);

/// A server, its input and what it sent.
pub struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    incoming: Receiver<Value>,
    /// Came while something else was waited for.
    notes: VecDeque<Value>,
    next: i64,
    root: PathBuf,
    /// Lives as long as the editor.
    _folder: Option<Folder>,
}

impl Editor {
    /// Starts a server that works in an empty folder of its own, and does not greet it yet.
    pub fn start(arguments: &[&str]) -> Self {
        let folder = Folder::new("lsp");
        let root = folder.path().to_owned();
        Self::start_in(&root, arguments, Some(folder))
    }

    /// Starts a server for a folder.
    pub fn start_in(root: &Path, arguments: &[&str], folder: Option<Folder>) -> Self {
        let mut child = Command::new(binary())
            .arg("lsp")
            .args(arguments)
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let (sender, incoming) = channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self { child, input, incoming, notes: VecDeque::new(), next: 1, root: root.to_owned(), _folder: folder }
    }

    /// Starts one and greets it with these capabilities, after writing these files.
    pub fn open(capabilities: &Value, files: &[(&str, &str)]) -> Self {
        let mut out = Self::start(&[]);
        for (name, text) in files {
            out.write(name, text);
        }
        out.greet(capabilities);
        out
    }

    /// The folder it works in.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a file into it.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.root.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// The address of a file.
    pub fn uri(&self, name: &str) -> String {
        format!("file://{}", self.root.join(name).display())
    }

    /// `initialize` and `initialized`; what the server says of itself.
    pub fn greet(&mut self, capabilities: &Value) -> Value {
        let folders = json!([{"uri": format!("file://{}", self.root.display()), "name": "root"}]);
        let params = json!({
            "processId": std::process::id(), "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities,
        });
        let result = self.ask("initialize", params);
        self.notify("initialized", json!({}));
        result
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("its input");
        input.write_all(bytes).and_then(|()| input.flush()).expect("it reads");
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.send_bytes(&framed(&json!({"jsonrpc": "2.0", "method": method, "params": params})));
    }

    /// Sends a request, and does not wait for its answer.
    pub fn begin(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next;
        self.next += 1;
        self.send_bytes(&framed(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})));
        id
    }

    /// The answer to a request, result or error.
    ///
    /// # Panics
    ///
    /// If it does not come in time.
    pub fn answer(&mut self, id: impl Into<Value>) -> Value {
        let id = id.into();
        if let Some(at) = self.notes.iter().position(|note| note.get("method").is_none() && note["id"] == id) {
            return self.notes.remove(at).expect("the answer");
        }
        let deadline = Instant::now() + DEADLINE;
        loop {
            let message = match self.receive(deadline) {
                Some(message) => message,
                None => panic!("no answer to {id}"),
            };
            if message.get("method").is_none() && message["id"] == id {
                return message;
            }
            self.notes.push_back(message);
        }
    }

    /// The result of a request.
    ///
    /// # Panics
    ///
    /// If it is an error.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.begin(method, params);
        let mut answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// The code of the error that a request is answered with.
    ///
    /// # Panics
    ///
    /// If it is none.
    pub fn ask_in_vain(&mut self, method: &str, params: Value) -> i64 {
        let id = self.begin(method, params);
        let answer = self.answer(id);
        answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("{method}: {answer}"))
    }

    /// The parameters of the next notification or request of this name.
    ///
    /// # Panics
    ///
    /// If none comes in time.
    pub fn heard(&mut self, method: &str) -> Value {
        if let Some(at) = self.notes.iter().position(|note| note["method"] == method) {
            return self.notes.remove(at).expect("the notification")["params"].take();
        }
        let deadline = Instant::now() + DEADLINE;
        loop {
            let mut message = match self.receive(deadline) {
                Some(message) => message,
                None => panic!("no {method}"),
            };
            if message["method"] == method {
                return message["params"].take();
            }
            self.notes.push_back(message);
        }
    }

    /// What comes of this name before it is silent for a while.
    pub fn heard_until_silence(&mut self, method: &str) -> Vec<Value> {
        while let Some(message) = self.receive(Instant::now() + SILENCE) {
            self.notes.push_back(message);
        }
        let is_wanted = |note: &Value| note["method"] == method;
        let (wanted, others): (Vec<_>, Vec<_>) = self.notes.drain(..).partition(is_wanted);
        self.notes = others.into();
        wanted.into_iter().map(|mut note| note["params"].take()).collect()
    }

    /// Opens a text under a name.
    pub fn open_text(&mut self, name: &str, text: &str) {
        let language = if name.ends_with(".md") { "markdown" } else { "yaml" };
        let document = json!({"uri": self.uri(name), "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Changes it.
    pub fn change(&mut self, name: &str, version: i64, changes: Value) {
        let document = json!({"uri": self.uri(name), "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    /// The next findings that are sent for a file.
    ///
    /// # Panics
    ///
    /// If none come in time.
    pub fn findings(&mut self, name: &str) -> Vec<Value> {
        let uri = self.uri(name);
        let mut others = Vec::new();
        loop {
            let mut params = self.heard("textDocument/publishDiagnostics");
            if params["uri"] == uri.as_str() {
                for other in others {
                    self.notes.push_back(json!({"method": "textDocument/publishDiagnostics", "params": other}));
                }
                return params["diagnostics"].as_array_mut().map(std::mem::take).expect("a list");
            }
            others.push(params);
        }
    }

    /// The rules of the next findings that are sent for a file, sorted.
    pub fn rules(&mut self, name: &str) -> Vec<String> {
        rules(&self.findings(name))
    }

    /// Asks for a place in a file.
    pub fn at(&self, name: &str, line: u64, character: u64) -> Value {
        json!({"textDocument": {"uri": self.uri(name)}, "position": {"line": line, "character": character}})
    }

    /// `shutdown` and `exit`; the exit code.
    pub fn leave(&mut self) -> i32 {
        self.ask("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.ended()
    }

    /// Closes its input.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// The exit code.
    ///
    /// # Panics
    ///
    /// If it does not end in time, or by a signal.
    pub fn ended(&mut self) -> i32 {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().expect("its state") {
                return status.code().unwrap_or_else(|| panic!("it ended by {status}"));
            }
            assert!(Instant::now() < deadline, "it still runs");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn receive(&mut self, deadline: Instant) -> Option<Value> {
        let message = match self.incoming.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => panic!("the server is gone: {:?}", self.child.try_wait()),
        };
        if message.get("method").is_some() && message.get("id").is_some() {
            // As editors do, it answers.
            self.send_bytes(&framed(&json!({"jsonrpc": "2.0", "id": message["id"], "result": null})));
        }
        Some(message)
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The rules of findings, sorted.
pub fn rules(findings: &[Value]) -> Vec<String> {
    let mut out: Vec<String> =
        findings.iter().map(|found| found["code"].as_str().unwrap_or_default().to_owned()).collect();
    out.sort();
    out
}

/// A message with its header.
pub fn framed(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        length = line.strip_prefix("Content-Length: ").and_then(|rest| rest.trim().parse().ok()).unwrap_or(length);
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    let message: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(message["jsonrpc"], "2.0", "{message}");
    Some(message)
}

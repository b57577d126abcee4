//! What stands against pushing: secrets in the files, labels that nobody can follow, what was packed by mistake.

use std::sync::Arc;

use crate::diag::Severity;
use crate::lint::{Input, read};
use crate::model::{Kind, Role, Secret};

/// Files of more bytes than this are no manifests.
const LARGE: u64 = 5 << 20;

/// How many paths a finding names.
const NAMED: usize = 5;

/// How much of a file is looked at to see whether it is text, in bytes: what git looks at.
const START: usize = 8000;

/// Something that stands against pushing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushFinding {
    /// Which check it was.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The file, relative to the folder that was named; nothing where it is about no file, or several.
    pub path: Option<String>,
    /// What is wrong.
    pub message: String,
    /// Why that matters, and what to do.
    pub help: String,
}

/// What the artifact says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    /// When it was made, in RFC 3339.
    pub created: Option<String>,
    /// Where it was made from.
    pub source: Option<String>,
    /// From which revision of that.
    pub revision: Option<String>,
}

/// Looks at one file after the other, and then at all of them.
#[derive(Debug, Default)]
pub struct Checker {
    findings: Vec<PushFinding>,
    /// Folders of packages, large files, and files that are no text.
    bulk: Bulk,
    leaving: Vec<String>,
    is_chart_folder: bool,
}

#[derive(Debug, Default)]
struct Bulk {
    count: usize,
    paths: Vec<String>,
}

impl Bulk {
    fn add(&mut self, path: &str) {
        self.count += 1;
        if self.paths.len() < NAMED {
            self.paths.push(path.to_owned());
        }
    }
}

impl Checker {
    /// How much of a file [`Checker::file`] wants to see, in bytes; of larger ones the beginning is enough.
    pub const MOST: u64 = 1 << 20;

    /// Looks at a file: its path with slashes, its size in bytes, and the first [`Checker::MOST`] bytes of it.
    pub fn file(&mut self, path: &str, size: u64, content: &[u8]) {
        self.is_chart_folder |= path == "Chart.yaml";
        let name = path.rsplit('/').next().unwrap_or(path);
        if is_environment(name) {
            let message = "a file of environment variables is in the artifact".to_owned();
            self.secret(path, message, "leave it out: name it in .sourceignore or --ignore-paths");
        }
        let is_binary = content.get(..START.min(content.len())).unwrap_or_default().contains(&0);
        if size > LARGE || is_binary || path.split('/').any(|folder| folder == "node_modules") {
            self.bulk.add(path);
        }
        let Ok(text) = std::str::from_utf8(content) else { return };
        if holds_private_key(text) {
            let message = "a private key is in the artifact".to_owned();
            self.secret(path, message, "whoever may pull the artifact has it: leave it out, and replace the key");
        }
        // What is still a template shows no values.
        if text.contains("Secret") && !text.contains("{{") {
            self.secrets(path, text);
        }
    }

    /// Takes note of a symbolic link that leads out of the folder.
    pub fn leaving_link(&mut self, path: &str) {
        self.leaving.push(path.to_owned());
    }

    /// The findings, with those about all files and about the labels. `is_chart`: it is packed as a Helm chart.
    pub fn finish(mut self, labels: &Labels, is_chart: bool) -> Vec<PushFinding> {
        if !is_chart {
            self.labels(labels);
        }
        if self.is_chart_folder && !is_chart {
            self.add(
                "push-chart-as-manifests",
                Severity::Warning,
                "the folder is a Helm chart, and is packed as manifests".to_owned(),
                "no HelmRelease can load it so (chart illegally contains content outside the base directory): \
                 --as helm-chart packs it as Helm does",
            );
        }
        if self.bulk.count > 0 {
            let message = format!(
                "large files, binaries or packages are in the artifact: {}",
                names(&self.bulk.paths, self.bulk.count)
            );
            self.add(
                "push-unignored-bulk",
                Severity::Warning,
                message,
                "the controller unpacks all of it on every change: leave out what is not applied, with .sourceignore \
                 or --ignore-paths",
            );
        }
        if !self.leaving.is_empty() {
            let shown: Vec<String> = self.leaving.iter().take(NAMED).cloned().collect();
            let message = format!("symbolic links lead out of the folder: {}", names(&shown, self.leaving.len()));
            let help = "they are left out, as Flux does: copy what they point to, or --resolve-symlinks";
            self.add("push-skipped-symlink", Severity::Warning, message, help);
        }
        // The worst first; each kind in the order of the files.
        self.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        self.findings
    }

    fn labels(&mut self, labels: &Labels) {
        let revision = labels.revision.as_deref().unwrap_or_default();
        if !is_revision(revision) {
            let message = match revision {
                "" => "the artifact does not say from which revision it was made".to_owned(),
                revision => format!("the revision \"{revision}\" is not BRANCH-OR-TAG@sha1:SHA"),
            };
            let help = "notifications and `flux trace` find the commit by it: --revision=\"$(git branch \
                        --show-current)@sha1:$(git rev-parse HEAD)\"";
            self.add("push-revision-format", Severity::Warning, message, help);
        }
        let source = labels.source.as_deref().unwrap_or_default();
        if !source.starts_with("https://") {
            let message = match source {
                "" => "the artifact does not say where it was made from".to_owned(),
                source => format!("the source \"{source}\" is no https:// URL"),
            };
            let help = "GHCR links a package to its repository by an https:// URL alone: --source=https://…";
            self.add("push-source-not-https", Severity::Info, message, help);
        }
    }

    /// Secrets with values that everybody can read.
    fn secrets(&mut self, path: &str, text: &str) {
        let input = Input { path: path.to_owned(), text: text.to_owned(), role: Role::Named };
        let file = read(0, input, Arc::default());
        for object in file.objects().filter(|object| object.kind() == Kind::Secret && !object.is_encrypted()) {
            let Some(secret) = Secret::of(object) else { continue };
            let is_open = |bytes: Option<Vec<u8>>| bytes.is_some_and(|bytes| !bytes.is_empty());
            let open = secret.entries.iter().find(|(_, value)| !value.is_encrypted() && is_open(value.bytes()));
            if let Some((key, _)) = open {
                let message =
                    format!("the Secret \"{}\" is not encrypted: \"{}\" has a value", object.name(), key.text());
                let help = "whoever may pull the artifact reads it: encrypt it (SOPS), or keep it out of the artifact";
                self.secret(path, message, help);
            }
        }
    }

    fn secret(&mut self, path: &str, message: String, help: &str) {
        self.findings.push(PushFinding {
            rule: "push-secret-material",
            severity: Severity::Error,
            path: Some(path.to_owned()),
            message,
            help: help.to_owned(),
        });
    }

    fn add(&mut self, rule: &'static str, severity: Severity, message: String, help: &str) {
        self.findings.push(PushFinding { rule, severity, path: None, message, help: help.to_owned() });
    }
}

/// What is to be said where a tag is about to move. `was` is the digest that it has.
pub fn check_overwrite(tag: &str, was: &str, is: &str) -> Option<PushFinding> {
    (was != is).then(|| PushFinding {
        rule: "push-mutable-overwrite",
        severity: Severity::Warning,
        path: None,
        message: format!("the tag \"{tag}\" is there already, as {was}"),
        help: "whoever has pulled it gets something else the next time: push to a new tag".to_owned(),
    })
}

fn names(paths: &[String], count: usize) -> String {
    let more = count.saturating_sub(paths.len());
    let list = paths.join(", ");
    if more > 0 { format!("{list} and {more} more") } else { list }
}

fn is_environment(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(".env") else { return false };
    let is_sample = ["example", "sample", "template", "dist"].iter().any(|word| rest.contains(word));
    (rest.is_empty() || rest.starts_with('.')) && !is_sample
}

/// `-----BEGIN … PRIVATE KEY-----`, but for those that a password protects.
fn holds_private_key(text: &str) -> bool {
    text.split("-----BEGIN ").skip(1).any(|rest| {
        let label = rest.split("-----").next().unwrap_or_default();
        label.ends_with("PRIVATE KEY") && label.len() < 40 && !label.starts_with("ENCRYPTED")
    })
}

/// `main@sha1:<40 hexadecimal digits>`; git's longer digests too.
fn is_revision(text: &str) -> bool {
    let Some((name, digest)) = text.rsplit_once('@') else { return false };
    let is_hex = |digits: &str, len: usize| digits.len() == len && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_digest = digest.strip_prefix("sha1:").is_some_and(|digits| is_hex(digits, 40))
        || digest.strip_prefix("sha256:").is_some_and(|digits| is_hex(digits, 64));
    !name.is_empty() && is_digest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(files: &[(&str, &str)]) -> Vec<String> {
        let mut checker = Checker::default();
        for (path, content) in files {
            checker.file(path, content.len() as u64, content.as_bytes());
        }
        let labels = Labels {
            created: None,
            source: Some("https://example.com/a".to_owned()),
            revision: Some(format!("main@sha1:{}", "0".repeat(40))),
        };
        let findings = checker.finish(&labels, false);
        findings.iter().map(|finding| format!("{} {}", finding.rule, finding.path.as_deref().unwrap_or("-"))).collect()
    }

    const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n";

    #[test]
    fn secrets_are_found_where_they_can_be_read() {
        let open = format!("{SECRET}stringData: {{password: hunter2}}\n");
        assert_eq!(rules(&[("a/b.yaml", &open)]), ["push-secret-material a/b.yaml"]);
        for hidden in
            ["stringData: {password: '${PASSWORD}'}", "stringData: {password: ''}", "data: {a: 'ENC[AES]'}", ""]
        {
            assert!(rules(&[("a.yaml", &format!("{SECRET}{hidden}\n"))]).is_empty(), "{hidden}");
        }
        assert!(rules(&[("templates/a.yaml", &open.replace("hunter2", "{{ .Values.a }}"))]).is_empty());
    }

    #[test]
    fn keys_and_environments_are_found_by_how_they_look() {
        let key = "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\n";
        assert_eq!(rules(&[("id", key)]), ["push-secret-material id"]);
        assert!(
            rules(&[("id", &key.replace("RSA", "ENCRYPTED")), ("id.pub", &key.replace("PRIVATE", "PUBLIC"))])
                .is_empty()
        );
        assert_eq!(rules(&[("app/.env", "A=b"), (".env.example", "")]), ["push-secret-material app/.env"]);
    }

    #[test]
    fn what_is_no_manifest_is_named_once() {
        let files = [("node_modules/a/b.js", ""), ("c.bin", "\0"), ("d.yaml", "")];
        assert_eq!(rules(&files), ["push-unignored-bulk -"]);
        assert_eq!(rules(&[("Chart.yaml", "")]), ["push-chart-as-manifests -"]);
    }

    #[test]
    fn revisions_have_a_form() {
        let sha = "b3b00fe35424a45d373bf4c7214178bc36fd7872";
        assert!(is_revision(&format!("main@sha1:{sha}")) && is_revision(&format!("refs/a@b@sha1:{sha}")));
        for text in ["", "main", sha, &format!("@sha1:{sha}"), &format!("main/{sha}"), "main@sha1:b3b00fe"] {
            assert!(!is_revision(text), "{text}");
        }
    }
}

//! Comments that silence findings, and what is said of such comments.

use crate::collections::{Gather, IndexMap};
use crate::config::{Config, Profile};
use crate::diag::{Diagnostic, Suppression, SuppressionScope, suppressions};
use crate::model::File;
use crate::rules::{Scope, rule, unknown_rule, unused_suppression};

use super::FileReport;
use super::documents::Unread;
use super::plan::Plan;

/// A suppression and which of its names silenced something; one flag for a comment without a list.
struct Comment {
    suppression: Suppression,
    used: Vec<bool>,
}

/// Removes the findings that a comment silences and counts them; then adds what is wrong with the
/// comments themselves, which a comment may silence as well.
pub(super) fn apply(file: &File, plan: &Plan, config: &Config, unread: &Unread, report: &mut FileReport) {
    let found = suppressions(file.parsed_text(), &file.tree, || file.lines());
    if found.is_empty() {
        return;
    }
    let mut comments: Vec<Comment> = found
        .into_iter()
        .map(|suppression| Comment { used: vec![false; suppression.rules.len().max(1)], suppression })
        .gather();
    let mut reach = Reach::new(&comments);
    reach.silence(file, &mut comments, &mut report.diagnostics, &mut report.suppressed);
    let judge = Judge { file, plan, config, unread };
    // Names of rules about comments can only be judged once those have spoken.
    for about_comments in [false, true] {
        let mut findings = Vec::new();
        for comment in &comments {
            judge.judge(comment, about_comments, &mut findings);
        }
        if !about_comments {
            reach.silence(file, &mut comments, &mut findings, &mut report.suppressed);
        }
        report.diagnostics.append(&mut findings);
    }
}

/// What silences a rule's findings somewhere; no name stands for all rules.
type Key = (SuppressionScope, Option<String>);

/// The comments by what they reach.
struct Reach {
    /// The names of comments, each by its comment and its place there, that have not yet silenced
    /// anything.
    waiting: IndexMap<Key, Vec<(usize, usize)>>,
}

impl Reach {
    fn new(comments: &[Comment]) -> Self {
        let mut waiting: IndexMap<Key, Vec<(usize, usize)>> = IndexMap::new();
        for (number, comment) in comments.iter().enumerate() {
            let Suppression { scope, rules, .. } = &comment.suppression;
            if *scope == SuppressionScope::Nowhere {
                continue;
            }
            if rules.is_empty() {
                waiting.or_default((*scope, None)).push((number, 0));
            }
            for (index, (name, _)) in rules.iter().enumerate() {
                waiting.or_default((*scope, Some(name.clone()))).push((number, index));
            }
        }
        Self { waiting }
    }

    fn silence(&mut self, file: &File, comments: &mut [Comment], findings: &mut Vec<Diagnostic>, count: &mut usize) {
        let before = findings.len();
        findings.retain(|finding| {
            let offset = finding.at.span.start();
            let scopes = [
                SuppressionScope::Line(file.lines().line(offset)),
                SuppressionScope::Document(document_of(file, offset)),
                SuppressionScope::File,
            ];
            let mut silenced = false;
            for scope in scopes {
                for name in [None, Some(finding.rule.to_owned())] {
                    let Some(names) = self.waiting.get_mut(&(scope, name)) else { continue };
                    silenced = true;
                    // Each is marked once; the key goes on to silence.
                    for (number, index) in names.drain(..) {
                        if let Some(used) = comments.get_mut(number).and_then(|comment| comment.used.get_mut(index)) {
                            *used = true;
                        }
                    }
                }
            }
            !silenced
        });
        *count += before - findings.len();
    }
}

fn document_of(file: &File, offset: usize) -> usize {
    file.tree.documents().partition_point(|document| document.span.start() <= offset).saturating_sub(1)
}

/// What decides whether a comment is of use.
struct Judge<'c> {
    file: &'c File,
    plan: &'c Plan,
    config: &'c Config,
    unread: &'c Unread,
}

impl Judge<'_> {
    /// Adds what is wrong with a comment. `about_comments` chooses between the names of rules about
    /// comments and all others.
    fn judge(&self, comment: &Comment, about_comments: bool, out: &mut Vec<Diagnostic>) {
        let suppression = &comment.suppression;
        let is_about_comments = |name: &str| matches!(name, "unused-suppression" | "unknown-rule");
        if !about_comments && self.plan.is_on("unknown-rule") {
            for (name, span) in suppression.rules.iter().filter(|(name, _)| rule(name).is_none()) {
                out.push(unknown_rule::report(self.file, name, *span));
            }
        }
        if !self.plan.is_on("unused-suppression") {
            return;
        }
        if suppression.scope == SuppressionScope::Nowhere {
            if !about_comments {
                out.push(unused_suppression::broken(self.file, suppression));
            }
            return;
        }
        let unused: Vec<usize> = (0..comment.used.len()).filter(|index| self.is_unused(comment, *index)).gather();
        // A comment of which nothing is of use is one finding, made when the last name is judged.
        let has_both = suppression.rules.iter().any(|(name, _)| is_about_comments(name));
        if unused.len() == comment.used.len() {
            if about_comments == has_both {
                out.push(unused_suppression::whole(self.file, suppression));
            }
            return;
        }
        for index in unused {
            let name = suppression.rules.get(index).map_or("", |(name, _)| name.as_str());
            if is_about_comments(name) == about_comments {
                out.extend(unused_suppression::name(self.file, suppression, index));
            }
        }
        if self.plan.profile() == Profile::Strict && suppression.reason.is_empty() && !about_comments {
            out.push(unused_suppression::without_reason(self.file, suppression));
        }
    }

    /// True where a rule ran on everything that a name reaches, and nothing of it was silenced.
    fn is_unused(&self, comment: &Comment, index: usize) -> bool {
        let saw_all = match comment.suppression.scope {
            SuppressionScope::Document(document) => !self.unread.has(document),
            SuppressionScope::Line(_) => !self.unread.has(document_of(self.file, comment.suppression.span.start())),
            SuppressionScope::File => self.unread.is_empty(),
            SuppressionScope::Nowhere => true,
        };
        let ran = match comment.suppression.rules.get(index) {
            None => true,
            Some((name, _)) => rule(name).is_some_and(|rule| {
                !matches!(rule.scope, Scope::Registry | Scope::Schema)
                    && self.plan.runs(rule, &self.file.path, self.config)
            }),
        };
        saw_all && ran && comment.used.get(index) == Some(&false)
    }
}

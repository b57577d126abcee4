//! What the controller would say, and what it means.

use crate::doctor::{Action, Diagnosis, Explanation, Step, StepStatus, Verdict};

use super::super::printable::{one_line, printable};
use super::look::{Look, wrap};

/// Columns of a step's name and of its status.
const NAME: usize = 13;
const STATUS: usize = 8;

/// The longest line of a paragraph.
const PARAGRAPH: usize = 110;

/// The answers, an object a paragraph. With `brief` the steps of what is ready are left out.
pub fn diagnoses_text(diagnoses: &[Diagnosis], brief: bool, look: &Look) -> String {
    diagnoses.iter().map(|diagnosis| diagnosis_text(diagnosis, brief, look)).collect::<Vec<_>>().join("\n")
}

fn diagnosis_text(diagnosis: &Diagnosis, brief: bool, look: &Look) -> String {
    let verdict = &diagnosis.verdict;
    let mut out = head(diagnosis, look);
    if !(brief && verdict.ready) {
        for step in &diagnosis.steps {
            out.push_str(&step_text(step, look));
        }
    }
    if diagnosis.suspended {
        out.push_str("\n  The object is suspended: the controller leaves it alone. This is what would be.\n");
    }
    if !verdict.decided && diagnosis.explanation.is_none() {
        out.push_str(&paragraph(&verdict.message, look));
    }
    if let Some(explanation) = &diagnosis.explanation {
        out.push_str(&explanation_text(explanation, look));
    }
    out
}

fn head(diagnosis: &Diagnosis, look: &Look) -> String {
    let verdict = &diagnosis.verdict;
    let name = look.bold(&one_line(&diagnosis.object.name));
    let (state, more) = match verdict {
        Verdict { ready: true, .. } => (look.good("ready"), verdict.revision.clone().unwrap_or_default()),
        Verdict { decided: false, .. } => (look.warning("undecided"), String::new()),
        Verdict { reason, stalled, .. } => {
            let stalled = if *stalled { " (stalled)" } else { "" };
            (look.error("not ready"), format!("{reason}{stalled}"))
        }
    };
    let url = match diagnosis.url.as_str() {
        "" => String::new(),
        url => format!("   {}", one_line(url)),
    };
    let more = if more.is_empty() { more } else { format!("   {}", one_line(&more)) };
    format!("{name}{url}   {state}{more}\n")
}

fn step_text(step: &Step, look: &Look) -> String {
    let word = format!("{:<STATUS$}", step.status.as_str());
    let status = match step.status {
        StepStatus::Ok => look.good(&word),
        StepStatus::Failed => look.error(&word),
        StepStatus::Skipped => look.dim(&word),
    };
    let detail = printable(step.detail.trim_end());
    // The controller's message is never broken: it can be searched for.
    let mut lines = detail.lines();
    let first = lines.next().unwrap_or_default();
    let first = if step.status == StepStatus::Skipped { look.dim(first) } else { first.to_owned() };
    let mut out = format!("  {:<NAME$} {status} {first}\n", step.name.as_str());
    for line in lines {
        out.push_str(&format!("  {} {line}\n", " ".repeat(NAME + 1 + STATUS)));
    }
    out
}

fn explanation_text(explanation: &Explanation, look: &Look) -> String {
    let mut out = paragraph(&explanation.text, look);
    for (index, action) in explanation.actions.iter().enumerate() {
        if index == 0 {
            out.push('\n');
        }
        let word = if index == 0 { look.help("do") } else { "  ".to_owned() };
        out.push_str(&action_text(&word, action, look));
    }
    out
}

fn paragraph(text: &str, look: &Look) -> String {
    let mut out = String::from("\n");
    for line in wrap(&printable(text), width(look)) {
        out.push_str(format!("  {line}").trim_end());
        out.push('\n');
    }
    out
}

fn action_text(word: &str, action: &Action, look: &Look) -> String {
    let mut out = String::new();
    let say = match action.paste.is_empty() {
        true => one_line(&action.say).into_owned(),
        false => format!("{}:", one_line(&action.say)),
    };
    for (index, line) in wrap(&say, width(look) - 5).iter().enumerate() {
        let word = if index == 0 { word } else { "  " };
        out.push_str(&format!("  {word}   {line}\n"));
    }
    // What is to be pasted stays as it is.
    for line in printable(&action.paste).lines() {
        out.push_str(format!("         {line}").trim_end());
        out.push('\n');
    }
    out
}

fn width(look: &Look) -> usize {
    look.width.min(PARAGRAPH).saturating_sub(2).max(40)
}

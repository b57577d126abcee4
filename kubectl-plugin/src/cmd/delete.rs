//! `delete`: one artifact, or what retention leaves.

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::time::{SystemTime, UNIX_EPOCH};

use kubectl_oci_core::compat::image_name::Repository as Name;
use kubectl_oci_core::listing::Filter;
use kubectl_oci_core::render::printable;
use kubectl_oci_core::retention::{Fate, Policy};

use super::Session;
use crate::access::Access;
use crate::answer::results_json_with;
use crate::cli::DeleteArgs;
use crate::configs::{Changes, Configs};
use crate::delete::{Going, Outcome, Plan, look, refused, refused_tag, refuses_all, single};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::registry::{self, Action, Repository};
use crate::term::{print, print_error};

pub(super) fn run(args: &DeleteArgs, session: &Session) -> Result<Exit> {
    let configs = Configs::new(&session.global, Changes::default(), session.terminal.err)?;
    let found = configs.for_folder(configs.current())?;
    let policy = policy(args)?;
    let may_ask = std::io::stdin().is_terminal() && std::io::stderr().is_terminal() && !args.registry.password_stdin;
    if !args.dry_run && !args.yes && !may_ask {
        return Err(Error::usage("nobody is there to be asked", "look with --dry-run, then delete with --yes"));
    }
    let access = Access::new(&args.registry, &found.config)?;
    let target = access.target(&args.url)?;
    let is_one = target.tag.is_some() || target.digest.is_some();
    match (is_one, &policy) {
        (true, Some(_)) => {
            return Err(Error::usage(
                format!("\"{}\" names one artifact, and retention is a repository's", args.url),
                format!("write oci://{}", target.name),
            ));
        }
        (false, None) => {
            let help = "name a tag or a digest, or say what stays with --keep-semver or --older-than";
            return Err(Error::usage(format!("\"{}\" names a whole repository", args.url), help));
        }
        _ => {}
    }
    // What is found out is asked for twice as one run: people may take long to answer.
    let plan = registry::run(args.registry.timeout, async {
        let repository = access.open(&target.name, Action::Delete).await?;
        match &policy {
            Some(policy) => look(&repository, policy, args.referrers).await,
            None => single(&repository, &target, args.referrers).await,
        }
    })?;
    let deletes = !args.dry_run && plan.goes();
    if deletes && !args.yes {
        print_error(&plan_text(&plan, &target.name));
        if !confirmed(&plan)? {
            print_error("nothing was deleted\n");
            return Ok(Exit::Clean);
        }
    }
    let outcomes = match deletes {
        true => registry::run(args.registry.timeout, async {
            let repository = access.open(&target.name, Action::Delete).await?;
            execute(&repository, &plan).await
        }),
        false => Ok(plan.going.iter().map(|_| Outcome::Planned).collect()),
    };
    access.show_warnings();
    answer(args, &plan, &outcomes?, &target.name, session.global.quiet)
}

/// What is to stay, where that is said.
fn policy(args: &DeleteArgs) -> Result<Option<Policy>> {
    let among = Filter::new(args.semver.as_deref().unwrap_or(""), args.filter_regex.as_deref().unwrap_or(""))
        .map_err(|error| Error::usage(error.to_string(), "ranges are Masterminds', expressions are Go's"))?;
    if args.keep_semver.is_none() && args.older_than.is_none() {
        if args.semver.is_some() || args.filter_regex.is_some() {
            let help = "say what stays with --keep-semver or --older-than";
            return Err(Error::usage("a filter alone does not say what is to go", help));
        }
        return Ok(None);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    let made_before = args.older_than.map(|age| i64::try_from(now.saturating_sub(age.as_secs())).unwrap_or(i64::MAX));
    Ok(Some(Policy { among, keep_semver: args.keep_semver, made_before }))
}

fn confirmed(plan: &Plan) -> Result<bool> {
    let number = plan.going.len();
    print_error(&format!("delete {}? [y/N] ", if number == 1 { "it".to_owned() } else { format!("these {number}") }));
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Deletes one after the other: a registry that refuses one refuses all.
async fn execute(repository: &Repository, plan: &Plan) -> Result<Vec<Outcome>> {
    let mut out = Vec::new();
    for going in &plan.going {
        match going.delete(repository).await {
            Ok(()) => out.push(Outcome::Deleted),
            Err(error) if out.is_empty() => {
                if let Some(refused) = refused_tag(repository, going, &error) {
                    return Err(refused);
                }
                if refuses_all(&error) {
                    return Err(refused(repository, &error));
                }
                out.push(Outcome::Failed(error));
            }
            Err(error) => out.push(Outcome::Failed(error)),
        }
    }
    Ok(out)
}

fn answer(args: &DeleteArgs, plan: &Plan, outcomes: &[Outcome], name: &Name, quiet: bool) -> Result<Exit> {
    let rows = plan.rows(outcomes);
    let failed = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Failed(error) => Some(error.exit()),
        _ => None,
    });
    let exit = failed.fold(Exit::Clean, |exit, other| exit.or(if other == Exit::Clean { Exit::Found } else { other }));
    if args.answer.is_json() {
        print(&results_json_with(rows.iter(), "url", &format!("oci://{name}")))?;
        return Ok(exit);
    }
    if args.dry_run || outcomes.is_empty() {
        print(&plan_text(plan, name))?;
        return Ok(exit);
    }
    let mut out = String::new();
    for (going, outcome) in plan.going.iter().zip(outcomes) {
        if let Outcome::Deleted = outcome {
            out.push_str(&format!("deleted {}\n", shown(going, name)));
        }
    }
    if !quiet {
        let deleted = plan.going.iter().zip(outcomes).filter(|(_, outcome)| matches!(outcome, Outcome::Deleted));
        out.push_str(&left_text(deleted.map(|(going, _)| going)));
        out.push_str(&kept_text(plan));
    }
    print(&out)?;
    for (going, outcome) in plan.going.iter().zip(outcomes) {
        if let Outcome::Failed(error) = outcome {
            let why = error.to_string();
            print_error(&format!("error: {} was not deleted\n  {}\n", shown(going, name), printable(why.trim_end())));
        }
    }
    Ok(exit)
}

/// What would go, and what stays and why.
fn plan_text(plan: &Plan, name: &Name) -> String {
    let mut out = String::new();
    if plan.going.is_empty() {
        out.push_str(&format!("nothing of oci://{name} goes\n"));
    }
    for going in &plan.going {
        out.push_str(&format!("goes    {}\n", shown(going, name)));
    }
    out + &left_text(plan.going.iter()) + &kept_text(plan)
}

/// What is left of indexes. crane and oras leave it too.
fn left_text<'a>(going: impl Iterator<Item = &'a Going>) -> String {
    let leaving: Vec<&Going> = going.filter(|going| !going.leaves.is_empty()).collect();
    let left: BTreeSet<&str> = leaving.iter().flat_map(|going| &going.leaves).map(String::as_str).collect();
    let (manifests, them) = if left.len() == 1 { ("manifest", "it") } else { ("manifests", "them") };
    let index = if leaving.len() == 1 { "the index" } else { "these indexes" };
    match left.len() {
        0 => String::new(),
        number => format!(
            "stays   {number} {manifests} that only {index} listed: until the registry collects its garbage (--json names {them})\n"
        ),
    }
}

fn kept_text(plan: &Plan) -> String {
    let line = |(tag, fate): &(String, Fate)| format!("stays   {}: {}\n", printable(tag), fate.reason());
    plan.kept.iter().map(line).collect()
}

fn shown(going: &Going, name: &Name) -> String {
    let tags = going.tags.iter().map(|tag| format!("oci://{name}:{}", printable(tag))).collect::<Vec<_>>().join(", ");
    let of = going.why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
    match (tags.as_str(), &going.needed_by) {
        ("", _) => format!("oci://{name}@{}{of}", going.digest),
        (tags, Some(other)) => format!("{tags} (the tag alone: {} needs {})", printable(other), going.digest),
        (tags, None) => format!("{tags} {}{of}", going.digest),
    }
}

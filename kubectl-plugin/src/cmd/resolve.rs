//! `resolve`.

use kubectl_oci_core::compat::image_name::SCHEME;
use kubectl_oci_core::render::{Failure, printable_json, resolutions_json, resolutions_text, why_text};
use kubectl_oci_core::resolve::{Request, Resolution, Tags, parse_tags};

use super::objects::{self, Asked};
use super::{Session, resolve_online};
use crate::access::target;
use crate::cli::{ResolveArgs, TextOrJson};
use crate::configs::slashes;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input::{is_stdin, read_text, two_from_stdin};
use crate::term::{print, print_error};

pub(super) fn run(args: &ResolveArgs, session: &Session) -> Result<Exit> {
    let from_stdin = args.filename.iter().chain(&args.with).chain(&args.tags).filter(|path| is_stdin(path));
    if from_stdin.count() > 1 {
        return Err(two_from_stdin());
    }
    let asked = requests(args, session)?;
    if args.tags.is_none() && !args.offline && asked.iter().all(|asked| !asked.request.url.is_empty()) {
        return resolve_online::run(args, &asked, session);
    }
    let requests: Vec<Request> = asked.into_iter().map(|asked| asked.request).collect();
    let tags = tags(args, &requests)?;
    if let Some(name) = &tags.repository {
        warn_of_other_repository(name, &requests);
    }
    let answers = requests.iter().map(|request| (request.resolve(&tags.tags), tags.tags.as_slice()));
    show(&answers.collect::<Vec<_>>(), args, session)
}

/// Prints answers, each with the tags that it was chosen from.
pub(super) fn show(answers: &[(Resolution<'_>, &[String])], args: &ResolveArgs, session: &Session) -> Result<Exit> {
    let look = &session.terminal.out;
    let with_rejected = !session.global.quiet;
    let resolutions = answers.iter().map(|(resolution, _)| resolution);
    let text = match (args.output, &args.why) {
        (TextOrJson::Json, _) => printable_json(resolutions_json(resolutions, with_rejected)),
        (TextOrJson::Text, Some(tag)) => {
            let each = answers.iter().map(|(resolution, tags)| why_text(resolution, tag, tags, look));
            each.collect::<Vec<_>>().join("\n")
        }
        (TextOrJson::Text, None) => resolutions_text(resolutions, with_rejected, look),
    };
    print(&text)?;
    let is_failed = answers.iter().any(|(resolution, _)| resolution.error().is_some());
    Ok(if is_failed { Exit::Found } else { Exit::Clean })
}

fn requests(args: &ResolveArgs, session: &Session) -> Result<Vec<Asked>> {
    if args.semver.is_some() || args.url.is_some() {
        return Ok(vec![given_by_hand(args)?.into()]);
    }
    objects::of_files(&args.filename, &args.with, &args.variables, session)
}

/// What is asked on the command line itself.
fn given_by_hand(args: &ResolveArgs) -> Result<Request> {
    let mut request = Request {
        semver: args.semver.clone().unwrap_or_default(),
        semver_filter: args.filter.clone().unwrap_or_default(),
        insecure: args.registry.plain_http,
        ..Request::default()
    };
    if let Some(url) = &args.url {
        let target = target(url)?;
        request.url = format!("{SCHEME}{}", target.name);
        request.digest = target.digest.unwrap_or_default();
        request.tag = target.tag.unwrap_or_default();
        if args.semver.is_some() && !(request.digest.is_empty() && request.tag.is_empty()) {
            return Err(Error::usage("a range and a tag or digest are both asked for", "leave one of them out"));
        }
    }
    Ok(request)
}

fn tags(args: &ResolveArgs, requests: &[Request]) -> Result<Tags> {
    let Some(path) = &args.tags else {
        if let Some(request) = requests.iter().find(|request| request.needs_tags()) {
            let way = if request.url.is_empty() { "name the repository as oci://…" } else { "leave --offline out" };
            let repository = request.url.strip_prefix("oci://").filter(|url| !url.is_empty()).unwrap_or("REPOSITORY");
            return Err(Error::usage(
                Failure::tags_needed(&request.semver).message,
                format!("{way}, or give them: `crane ls {repository} | … resolve --tags -`"),
            ));
        }
        return Ok(Tags { tags: Vec::new(), repository: None });
    };
    let text = read_text(path, "the list of tags")?;
    parse_tags(&text).map_err(|why| {
        let name = if is_stdin(path) { "standard input".to_owned() } else { slashes(path) };
        let failure = Failure::new(format!("the list of tags {name} could not be read"))
            .why(why)
            .help("write one tag a line, or JSON as `GET /v2/NAME/tags/list` answers it");
        Error::input(failure)
    })
}

/// A list that says it is of another repository is most likely the wrong file.
fn warn_of_other_repository(name: &str, requests: &[Request]) {
    for request in requests.iter().filter(|request| request.needs_tags() && !request.url.is_empty()) {
        let url = request.url.trim_end_matches('/');
        if !url.ends_with(name) && !name.ends_with(url.trim_start_matches("oci://")) {
            print_error(&format!("warning: these are the tags of {name}, and the object is about {}\n", request.url));
        }
    }
}

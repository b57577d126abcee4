//! `resolve`.

use std::sync::Arc;

use kubectl_oci_core::lint::{Input, read};
use kubectl_oci_core::model::Role;
use kubectl_oci_core::render::{Failure, resolutions_json, resolutions_text, why_text};
use kubectl_oci_core::resolve::Request;

use super::Session;
use super::tags::{Tags, parse};
use crate::cli::{ResolveArgs, TextOrJson};
use crate::configs::{Changes, Configs, slashes};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::input::{is_stdin, read_text, two_from_stdin};
use crate::term::{print, print_error};

pub(super) fn run(args: &ResolveArgs, session: &Session) -> Result<Exit> {
    let from_stdin = args.filename.iter().chain(&args.tags).filter(|path| is_stdin(path));
    if from_stdin.count() > 1 {
        return Err(two_from_stdin());
    }
    let requests = requests(args, session)?;
    let tags = tags(args, &requests)?;
    if let Some(name) = &tags.repository {
        warn_of_other_repository(name, &requests);
    }
    let resolutions: Vec<_> = requests.iter().map(|request| request.resolve(&tags.tags)).collect();
    let look = &session.terminal.out;
    let with_rejected = !session.global.quiet;
    let text = match (args.output, &args.why) {
        (TextOrJson::Json, _) => resolutions_json(&resolutions, with_rejected),
        (TextOrJson::Text, Some(tag)) => {
            let each = resolutions.iter().map(|resolution| why_text(resolution, tag, &tags.tags, look));
            each.collect::<Vec<_>>().join("\n")
        }
        (TextOrJson::Text, None) => resolutions_text(&resolutions, with_rejected, look),
    };
    print(&text)?;
    let is_failed = resolutions.iter().any(|resolution| resolution.error().is_some());
    Ok(if is_failed { Exit::Found } else { Exit::Clean })
}

fn requests(args: &ResolveArgs, session: &Session) -> Result<Vec<Request>> {
    if let Some(semver) = &args.semver {
        let semver_filter = args.filter.clone().unwrap_or_default();
        return Ok(vec![Request { semver: semver.clone(), semver_filter, ..Request::default() }]);
    }
    let configs = Configs::new(&session.global, Changes::of_variables(&args.variables), session.terminal.err)?;
    let mut out = Vec::new();
    for path in &args.filename {
        let text = read_text(path, "the manifest")?;
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let folder = if is_stdin(path) { configs.current() } else { absolute.parent().unwrap_or(configs.current()) };
        let found = configs.for_folder(folder)?;
        let input = Input { path: slashes(path), text, role: Role::Named };
        let file = read(0, input, Arc::new(found.config.substitute.clone()));
        // A document that was not read to its end may mean something else than what was read of it.
        if let Some((_, error)) = file.syntax_errors().next() {
            let line = file.lines().line(error.span.start()) + 1;
            let failure = Failure::new(format!("{} is not YAML that Kubernetes reads", slashes(path)))
                .why(format!("line {line}: {}", error.message))
                .help(format!("`kubectl oci lint {}` shows the place", slashes(path)));
            return Err(Error::input(failure));
        }
        out.extend(Request::of_file(&file));
    }
    if out.is_empty() {
        let names: Vec<String> = args.filename.iter().map(|path| slashes(path)).collect();
        let failure = Failure::new(format!("there is no OCIRepository in {}", names.join(", ")))
            .help("name a manifest with one, or ask about a range with --semver");
        return Err(Error::input(failure));
    }
    Ok(out)
}

fn tags(args: &ResolveArgs, requests: &[Request]) -> Result<Tags> {
    let Some(path) = &args.tags else {
        if let Some(request) = requests.iter().find(|request| request.needs_tags()) {
            let repository = request.url.strip_prefix("oci://").filter(|url| !url.is_empty()).unwrap_or("REPOSITORY");
            return Err(Error::usage(
                format!("the range \"{}\" needs the repository's tags", request.semver),
                format!("give them with --tags: `crane ls {repository} | … resolve --tags -`"),
            ));
        }
        return Ok(Tags { tags: Vec::new(), repository: None });
    };
    let text = read_text(path, "the list of tags")?;
    parse(&text).map_err(|why| {
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

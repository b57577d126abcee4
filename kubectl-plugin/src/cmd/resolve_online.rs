//! `resolve` against the registries that the objects name.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use kubectl_oci_core::compat::image_name::Repository as Name;
use kubectl_oci_core::resolve::{Request, Resolution};

use super::Session;
use super::resolve::show;
use crate::access::Access;
use crate::cli::ResolveArgs;
use crate::configs::{Changes, Configs};
use crate::error::Result;
use crate::exit::Exit;
use crate::registry::{self, Action, Repository};

/// How many repositories are asked at a time.
const AT_A_TIME: usize = 8;

/// What registries answered, by what they were asked. Objects that ask the same share the answer.
type Answers<Key, Answer> = BTreeMap<Key, registry::Result<Answer>>;

/// A repository, and how it is reached.
#[derive(Clone)]
struct Place {
    name: Name,
    /// `spec.insecure` of an object.
    is_insecure: bool,
}

impl Place {
    fn of(access: &Access, request: &Request) -> Option<Self> {
        let name = access.named(&request.repository().ok()?);
        Some(Self { name, is_insecure: request.insecure && request.object.is_some() })
    }

    /// What the answers for it are kept under.
    fn key(&self, tag: &str) -> String {
        format!("{}:{tag}:{}", self.name, self.is_insecure)
    }

    async fn open(&self, access: &Access) -> Result<Repository> {
        access.open_as(&self.name, Action::Pull, self.is_insecure).await
    }
}

pub(super) fn run(args: &ResolveArgs, requests: &[Request], session: &Session) -> Result<Exit> {
    let configs = Configs::new(&session.global, Changes::default(), session.terminal.err)?;
    let found = configs.for_folder(configs.current())?;
    let access = Access::new(&args.registry, &found.config)?;
    let exit = registry::run(args.registry.timeout, resolve(&access, args, requests, session));
    access.show_warnings();
    exit
}

async fn resolve(access: &Access, args: &ResolveArgs, requests: &[Request], session: &Session) -> Result<Exit> {
    let names: Vec<Option<Place>> = requests.iter().map(|request| Place::of(access, request)).collect();
    let wanted = requests.iter().zip(&names).filter(|(request, _)| request.needs_tags());
    let wanted = wanted.filter_map(|(_, place)| Some((place.as_ref()?.key(""), place.clone()?)));
    let tags = ask_all(wanted.collect(), |place: Place| tags(access, place)).await?;

    let mut answers = Vec::new();
    for (request, name) in requests.iter().zip(&names) {
        let of_repository = name.as_ref().and_then(|place| tags.get(&place.key("")));
        answers.push(match (request.repository(), of_repository) {
            (Err(why), _) => (request.refused(why), &[][..]),
            (Ok(_), Some(Err(error))) => (request.without_tags(&error.to_string()), &[][..]),
            (Ok(_), Some(Ok(tags))) => (request.resolve(tags), tags.as_slice()),
            (Ok(_), None) => (request.resolve::<String>(&[]), &[][..]),
        });
    }
    let digests = digests(access, &answers, &names).await?;
    for ((resolution, _), name) in answers.iter_mut().zip(&names) {
        let key = resolution.tag().zip(name.as_ref()).map(|(tag, place)| place.key(tag));
        if let Some(digest) = key.and_then(|key| digests.get(&key)) {
            resolution.set_digest(digest.clone().map_err(|error| error.to_string()));
        }
    }
    let of_registries = tags.values().filter_map(|answer| answer.as_ref().err());
    let of_registries = of_registries.chain(digests.values().filter_map(|answer| answer.as_ref().err()));
    let exit = of_registries.fold(Exit::Clean, |exit, error| exit.or(error.exit()));
    Ok(show(&answers, args, session)?.or(exit))
}

/// The digests of the tags that were chosen.
async fn digests(
    access: &Access,
    answers: &[(Resolution<'_>, &[String])],
    names: &[Option<Place>],
) -> Result<Answers<String, String>> {
    let chosen = answers.iter().zip(names).filter_map(|((resolution, _), name)| {
        let (tag, place) = (resolution.tag()?, name.clone()?);
        Some((place.key(tag), (place, tag.to_owned())))
    });
    ask_all(chosen.collect(), |(place, tag): (Place, String)| digest(access, place, tag)).await
}

/// Asks each question once, several at a time.
async fn ask_all<Question, Answer, Asking>(
    questions: BTreeMap<String, Question>,
    ask: impl Fn(Question) -> Asking,
) -> Result<Answers<String, Answer>>
where
    Asking: Future<Output = Result<registry::Result<Answer>>>,
{
    let asking = questions.into_iter().map(|(key, question)| {
        let asking = ask(question);
        async { Ok::<_, crate::error::Error>((key, asking.await?)) }
    });
    let answers: Vec<_> = stream::iter(asking).buffer_unordered(AT_A_TIME).collect().await;
    answers.into_iter().collect()
}

async fn tags(access: &Access, place: Place) -> Result<registry::Result<Vec<String>>> {
    Ok(place.open(access).await?.tags().await)
}

async fn digest(access: &Access, place: Place, tag: String) -> Result<registry::Result<String>> {
    Ok(place.open(access).await?.digest_of(&tag).await)
}

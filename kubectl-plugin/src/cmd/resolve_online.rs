//! `resolve` against the registries that the objects name.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use kubectl_oci_core::compat::image_name::Repository as Name;
use kubectl_oci_core::reference::By;
use kubectl_oci_core::resolve::Resolution;

use super::Session;
use super::objects::Asked;
use super::resolve::show;
use crate::access::Access;
use crate::cli::ResolveArgs;
use crate::configs::{Changes, Configs};
use crate::error::Result;
use crate::exit::Exit;
use crate::registry;

/// How many repositories are asked at a time.
const AT_A_TIME: usize = 8;

/// What registries answered, by what they were asked. Objects that ask the same share the answer.
type Answers<Key, Answer> = BTreeMap<Key, registry::Result<Answer>>;

pub(super) fn run(args: &ResolveArgs, asked: &[Asked], session: &Session) -> Result<Exit> {
    let configs = Configs::new(&session.global, Changes::default(), session.terminal.err)?;
    let found = configs.for_folder(configs.current())?;
    let access = Access::new(&args.registry, &found.config)?;
    // A digest is its own answer, and what is only known later is not asked about.
    let is_asked = |asked: &&Asked| asked.request.by() != By::Digest && asked.request.unknown.is_none();
    asked.iter().filter(is_asked).for_each(|asked| asked.warn_of_unseen(&access));
    let exit = registry::run(args.registry.timeout, resolve(&access, args, asked, session));
    access.show_warnings();
    exit
}

/// A repository, and how it is reached.
#[derive(Clone, Copy)]
struct Place<'a> {
    name: &'a Name,
    asked: &'a Asked,
    /// The first object that reaches its registry in the same way.
    way: usize,
}

impl Place<'_> {
    /// Objects with the same key get the same answers.
    fn key(&self) -> String {
        format!("{} {}", self.name, self.way)
    }
}

async fn resolve(access: &Access, args: &ResolveArgs, asked: &[Asked], session: &Session) -> Result<Exit> {
    let names: Vec<Option<Name>> =
        asked.iter().map(|asked| Some(access.named(&asked.request.repository().ok()?))).collect();
    let places: Vec<Option<Place<'_>>> = asked.iter().zip(&names).map(|(of, name)| place(of, name, asked)).collect();
    let wanted = asked.iter().zip(&places).filter(|(asked, _)| asked.request.needs_tags());
    let wanted = wanted.filter_map(|(_, place)| Some((place.as_ref()?.key(), (*place)?)));
    let tags = ask_all(wanted.collect(), |place: Place<'_>| tags(access, place)).await?;

    let mut answers = Vec::new();
    for (Asked { request, .. }, place) in asked.iter().zip(&places) {
        let of_repository = place.as_ref().and_then(|place| tags.get(&place.key()));
        answers.push(match (request.repository(), of_repository) {
            (Err(why), _) => (request.refused(why), &[][..]),
            (Ok(_), Some(Err(error))) => (request.without_tags(&error.to_string()), &[][..]),
            (Ok(_), Some(Ok(tags))) => (request.resolve(tags), tags.as_slice()),
            (Ok(_), None) => (request.resolve::<String>(&[]), &[][..]),
        });
    }
    let digests = digests(access, &answers, &places).await?;
    for ((resolution, _), place) in answers.iter_mut().zip(&places) {
        let key = resolution.tag().zip(place.as_ref()).map(|(tag, place)| format!("{} {tag}", place.key()));
        if let Some(digest) = key.and_then(|key| digests.get(&key)) {
            resolution.set_digest(digest.clone().map_err(|error| error.to_string()));
        }
    }
    let of_registries = tags.values().filter_map(|answer| answer.as_ref().err());
    let of_registries = of_registries.chain(digests.values().filter_map(|answer| answer.as_ref().err()));
    let exit = of_registries.fold(Exit::Clean, |exit, error| exit.or(error.exit()));
    Ok(show(&answers, args, session)?.or(exit))
}

fn place<'a>(of: &'a Asked, name: &'a Option<Name>, all: &[Asked]) -> Option<Place<'a>> {
    let way = all.iter().position(|other| other.goes_with(of)).unwrap_or_default();
    Some(Place { name: name.as_ref()?, asked: of, way })
}

/// The digests of the tags that were chosen.
async fn digests(
    access: &Access,
    answers: &[(Resolution<'_>, &[String])],
    places: &[Option<Place<'_>>],
) -> Result<Answers<String, String>> {
    let chosen = answers.iter().zip(places).filter_map(|((resolution, _), place)| {
        let (tag, place) = (resolution.tag()?, (*place)?);
        Some((format!("{} {tag}", place.key()), (place, tag.to_owned())))
    });
    ask_all(chosen.collect(), |(place, tag): (Place<'_>, String)| digest(access, place, tag)).await
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

async fn tags(access: &Access, place: Place<'_>) -> Result<registry::Result<Vec<String>>> {
    let repository = place.asked.open(access, place.name).await?;
    Ok(repository.tags().await)
}

async fn digest(access: &Access, place: Place<'_>, tag: String) -> Result<registry::Result<String>> {
    let repository = place.asked.open(access, place.name).await?;
    Ok(repository.digest_of(&tag).await)
}

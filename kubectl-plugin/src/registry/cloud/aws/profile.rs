//! The shared files `~/.aws/config` and `~/.aws/credentials`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::sts::{self, Role};
use super::{Handed, Keys, container, instance, of_environment};
use crate::registry::cloud::machine::{Machine, read_if_there};
use crate::registry::cloud::program;
use crate::registry::cloud::tried::{Found, Miss};
use crate::registry::secret::Secret;

/// How many profiles may lie behind each other.
const DEPTH: usize = 8;

/// The settings of each profile. They may be secret: no `Debug`.
type Profiles = BTreeMap<String, BTreeMap<String, String>>;

/// The keys of the profile that is meant.
pub(super) async fn keys(machine: &Machine, region: &str) -> Found<Keys> {
    let named = machine.variable("AWS_PROFILE").or_else(|| machine.variable("AWS_DEFAULT_PROFILE"));
    let name = named.clone().unwrap_or_else(|| "default".to_owned());
    let profiles = read(machine)?;
    if !profiles.contains_key(&name) {
        let why = format!("there is no profile \"{name}\" in the files of ~/.aws");
        return Err(if named.is_some() { Miss::Failed(why) } else { Miss::Absent(why) });
    }
    let region = profiles.get(&name).and_then(|profile| profile.get("region")).map_or(region, String::as_str);
    let (base, roles) = plan(&profiles, &name)?;
    let mut keys = of_base(machine, region, base).await?;
    for role in roles.iter().rev() {
        keys = sts::assume(machine, region, role, &keys).await?;
    }
    keys.identity = format!("{} (profile \"{name}\")", keys.identity);
    Ok(keys)
}

/// What a chain of roles begins with.
enum Base {
    Keys(Keys),
    /// A command line that prints keys.
    Process(String),
    /// `credential_source`
    Source(String),
    WebIdentity {
        file: String,
        role: Role,
    },
}

async fn of_base(machine: &Machine, region: &str, base: Base) -> Found<Keys> {
    match base {
        Base::Keys(keys) => Ok(keys),
        Base::Process(line) => {
            let out = program::run_line(&line).await.map_err(|why| format!("credential_process: {why}"))?;
            let handed: Handed = serde_json::from_str(&out)
                .map_err(|_| "credential_process: its program does not print keys in JSON".to_owned())?;
            Ok(handed.keys(machine, "the keys of credential_process".to_owned())?)
        }
        Base::Source(source) => {
            let found = match source.as_str() {
                "Environment" => of_environment(machine),
                "EcsContainer" => container::keys(machine).await,
                "Ec2InstanceMetadata" => instance::keys(machine).await,
                _ => Err(Miss::Failed("it is none of AWS's".to_owned())),
            };
            // The profile wants it, so it is not passed over.
            found.map_err(|miss| {
                let (Miss::Absent(why) | Miss::Program(why) | Miss::Failed(why)) = miss;
                Miss::Failed(format!("credential_source {source}: {why}"))
            })
        }
        Base::WebIdentity { file, role } => {
            Ok(sts::with_web_identity(machine, region, &file, &role.arn, role.session.as_deref()).await?)
        }
    }
}

/// What a profile begins with, and the roles behind it, the last one first.
fn plan(profiles: &Profiles, name: &str) -> Found<(Base, Vec<Role>)> {
    let mut roles = Vec::new();
    let mut name = name.to_owned();
    for _ in 0..DEPTH {
        let Some(profile) = profiles.get(&name) else {
            return Err(Miss::Failed(format!("source_profile \"{name}\" is not in the files of ~/.aws")));
        };
        let get = |key: &str| profile.get(key).filter(|value| !value.is_empty()).cloned();
        let keys = || {
            let (id, secret) = (get("aws_access_key_id")?, get("aws_secret_access_key")?);
            let identity = format!("access key {id}");
            let session_token = get("aws_session_token").map(Secret::new);
            Some(Keys { access_key_id: id, secret: Secret::new(secret), session_token, identity })
        };
        if let Some(arn) = get("role_arn") {
            let role = Role { arn, session: get("role_session_name"), external_id: get("external_id") };
            if let Some(file) = get("web_identity_token_file") {
                return Ok((Base::WebIdentity { file, role }, roles));
            }
            if get("mfa_serial").is_some() {
                return Err(Miss::Program(format!(
                    "profile \"{name}\" asks for a second factor, which is left to `aws`"
                )));
            }
            roles.push(role);
            match (get("source_profile"), get("credential_source")) {
                // A profile that names itself as its source means its own keys.
                (Some(source), _) if source == name => {
                    return keys().map(|keys| (Base::Keys(keys), roles)).ok_or_else(|| {
                        Miss::Failed(format!("profile \"{name}\" is its own source_profile, and has no keys"))
                    });
                }
                (Some(source), _) => name = source,
                (None, Some(source)) => return Ok((Base::Source(source), roles)),
                (None, None) => {
                    return Err(Miss::Failed(format!(
                        "profile \"{name}\" has role_arn, and neither source_profile nor credential_source"
                    )));
                }
            }
            continue;
        }
        if let Some(keys) = keys() {
            return Ok((Base::Keys(keys), roles));
        }
        if get("sso_session").is_some() || get("sso_start_url").is_some() || get("login_session").is_some() {
            return Err(Miss::Program(format!(
                "profile \"{name}\" is signed in to by way of a browser, which is left to `aws`"
            )));
        }
        return match get("credential_process") {
            Some(line) => Ok((Base::Process(line), roles)),
            None => Err(Miss::Absent(format!("profile \"{name}\" has no credentials"))),
        };
    }
    Err(Miss::Failed("its source_profiles lead in a ring".to_owned()))
}

/// Both files. Of a setting that is in both, the one of `credentials` counts.
fn read(machine: &Machine) -> Result<Profiles, String> {
    let path = |variable: &str, name: &str| {
        machine.variable(variable).map(PathBuf::from).or_else(|| machine.home(&format!(".aws/{name}")))
    };
    let text = |path: Option<PathBuf>| path.map_or(Ok(None), |path| read_if_there(&path));
    let mut out = Profiles::new();
    if let Some(text) = text(path("AWS_CONFIG_FILE", "config"))? {
        parse(&text, true, &mut out);
    }
    if let Some(text) = text(path("AWS_SHARED_CREDENTIALS_FILE", "credentials"))? {
        parse(&text, false, &mut out);
    }
    Ok(out)
}

/// Sections of `key = value`. In `config` all but the default one are called `profile NAME`; other sections, and
/// settings below settings (they are indented), are none of ours.
fn parse(text: &str, is_config: bool, out: &mut Profiles) {
    let mut profile: Option<String> = None;
    for line in text.trim_start_matches('\u{feff}').lines() {
        if line.starts_with(char::is_whitespace) || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(section) = line.strip_prefix('[') {
            let section = section.split(']').next().unwrap_or_default().trim();
            profile = match section.strip_prefix("profile").filter(|rest| rest.starts_with(char::is_whitespace)) {
                Some(name) if is_config => Some(name.trim().trim_matches('"').to_owned()),
                _ if !is_config || section == "default" => Some(section.to_owned()),
                _ => None,
            };
            if let Some(name) = &profile {
                out.entry(name.clone()).or_default();
            }
        } else if let (Some(name), Some((key, value))) = (&profile, line.split_once('=')) {
            let end = [" #", " ;", "\t#", "\t;"].iter().filter_map(|mark| value.find(mark)).min();
            let value = value.get(..end.unwrap_or(value.len())).unwrap_or(value);
            let settings = out.entry(name.clone()).or_default();
            settings.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "[default]\nregion = eu-west-1 # here\n\n[profile deploy]\nrole_arn = arn:deploy\nsource_profile = base\nexternal_id=x\ns3 =\n  max_queue_size = 1\n\
        [profile self]\nrole_arn=arn:self\nsource_profile=self\n[profile ring]\nrole_arn=arn:a\nsource_profile=gnir\n\
        [profile gnir]\nrole_arn=arn:b\nsource_profile=ring\n[sso-session corp]\nsso_start_url=x\n[profile sso]\nsso_session=corp\n\
        [profile mfa]\nrole_arn=arn:c\nmfa_serial=d\nsource_profile=base\n[profile web]\nrole_arn=arn:w\nweb_identity_token_file=/t\n\
        [profile node]\nrole_arn=arn:n\ncredential_source=Ec2InstanceMetadata\n[profile lost]\nrole_arn=arn:l\nsource_profile=nowhere\n";
    const CREDENTIALS: &str = "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = hunter2\n[self]\naws_access_key_id=AKIASELF\naws_secret_access_key=hunter2\n";

    fn planned(name: &str) -> String {
        let mut profiles = Profiles::new();
        parse(CONFIG, true, &mut profiles);
        parse(CREDENTIALS, false, &mut profiles);
        match plan(&profiles, name) {
            Ok((base, roles)) => {
                let base = match base {
                    Base::Keys(keys) => keys.access_key_id,
                    Base::Process(_) => "process".to_owned(),
                    Base::Source(source) => source,
                    Base::WebIdentity { file, role } => format!("{file} {}", role.arn),
                };
                let roles: Vec<String> = roles.into_iter().map(|role| role.arn).collect();
                format!("{base} > {}", roles.join(" "))
            }
            Err(Miss::Absent(why)) => format!("absent: {why}"),
            Err(Miss::Program(why)) => format!("program: {why}"),
            Err(Miss::Failed(why)) => format!("failed: {why}"),
        }
    }

    #[test]
    fn profiles_are_planned() {
        for (name, expected) in [
            ("default", "absent: profile \"default\" has no credentials"),
            ("base", "AKIABASE > "),
            ("deploy", "AKIABASE > arn:deploy"),
            ("self", "AKIASELF > arn:self"),
            ("ring", "failed: its source_profiles lead in a ring"),
            ("sso", "program: profile \"sso\" is signed in to by way of a browser, which is left to `aws`"),
            ("mfa", "program: profile \"mfa\" asks for a second factor, which is left to `aws`"),
            ("web", "/t arn:w > "),
            ("node", "Ec2InstanceMetadata > arn:n"),
            ("lost", "failed: source_profile \"nowhere\" is not in the files of ~/.aws"),
        ] {
            assert_eq!(planned(name), expected);
        }
    }

    #[test]
    fn sections_of_other_kinds_are_left_out() {
        let mut profiles = Profiles::new();
        parse(CONFIG, true, &mut profiles);
        assert!(!profiles.contains_key("corp") && !profiles.contains_key("sso-session corp"));
        assert_eq!(profiles["default"]["region"], "eu-west-1");
        assert!(!profiles["deploy"].contains_key("max_queue_size"));
    }
}

use super::{Check, Rule, Scope, page};
use crate::compat::secrets::{self, PROXY_ADDRESS, ProxyError};
use crate::context::Context;
use crate::diag::Severity;
use crate::rules::support::secret_place;

pub(super) const RULE: Rule = Rule {
    id: "proxy-secret-address",
    summary: "a proxy Secret without a usable address",
    severity: Severity::Error,
    scope: Scope::Set,
    check: Check::Object(check),
    page: page!("proxy-secret-address"),
    ..Rule::DEFAULT
};

fn check(ctx: &mut Context<'_, '_>) {
    let Some(name) = ctx.oci().and_then(|oci| oci.proxy_secret_ref.as_ref()) else { return };
    let Some(secret) = ctx.referenced_secret(name) else { return };
    let Some(value) = secret.get(PROXY_ADDRESS) else {
        ctx.report_text(name, format!("the Secret \"{}\" has no address", name.as_str()))
            .label(secret.object.place(), format!("it has {}", secret.names()))
            .why("source-controller fails with \"failed to get proxy address: … key 'address' not found\"")
            .help("add address: http://host:port to the Secret");
        return;
    };
    let Some(Err(error)) = value.bytes().map(|bytes| secrets::check_proxy_address(&bytes)) else { return };
    let (fault, help) = match &error {
        ProxyError::Empty => ("is empty".to_owned(), "write the proxy's URL, http://host:port"),
        ProxyError::Length => ("has more than 2,048 characters".to_owned(), "write the proxy's URL, http://host:port"),
        ProxyError::NoUrl => ("is no URL".to_owned(), "write the proxy's URL, http://host:port"),
        ProxyError::Scheme(scheme) if matches!(scheme.as_str(), "socks" | "socks4" | "socks5h" | "ftp") => {
            (format!("has the scheme \"{scheme}\""), "only http, https and socks5 proxies are supported")
        }
        // What stands before a colon may be a host, which is nobody's business here.
        ProxyError::Scheme(_) => {
            ("has no scheme that is known".to_owned(), "begin it with http://, https:// or socks5://")
        }
    };
    let why = match &error {
        ProxyError::Scheme(_) => {
            "source-controller fails with \"proxy URL must use one of the supported schemes (http, https, socks5)\""
                .to_owned()
        }
        error => format!("source-controller fails with \"failed to get proxy address: … {error}\""),
    };
    let place = secret_place::of_name(&secret);
    ctx.report_text(name, format!("the address in the Secret \"{}\" {fault}", name.as_str()))
        .label(place, "this Secret")
        .why(why)
        .help(help);
}

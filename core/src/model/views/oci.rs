use crate::collections::Gather;
use crate::compat::provider_host::Provider;
use crate::yaml::Node;

use super::super::{Object, Text};
use super::Fields;

/// The media type of a Helm chart's layer.
pub const CHART_MEDIA_TYPE: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/// `spec` of an OCIRepository.
#[derive(Debug, Clone)]
pub struct OciRepository<'a> {
    /// The object.
    pub object: Object<'a>,
    /// The mapping under `spec`.
    pub spec: Node<'a>,
    /// `url`
    pub url: Option<Text<'a>>,
    /// `interval`
    pub interval: Option<Text<'a>>,
    /// `timeout`
    pub timeout: Option<Text<'a>>,
    /// `provider` as written; unset means generic.
    pub provider: Option<Text<'a>>,
    /// `insecure` is true.
    pub insecure: bool,
    /// `ignore`
    pub ignore: Option<Text<'a>>,
    /// `ref`
    pub reference: Reference<'a>,
    /// `layerSelector`
    pub layer: LayerSelector<'a>,
    /// `secretRef.name`
    pub secret_ref: Option<Text<'a>>,
    /// `certSecretRef.name`
    pub cert_secret_ref: Option<Text<'a>>,
    /// `proxySecretRef.name`
    pub proxy_secret_ref: Option<Text<'a>>,
    /// `serviceAccountName`; empty counts as unset.
    pub service_account: Option<Text<'a>>,
    /// `verify`
    pub verify: Option<Verify<'a>>,
}

/// `spec.ref`. Empty strings count as unset; what loses to what is left to [`crate::reference`].
#[derive(Debug, Clone, Default)]
pub struct Reference<'a> {
    /// The mapping, where there is one.
    pub node: Option<Node<'a>>,
    /// `tag`
    pub tag: Option<Text<'a>>,
    /// `semver`
    pub semver: Option<Text<'a>>,
    /// `semverFilter`
    pub semver_filter: Option<Text<'a>>,
    /// `digest`
    pub digest: Option<Text<'a>>,
}

impl<'a> Reference<'a> {
    /// The tag where it decides: no digest and no range.
    pub fn effective_tag(&self) -> Option<&Text<'a>> {
        self.tag.as_ref().filter(|_| self.digest.is_none() && self.semver.is_none())
    }

    /// The range where it decides: no digest.
    pub fn effective_semver(&self) -> Option<&Text<'a>> {
        self.semver.as_ref().filter(|_| self.digest.is_none())
    }

    /// The filter where it decides: a range is in force.
    pub fn effective_filter(&self) -> Option<&Text<'a>> {
        self.semver_filter.as_ref().filter(|_| self.effective_semver().is_some())
    }

    /// True where nothing is set and the controller takes the tag `latest`.
    pub fn is_empty(&self) -> bool {
        self.tag.is_none() && self.semver.is_none() && self.digest.is_none()
    }
}

/// `spec.layerSelector`.
#[derive(Debug, Clone, Default)]
pub struct LayerSelector<'a> {
    /// The mapping, where there is one.
    pub node: Option<Node<'a>>,
    /// `mediaType`; empty counts as unset.
    pub media_type: Option<Text<'a>>,
    /// `operation`; unset means extract.
    pub operation: Option<Text<'a>>,
}

impl LayerSelector<'_> {
    /// True where the layer is stored as it is.
    pub fn is_copy(&self) -> bool {
        self.operation.as_ref().is_some_and(|operation| operation.as_str() == "copy")
    }

    /// True where the chart's layer is chosen by its media type.
    pub fn is_chart(&self) -> bool {
        self.media_type.as_ref().is_some_and(|media_type| media_type.as_str() == CHART_MEDIA_TYPE)
    }
}

/// `spec.verify`.
#[derive(Debug, Clone)]
pub struct Verify<'a> {
    /// Its mapping.
    pub node: Node<'a>,
    /// `provider`; unset means cosign.
    pub provider: Option<Text<'a>>,
    /// `secretRef.name`
    pub secret_ref: Option<Text<'a>>,
    /// `trustedRootSecretRef.name`
    pub trusted_root: Option<Text<'a>>,
    /// `matchOIDCIdentity`
    pub identities: Vec<Identity<'a>>,
}

impl Verify<'_> {
    /// True for `provider: notation`.
    pub fn is_notation(&self) -> bool {
        self.provider.as_ref().is_some_and(|provider| provider.as_str() == "notation")
    }

    /// True for cosign, also where nothing is written.
    pub fn is_cosign(&self) -> bool {
        self.provider.as_ref().is_none_or(|provider| provider.as_str() == "cosign")
    }

    /// True for cosign without keys: certificates of the public log.
    pub fn is_keyless(&self) -> bool {
        self.is_cosign() && self.node.get("secretRef").is_none_or(Node::is_null)
    }
}

/// An entry of `spec.verify.matchOIDCIdentity`.
#[derive(Debug, Clone)]
pub struct Identity<'a> {
    /// Its mapping.
    pub node: Node<'a>,
    /// `issuer`
    pub issuer: Option<Text<'a>>,
    /// `subject`
    pub subject: Option<Text<'a>>,
}

impl<'a> OciRepository<'a> {
    /// The view of an OCIRepository; `None` where `spec` is no mapping.
    pub fn of(object: Object<'a>) -> Option<Self> {
        let spec = Fields::spec(object)?;
        let mut out = Self {
            object,
            spec: spec.node,
            url: None,
            interval: None,
            timeout: None,
            provider: None,
            insecure: false,
            ignore: None,
            reference: Reference::default(),
            layer: LayerSelector::default(),
            secret_ref: None,
            cert_secret_ref: None,
            proxy_secret_ref: None,
            service_account: None,
            verify: None,
        };
        spec.visit(|name, value| match name {
            "url" => out.url = value.text(),
            "interval" => out.interval = value.text(),
            "timeout" => out.timeout = value.text(),
            "provider" => out.provider = value.set_text(),
            "insecure" => out.insecure = value.is_true(),
            "ignore" => out.ignore = value.text(),
            "ref" => out.reference = value.mapping().map(reference).unwrap_or_default(),
            "layerSelector" => out.layer = value.mapping().map(layer).unwrap_or_default(),
            "secretRef" => out.secret_ref = value.reference_name(),
            "certSecretRef" => out.cert_secret_ref = value.reference_name(),
            "proxySecretRef" => out.proxy_secret_ref = value.reference_name(),
            "serviceAccountName" => out.service_account = value.set_text(),
            "verify" => out.verify = value.mapping().map(verify),
            _ => {}
        });
        Some(out)
    }

    /// The cloud it logs in to; `None` where the value is no provider's name or not known.
    pub fn cloud(&self) -> Option<Provider> {
        match self.provider.as_ref().map(Text::as_str) {
            None => Some(Provider::Generic),
            Some(name) => Provider::parse(name),
        }
    }

    /// The URL behind `oci://`, where it is known and has that scheme.
    pub fn location(&self) -> Option<&str> {
        self.url.as_ref()?.known()?.strip_prefix("oci://")
    }

    /// The host as written, with its port: the text up to the first slash.
    pub fn host(&self) -> Option<&str> {
        self.location()?.split('/').next()
    }
}

fn reference(fields: Fields<'_>) -> Reference<'_> {
    let mut out = Reference { node: Some(fields.node), ..Reference::default() };
    fields.visit(|name, value| match name {
        "tag" => out.tag = value.set_text(),
        "semver" => out.semver = value.set_text(),
        "semverFilter" => out.semver_filter = value.set_text(),
        "digest" => out.digest = value.set_text(),
        _ => {}
    });
    out
}

fn layer(fields: Fields<'_>) -> LayerSelector<'_> {
    LayerSelector {
        node: Some(fields.node),
        media_type: fields.set_text("mediaType"),
        operation: fields.set_text("operation"),
    }
}

fn verify(fields: Fields<'_>) -> Verify<'_> {
    let identities = fields.items("matchOIDCIdentity").filter(|identity| identity.is_mapping());
    Verify {
        node: fields.node,
        provider: fields.text("provider"),
        secret_ref: fields.reference_name("secretRef"),
        trusted_root: fields.reference_name("trustedRootSecretRef"),
        identities: identities
            .map(|node| fields.at(node))
            .map(|entry| Identity { node: entry.node, issuer: entry.text("issuer"), subject: entry.text("subject") })
            .gather(),
    }
}

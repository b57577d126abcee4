use crate::yaml::Node;

use super::super::{Object, Text};
use super::{Fields, SourceRef};

/// `spec` of a HelmRelease.
#[derive(Debug, Clone)]
pub struct HelmRelease<'a> {
    /// The object.
    pub object: Object<'a>,
    /// The mapping under `spec`.
    pub spec: Node<'a>,
    /// `chart.spec`
    pub chart: Option<Chart<'a>>,
    /// `chartRef`
    pub chart_ref: Option<SourceRef<'a>>,
}

/// `spec.chart.spec` of a HelmRelease.
#[derive(Debug, Clone)]
pub struct Chart<'a> {
    /// Its mapping.
    pub node: Node<'a>,
    /// `chart`: the chart's name, or its path.
    pub chart: Option<Text<'a>>,
    /// `version`
    pub version: Option<Text<'a>>,
    /// `sourceRef`
    pub source_ref: Option<SourceRef<'a>>,
    /// `verify`
    pub verify: Option<Node<'a>>,
    /// `valuesFiles`
    pub values_files: Option<Node<'a>>,
}

impl<'a> HelmRelease<'a> {
    /// The view of a HelmRelease; `None` where `spec` is no mapping.
    pub fn of(object: Object<'a>) -> Option<Self> {
        let spec = Fields::spec(object)?;
        let chart = spec.mapping("chart").and_then(|chart| chart.mapping("spec"));
        Some(Self {
            object,
            spec: spec.node,
            chart: chart.map(|chart| Chart {
                node: chart.node,
                chart: chart.text("chart"),
                version: chart.set_text("version"),
                source_ref: chart.mapping("sourceRef").map(SourceRef::of),
                verify: chart.mapping("verify").map(|verify| verify.node),
                values_files: chart.node.get("valuesFiles").filter(|files| !files.is_null()),
            }),
            chart_ref: spec.mapping("chartRef").map(SourceRef::of),
        })
    }

    /// The reference to its source, whichever way it is written.
    pub fn source_ref(&self) -> Option<&SourceRef<'a>> {
        self.chart_ref.as_ref().or_else(|| self.chart.as_ref()?.source_ref.as_ref())
    }
}

/// `spec` of a HelmRepository.
#[derive(Debug, Clone)]
pub struct HelmRepository<'a> {
    /// The object.
    pub object: Object<'a>,
    /// The mapping under `spec`.
    pub spec: Node<'a>,
    /// `url`
    pub url: Option<Text<'a>>,
    /// `type`; unset means default (HTTP).
    pub repository_type: Option<Text<'a>>,
    /// `provider`
    pub provider: Option<Text<'a>>,
    /// `insecure` is true.
    pub insecure: bool,
    /// `secretRef.name`
    pub secret_ref: Option<Text<'a>>,
    /// `certSecretRef.name`
    pub cert_secret_ref: Option<Text<'a>>,
}

impl<'a> HelmRepository<'a> {
    /// The view of a HelmRepository; `None` where `spec` is no mapping.
    pub fn of(object: Object<'a>) -> Option<Self> {
        let spec = Fields::spec(object)?;
        Some(Self {
            object,
            spec: spec.node,
            url: spec.text("url"),
            repository_type: spec.set_text("type"),
            provider: spec.set_text("provider"),
            insecure: spec.is_true("insecure"),
            secret_ref: spec.reference_name("secretRef"),
            cert_secret_ref: spec.reference_name("certSecretRef"),
        })
    }

    /// True for `type: oci`.
    pub fn is_oci(&self) -> bool {
        self.repository_type.as_ref().is_some_and(|kind| kind.as_str() == "oci")
    }
}

//! The keys of a configuration: one table for reading, suggesting, the schema and the starter.

/// What a key's value looks like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Flux,
    Profile,
    Levels,
    Globs,
    Overrides,
    Texts,
    Text,
    Registries,
    Bool,
}

/// A key of a mapping.
pub(super) struct Key {
    pub(super) name: &'static str,
    /// What it does, as one sentence.
    pub(super) summary: &'static str,
    pub(super) shape: Shape,
    /// YAML that shows it in use, with its name.
    pub(super) example: &'static str,
}

/// The keys of the configuration itself.
pub(super) const KEYS: &[Key] = &[
    Key {
        name: "flux",
        summary: "The Flux release of the target cluster: which fields and formats it knows.",
        shape: Shape::Flux,
        example: "flux: \"2.9\"",
    },
    Key {
        name: "profile",
        summary: "Which rules run: default, strict (pinning and signing too), or minimal (errors alone).",
        shape: Shape::Profile,
        example: "profile: default",
    },
    Key {
        name: "rules",
        summary: "The level of single rules: off, info, warning or error.",
        shape: Shape::Levels,
        example: "rules:\n  ref-mutable-tag: error",
    },
    Key {
        name: "exclude",
        summary: "Globs of files that are not read, relative to this file.",
        shape: Shape::Globs,
        example: "exclude:\n  - archive\n  - \"**/testdata/**\"",
    },
    Key {
        name: "overrides",
        summary: "Other levels for the files of some folders; the last one that speaks wins.",
        shape: Shape::Overrides,
        example: "overrides:\n  - paths: [clusters/dev]\n    rules:\n      ref-mutable-tag: \"off\"",
    },
    Key {
        name: "substitute",
        summary: "Values of post-build variables, so that ${VAR} is checked and not passed over.",
        shape: Shape::Texts,
        example: "substitute:\n  registry: ghcr.io/acme",
    },
    Key {
        name: "substituteFrom",
        summary: "A file of further values: NAME=value a line, or a flat YAML mapping.",
        shape: Shape::Text,
        example: "substituteFrom: cluster.env",
    },
    Key {
        name: "registries",
        summary: "How registries are reached, by host.",
        shape: Shape::Registries,
        example: "registries:\n  registry.local:5000:\n    plainHttp: true",
    },
    Key { name: "lock", summary: "Where the lock file lies.", shape: Shape::Text, example: "lock: kubectl-oci.lock" },
];

/// The keys of an override.
pub(super) const OVERRIDE_KEYS: &[Key] = &[
    Key { name: "paths", summary: "Globs, relative to the configuration file.", shape: Shape::Globs, example: "" },
    Key { name: "rules", summary: "Levels of rules for these files.", shape: Shape::Levels, example: "" },
];

/// The keys of a registry.
pub(super) const REGISTRY_KEYS: &[Key] = &[
    Key { name: "plainHttp", summary: "HTTP without TLS.", shape: Shape::Bool, example: "" },
    Key {
        name: "caFile",
        summary: "A file with further certificate authorities, relative to the configuration file.",
        shape: Shape::Text,
        example: "",
    },
];

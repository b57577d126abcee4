//! `metadata`: the fields of Kubernetes' ObjectMeta. The API server decodes it strictly, apart
//! from the CRD's own schema. Source: apiextensions-apiserver `schema/objectmeta`.

use super::types::{Field, Schema, TEXT, list, object, optional};

static TEXT_SCHEMA: Schema = TEXT;
static TEXTS: Schema = Schema::Map(&TEXT_SCHEMA);
static LIST_OF_TEXTS: Schema = list(&TEXT_SCHEMA);
/// What only the API server writes: people copy it from a cluster, and it does no harm here.
static ANY: Schema = Schema::Any;

static FIELDS: [Field; 15] = [
    optional("annotations", &TEXTS),
    optional("creationTimestamp", &ANY),
    optional("deletionGracePeriodSeconds", &ANY),
    optional("deletionTimestamp", &ANY),
    optional("finalizers", &LIST_OF_TEXTS),
    optional("generateName", &TEXT_SCHEMA),
    optional("generation", &ANY),
    optional("labels", &TEXTS),
    optional("managedFields", &ANY),
    optional("name", &TEXT_SCHEMA),
    optional("namespace", &TEXT_SCHEMA),
    optional("ownerReferences", &ANY),
    optional("resourceVersion", &ANY),
    optional("selfLink", &ANY),
    optional("uid", &ANY),
];

/// What `metadata` must be.
pub(super) static METADATA: Schema = object(&FIELDS, &[]);

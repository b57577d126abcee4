use super::{Anonymous, Cloud};

/// Elastic Container Registry, private and public.
pub(super) const CLOUD: Cloud = Cloud {
    registry: "Elastic Container Registry",
    host: "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    identity: "an IAM role that may read ECR on source-controller's account (IRSA or EKS Pod Identity) or on the nodes",
    anonymous,
};

/// Only the public gallery serves anybody. It is one host for all.
fn anonymous(host: &str) -> Anonymous {
    if host == "public.ecr.aws" { Anonymous::Served } else { Anonymous::Refused }
}

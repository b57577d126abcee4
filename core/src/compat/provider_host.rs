//! (being ported)

/// A cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Provider {
    Generic,
    Aws,
    Azure,
    Gcp,
}
impl Provider {
    /// By name.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "generic" => Self::Generic,
            "aws" => Self::Aws,
            "azure" => Self::Azure,
            "gcp" => Self::Gcp,
            _ => return None,
        })
    }
}

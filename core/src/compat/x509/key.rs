//! Public and private keys: of which algorithm, and whether two belong together.

use super::der::{Reader, tag};

/// Object identifiers, as DER writes their contents.
mod oid {
    pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    pub(super) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    pub(super) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    pub(super) const X25519: &[u8] = &[0x2b, 0x65, 0x6e];
    pub(super) const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
    pub(super) const P224: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x21];
    pub(super) const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    pub(super) const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
    pub(super) const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
}

/// The algorithm of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA.
    Rsa,
    /// ECDSA on a curve that Go knows: P-224, P-256, P-384, P-521.
    Ecdsa,
    /// Ed25519.
    Ed25519,
    /// One that Go reads and signatures are not verified with: X25519, DSA.
    Unsupported,
    /// One that Go does not read: another curve, RSA-PSS, Ed448.
    Unknown,
}

/// A public key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: Algorithm,
    /// RSA: the modulus. ECDSA: the point. Ed25519: the key.
    material: Vec<u8>,
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PublicKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

impl PublicKey {
    /// Of which algorithm it is.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// A `SubjectPublicKeyInfo`. Source: crypto/x509 `ParsePKIXPublicKey`.
    pub(super) fn of_spki(der: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(der);
        let spki = outer.enter(tag::SEQUENCE)?;
        if !outer.is_empty() {
            return None;
        }
        Self::of_spki_contents(spki)
    }

    /// The contents of one.
    pub(super) fn of_spki_contents(mut spki: Reader<'_>) -> Option<Self> {
        let mut algorithm = spki.enter(tag::SEQUENCE)?;
        let oid = algorithm.read(tag::OBJECT_IDENTIFIER)?;
        let bits = spki.read(tag::BIT_STRING)?;
        let whole = bits.strip_prefix(&[0]);
        let known = |algorithm, material: &[u8]| Some(Self { algorithm, material: material.to_vec() });
        match (oid, whole) {
            (oid::RSA, Some(key)) => Self::of_pkcs1(key),
            (oid::EC, Some(point)) => {
                let curve = algorithm.read(tag::OBJECT_IDENTIFIER).unwrap_or_default();
                if is_known_curve(curve) { known(Algorithm::Ecdsa, point) } else { known(Algorithm::Unknown, &[]) }
            }
            (oid::ED25519, Some(key)) => known(Algorithm::Ed25519, key),
            (oid::X25519 | oid::DSA, _) => known(Algorithm::Unsupported, &[]),
            _ => known(Algorithm::Unknown, &[]),
        }
    }

    /// An `RSAPublicKey`. Source: crypto/x509 `ParsePKCS1PublicKey`.
    pub(super) fn of_pkcs1(der: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(der);
        let mut key = outer.enter(tag::SEQUENCE)?;
        let modulus = key.read_unsigned()?.to_vec();
        key.read_unsigned()?;
        outer.is_empty().then_some(Self { algorithm: Algorithm::Rsa, material: modulus })
    }
}

fn is_known_curve(curve: &[u8]) -> bool {
    [oid::P224, oid::P256, oid::P384, oid::P521].contains(&curve)
}

/// A private key, as far as it tells of its public one. What is secret in it is not kept.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct PrivateKey {
    algorithm: Algorithm,
    /// RSA: the modulus. ECDSA: the point, where the key holds it. Ed25519 holds none.
    public: Option<Vec<u8>>,
}

impl PrivateKey {
    /// In whichever of the three formats. Source: crypto/tls `parsePrivateKey`.
    pub(super) fn of_der(der: &[u8]) -> Option<Self> {
        Self::of_pkcs1(der).or_else(|| Self::of_pkcs8(der)).or_else(|| Self::of_sec1(der))
    }

    /// `RSAPrivateKey`: version, modulus, and at least four more numbers.
    fn of_pkcs1(der: &[u8]) -> Option<Self> {
        let mut key = Reader::new(der).enter(tag::SEQUENCE)?;
        key.read_unsigned()?;
        let modulus = key.read_unsigned()?;
        for _ in 0..4 {
            key.read_unsigned()?;
        }
        Some(Self { algorithm: Algorithm::Rsa, public: Some(modulus.to_vec()) })
    }

    /// `PrivateKeyInfo`: version, algorithm, the key in an octet string.
    fn of_pkcs8(der: &[u8]) -> Option<Self> {
        let mut info = Reader::new(der).enter(tag::SEQUENCE)?;
        info.read_unsigned()?;
        let oid = info.enter(tag::SEQUENCE)?.read(tag::OBJECT_IDENTIFIER)?;
        let key = info.read(tag::OCTET_STRING)?;
        match oid {
            oid::RSA => Self::of_pkcs1(key),
            oid::EC => Self::of_sec1(key),
            oid::ED25519 => Some(Self { algorithm: Algorithm::Ed25519, public: None }),
            oid::X25519 => Some(Self { algorithm: Algorithm::Unsupported, public: None }),
            _ => Some(Self { algorithm: Algorithm::Unknown, public: None }),
        }
    }

    /// `ECPrivateKey`: version, the secret, maybe the curve, maybe the point.
    fn of_sec1(der: &[u8]) -> Option<Self> {
        let mut key = Reader::new(der).enter(tag::SEQUENCE)?;
        key.read_unsigned()?;
        key.read(tag::OCTET_STRING)?;
        key.read_optional(tag::CONTEXT_0);
        let point = key.read_optional(tag::CONTEXT_1);
        let point = point.and_then(|point| Reader::new(point).read_bits()).map(<[u8]>::to_vec);
        Some(Self { algorithm: Algorithm::Ecdsa, public: point })
    }

    pub(super) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether it belongs to a public key; nothing where it does not tell, as an Ed25519 key and an
    /// ECDSA key without its point do not.
    pub(super) fn fits(&self, public: &PublicKey) -> Option<bool> {
        let own = self.public.as_deref()?;
        // A compressed point can only be compared with another one.
        let comparable =
            self.algorithm != Algorithm::Ecdsa || own.first() == public.material.first() && own.first() == Some(&4);
        comparable.then_some(own == public.material)
    }
}

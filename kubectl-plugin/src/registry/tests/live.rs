//! The client against a registry that others wrote, where one is named: `KUBECTL_OCI_TEST_REGISTRY=127.0.0.1:5000`.

use bytes::Bytes;
use futures_util::stream;

use super::*;
use crate::registry::manifest::sha256;
use crate::registry::upload::Pushed;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

#[test]
#[ignore = "needs a registry: KUBECTL_OCI_TEST_REGISTRY=host:port"]
fn what_is_pushed_is_read_back() {
    let host = std::env::var("KUBECTL_OCI_TEST_REGISTRY").expect("KUBECTL_OCI_TEST_REGISTRY");
    run(async {
        let client = Client::new(Options::default(), Keychain::Anonymous).expect("a client");
        let open = |name: &str| {
            let name = image_name::Repository::parse(&format!("{host}/{name}")).expect("a name");
            client.repository_as(&name, Action::Push, Credentials::default())
        };
        let unique = format!("live-{}", std::process::id());
        let (one, other) = (open(&format!("{unique}/one")), open(&format!("{unique}/other")));

        let config = Bytes::from_static(b"{}");
        assert_eq!(one.push_blob(&sha256(&config), config.clone(), None).await.expect("config"), Pushed::Sent);
        assert_eq!(one.push_blob(&sha256(&config), config.clone(), None).await.expect("config"), Pushed::Existed);
        let part = Bytes::from(vec![b'x'; 1 << 20]);
        let parts = move || stream::iter(std::iter::repeat_n(part.clone(), 5).map(Ok));
        let streamed = one.push_stream(parts()).await.expect("a stream");
        let mounted = other.push_blob_from(&streamed.digest, streamed.size, Some(&one), || Ok(parts())).await;
        assert!(matches!(mounted.expect("a mount"), Pushed::Mounted | Pushed::Existed | Pushed::Sent));
        let third = open(&format!("{unique}/third"));
        let pieces = third.push_pieces(parts(), 2 << 20).await.expect("pieces");
        assert_eq!((&pieces.digest, pieces.size), (&streamed.digest, 5 << 20));
        let file = open(&format!("{unique}/file"));
        let pushed = file.push_blob_from(&streamed.digest, streamed.size, None, || Ok(parts())).await;
        assert!(matches!(pushed.expect("a file"), Pushed::Sent | Pushed::Existed));

        let subject = manifest(&streamed.digest, streamed.size, "");
        let put = one.put_manifest("1.0.0", MANIFEST, subject.clone()).await.expect("a manifest");
        let read = one.manifest("1.0.0").await.expect("the manifest");
        assert_eq!((&read.bytes, &read.digest), (&subject, &put.digest));
        assert_eq!(one.digest_of("1.0.0").await.expect("its digest"), put.digest);
        assert_eq!(one.tags().await.expect("tags"), ["1.0.0"]);
        let blob = one.blob_bytes(&streamed.digest, streamed.size, 10 << 20).await.expect("the blob");
        assert_eq!(blob.len() as u64, streamed.size);

        let of =
            format!(r#","subject":{{"mediaType":"{MANIFEST}","digest":"{}","size":{}}}"#, put.digest, subject.len());
        let referrer = manifest(&streamed.digest, streamed.size, &of);
        let known = one.put_manifest(&sha256(&referrer), MANIFEST, referrer).await.expect("a referrer");
        let found = one.referrers(&put.digest, None).await.expect("referrers");
        assert_eq!(found.descriptors.len(), usize::from(known.subject_is_known), "{found:?}");
        one.delete_manifest(&put.digest).await.expect("deleted");
        assert!(one.manifest(&put.digest).await.expect_err("gone").is_not_found());
    });
}

fn manifest(layer: &str, size: u64, more: &str) -> Bytes {
    let config = sha256(b"{}");
    Bytes::from(format!(
        r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{{"mediaType":"application/vnd.oci.empty.v1+json","digest":"{config}","size":2}},"layers":[{{"mediaType":"application/octet-stream","digest":"{layer}","size":{size}}}]{more}}}"#
    ))
}

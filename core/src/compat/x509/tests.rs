use serde_json::Value;

use super::*;
use crate::yaml::decode_base64;

/// What Go made of each; written by Go itself.
const VECTORS: &str = include_str!("../../../../tests/vectors/x509.jsonl");

/// What we made of a vector: its result in Go's shape, as far as we know it.
fn ours(input: &Value) -> (bool, Option<String>, Option<usize>, Option<i64>) {
    let bytes = |field: &str| decode_base64(input[field].as_str().unwrap_or_default()).expect("base64");
    let a = bytes("a");
    match input["op"].as_str().expect("an operation") {
        "pair" => match key_pair(&a, &bytes("b")) {
            Ok(_) => (true, None, None, None),
            Err(error) => (false, Some(error.to_string()), None, None),
        },
        "authorities" => {
            let found = authorities(&a);
            let not_after = found.last().and_then(|certificate| certificate.not_after);
            (!found.is_empty(), None, Some(found.len()), not_after)
        }
        "store" => match store_certificates(&a) {
            Some(found) => (true, None, Some(found.len()), None),
            None => (false, None, None, None),
        },
        _ => match public_key(&a) {
            Ok(_) => (true, None, None, None),
            Err(error) => (false, Some(error.to_string()), None, None),
        },
    }
}

#[test]
fn what_go_takes_is_never_refused_and_its_words_are_ours() {
    let (mut refused, mut taken) = (0, 0);
    for (number, line) in VECTORS.lines().enumerate() {
        let vector: Value = serde_json::from_str(line).expect("a vector is JSON");
        let theirs = &vector["out"];
        let (ok, words, count, not_after) = ours(&vector["in"]);
        let place = format!("x509:{}: {}, they {theirs}", number + 1, vector["in"]["op"]);
        if theirs["ok"] == true {
            assert!(ok, "{place}: refused with {words:?}");
            if let (Some(ours), Some(theirs)) = (count, theirs["count"].as_u64()) {
                assert!(ours as u64 >= theirs, "{place}: {ours} certificates");
            }
            if count.map(|count| count as u64) == theirs["count"].as_u64() && theirs["notAfter"].is_i64() {
                assert_eq!(not_after, theirs["notAfter"].as_i64(), "{place}");
            }
            continue;
        }
        refused += 1;
        if ok {
            taken += 1;
            continue;
        }
        // Where Go says what is wrong inside the DER, we only say that something is.
        let theirs = theirs["error"].as_str().unwrap_or_default();
        if theirs.contains("PEM") || theirs.contains("does not match public key") {
            assert_eq!(words.as_deref(), Some(theirs), "{place}");
        }
    }
    // A certificate with a broken extension and the like: taken on purpose.
    assert!(taken * 10 < refused, "{taken} of {refused} that Go refuses are taken");
}

//! Whether a request is from who knows the secret (Standard Webhooks).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;

/// How far the time of a request may be from this machine's, seconds: what is older may be played back.
const TOLERANCE_S: i64 = 300;

/// The bytes of a secret: `whsec_` and base64. The error never repeats it.
pub(super) fn key(secret: &str) -> Result<SecretSlice<u8>, String> {
    let text = secret.trim();
    let bytes = STANDARD
        .decode(text.strip_prefix("whsec_").unwrap_or(text))
        .map_err(|_| "a secret is whsec_ and base64, or a reference to one".to_owned())?;
    if bytes.is_empty() { Err("the secret is empty".to_owned()) } else { Ok(bytes.into()) }
}

/// Whether one of the signatures was made with one of the keys, just now. The error says what is wrong, for the sender.
pub(super) fn verify(keys: &[SecretSlice<u8>], headers: &HeaderMap, body: &[u8], now_s: i64) -> Result<(), String> {
    let header = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).filter(|value| !value.is_empty());
        value.ok_or_else(|| format!("the header {name} is missing"))
    };
    let (id, time, signatures) = (header("webhook-id")?, header("webhook-timestamp")?, header("webhook-signature")?);
    let sent_s: i64 = time.parse().map_err(|_| "webhook-timestamp is not a time in seconds".to_owned())?;
    let off_s = now_s.abs_diff(sent_s);
    if off_s > TOLERANCE_S.unsigned_abs() {
        return Err(format!("webhook-timestamp is {off_s} s from this machine's clock; {TOLERANCE_S} s are accepted"));
    }
    let given = signatures.split(' ').filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok());
    let matches = |signature: &[u8]| keys.iter().any(|key| is_by(key, signature, &[id, ".", time, "."], body));
    if given.into_iter().any(|signature| matches(&signature)) {
        Ok(())
    } else {
        Err("no signature in webhook-signature matches this secret and body".to_owned())
    }
}

fn is_by(key: &SecretSlice<u8>, signature: &[u8], head: &[&str], body: &[u8]) -> bool {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose_secret()) else { return false };
    for part in head {
        mac.update(part.as_bytes());
    }
    mac.update(body);
    // Takes as long whether the first byte differs or the last.
    mac.verify_slice(signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference implementations.
    fn example() -> (HeaderMap, &'static [u8], i64) {
        let headers = [
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ];
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            all.insert(name, http::HeaderValue::from_static(value));
        }
        (all, br#"{"test": 2432232314}"#, 1_614_265_330)
    }

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn the_published_example_is_accepted_and_every_change_of_it_is_not() {
        let (headers, body, now_s) = example();
        let keys = [key(SECRET).unwrap()];
        assert_eq!(verify(&keys, &headers, body, now_s), Ok(()));
        assert_eq!(verify(&keys, &headers, body, now_s + 300), Ok(()));
        assert!(verify(&keys, &headers, body, now_s + 301).unwrap_err().contains("301 s"));
        assert!(verify(&keys, &headers, b"{}", now_s).unwrap_err().contains("no signature"));
        assert!(verify(&[key("whsec_AAAA").unwrap()], &headers, body, now_s).is_err());
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            let mut without = headers.clone();
            without.remove(name);
            assert!(verify(&keys, &without, body, now_s).unwrap_err().contains(name));
        }
    }

    #[test]
    fn one_of_several_signatures_and_keys_is_enough() {
        let (mut headers, body, now_s) = example();
        let both = format!("v1,AAAA v1a,x {}", headers["webhook-signature"].to_str().unwrap());
        headers.insert("webhook-signature", both.parse().unwrap());
        let keys = [key("whsec_AAAA").unwrap(), key(SECRET).unwrap()];
        assert_eq!(verify(&keys, &headers, body, now_s), Ok(()));
    }

    #[test]
    fn a_bad_secret_is_not_repeated() {
        assert!(!key("whsec_s3cret!").unwrap_err().contains("s3cret"));
        assert!(key("whsec_").is_err());
    }
}

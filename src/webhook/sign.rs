//! Signatures, as the Standard Webhooks specification has them.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::domain::action::Action;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The keys of an action, as written: the present one, and the one before it while receivers change over.
pub(super) fn keys(action: &Action) -> impl Iterator<Item = &str> {
    let sign = action.sign.as_ref();
    let keys = [sign.map(|sign| &sign.key), sign.and_then(|sign| sign.previous_key.as_ref())];
    keys.into_iter().flatten().map(ExposeSecret::expose_secret)
}

/// One signature: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. `timestamp` is Unix seconds.
///
/// The error says what is wrong with the key, and never repeats it.
pub(super) fn sign(key: &str, id: &str, timestamp: i64, body: &str) -> Result<String, String> {
    let key = secret_of(key)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| "the key cannot be used".to_owned())?;
    for piece in [id, ".", &timestamp.to_string(), ".", body] {
        mac.update(piece.as_bytes());
    }
    Ok(format!("v1,{}", BASE64.encode(mac.finalize().into_bytes())))
}

/// The bytes of a key that is written `whsec_` and base64.
fn secret_of(key: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let encoded = key.trim().strip_prefix("whsec_").ok_or("a signing key is written whsec_ and base64")?;
    match BASE64.decode(encoded) {
        Ok(bytes) if !bytes.is_empty() => Ok(Zeroizing::new(bytes)),
        Ok(_) => Err("the signing key is empty".to_owned()),
        Err(_) => Err("what follows whsec_ in the signing key is not base64".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_vector_of_the_specification() {
        let signature = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_bad_key_is_told_and_never_repeated() {
        for (key, words) in [("s3cret", "whsec_ and base64"), ("whsec_s3cret!", "not base64"), ("whsec_", "empty")] {
            let error = sign(key, "id", 0, "").unwrap_err();
            assert!(error.contains(words) && !error.contains("s3cret"), "{error}");
        }
        assert!(sign("whsec_c2VjcmV0MQ", "id", 0, "").is_ok(), "padding may be left off");
    }
}

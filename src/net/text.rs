//! What came over the wire, as text.

/// Bytes as text. A cut may have gone through a character; that is not the receiver's fault.
pub(super) fn text(bytes: &[u8], is_cut: bool) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    if is_cut && std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none()) {
        text.pop();
    }
    text
}

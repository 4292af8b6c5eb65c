//! What of an action's secrets may be written: references as they are, literals as `${kept:NAME}`.

use crate::domain::action::{
    Action, FieldSpec, Header, Hides, MASK, has_reference, mask_around_references, masked_query,
};
use crate::domain::validate::without_references;

fn kept(name: &str) -> String {
    format!("${{kept:{name}}}")
}

/// A header's value as `export` writes it. Text around a reference may be a secret as well: what a screen hides is not
/// written.
pub fn exported_header(header: &Header) -> String {
    if header.shown().contains(MASK) { kept(&header.name) } else { header.exported() }
}

/// A text of an action as `export` writes it: where a secret stands in it, `${kept:NAME}`.
pub(super) fn exported(spec: &FieldSpec, action: &Action) -> String {
    let text = spec.text(action);
    if spec.hides == Hides::Userinfo {
        return masked_query(&text, |name, value| {
            let shown = mask_around_references(value, true);
            if shown.contains(MASK) && !value.contains("{{") { kept(name) } else { value.to_owned() }
        });
    }
    let hides = match spec.hides {
        Hides::Nothing | Hides::Userinfo => false,
        Hides::Password => holds_password(&text),
        Hides::Everything => !text.is_empty() && !only_references(&text),
    };
    if hides { kept(spec.name) } else { text }
}

/// Whether a password, or a user alone, stands in an address as such. What a reference brings in does not.
pub fn holds_password(text: &str) -> bool {
    let literal = without_references(text, "");
    let rest = literal.split_once("://").map_or(literal.as_str(), |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((userinfo, _)) = authority.rsplit_once('@') else { return false };
    let password = userinfo.split_once(':').map_or(userinfo, |(_, password)| password);
    !password.is_empty()
}

fn only_references(text: &str) -> bool {
    has_reference(text) && without_references(text, "").is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::FIELDS;

    #[test]
    fn a_password_in_a_proxy_is_kept_and_a_reference_is_written() {
        for plain in ["", "none", "http://proxy:8080", "http://ada:${secret:PW}@proxy", "http://${env:A}:${env:B}@p"] {
            assert!(!holds_password(plain), "{plain}");
        }
        for secret in ["http://ada:pw@proxy", "socks5://token@proxy", "http://ada:x${secret:PW}@proxy"] {
            assert!(holds_password(secret), "{secret}");
        }
    }

    #[test]
    fn text_around_a_reference_is_not_written() {
        let key = FIELDS.iter().find(|spec| spec.name == "sign.key").unwrap();
        let mut action = Action::new("", "");
        for (text, written) in [("${secret:A}", "${secret:A}"), ("whsec_x${secret:A}", "${kept:sign.key}")] {
            key.set_text(&mut action, text).unwrap();
            assert_eq!(exported(key, &action), written);
        }
        assert_eq!(exported_header(&Header::new("X-A", "abc${secret:A}")), "${kept:X-A}");
    }
}

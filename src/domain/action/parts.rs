//! The parts of an action that it may be without, as the rows of the field table take and put them.

use secrecy::ExposeSecret;

use super::{Action, Auth, Cancel, Follow, Sign};

/// The follow rule; the default one where the action has none.
pub(super) fn of(action: &Action) -> Follow {
    action.follow.clone().unwrap_or_default()
}

pub(super) fn follow_text(action: &Action, part: fn(&Follow) -> &str) -> &str {
    action.follow.as_ref().map_or("", part)
}

pub(super) fn to(action: &mut Action) -> &mut Follow {
    action.follow.get_or_insert_default()
}

pub(super) fn auth_of(user: &str, password: &str) -> Auth {
    Auth { user: user.to_owned(), password: password.into() }
}

/// Without both there is none.
pub(super) fn set_auth(action: &mut Action, user: &str, password: &str) {
    let is_none = user.is_empty() && password.is_empty();
    action.auth = (!is_none).then(|| auth_of(user, password));
}

pub(super) fn set_user(action: &mut Action, user: &str) {
    let password = action.auth.take().map(|auth| auth.password.expose_secret().to_owned()).unwrap_or_default();
    set_auth(action, user, &password);
}

#[expect(clippy::unnecessary_wraps, reason = "as every secret is put in")]
pub(super) fn set_password(action: &mut Action, password: &str) -> Result<(), String> {
    let user = action.auth.take().map(|auth| auth.user).unwrap_or_default();
    set_auth(action, &user, password);
    Ok(())
}

/// Without an address there is none. Comes before its method and body.
pub(super) fn set_cancel(action: &mut Action, endpoint: &str) {
    action.cancel = (!endpoint.is_empty())
        .then(|| Cancel { endpoint: endpoint.to_owned(), ..action.cancel.take().unwrap_or_default() });
}

pub(super) fn signed_by(key: &str) -> Sign {
    Sign { key: key.into(), previous_key: None }
}

#[expect(clippy::unnecessary_wraps, reason = "as every secret is put in")]
pub(super) fn set_key(action: &mut Action, text: &str) -> Result<(), String> {
    match &mut action.sign {
        _ if text.is_empty() => action.sign = None,
        Some(sign) => sign.key = text.into(),
        None => action.sign = Some(signed_by(text)),
    }
    Ok(())
}

pub(super) fn previous_key(action: &Action) -> &str {
    action.sign.as_ref().and_then(|sign| sign.previous_key.as_ref()).map_or("", |key| key.expose_secret())
}

/// Comes after the key.
pub(super) fn set_previous_key(action: &mut Action, text: &str) -> Result<(), String> {
    match &mut action.sign {
        Some(sign) => sign.previous_key = (!text.is_empty()).then(|| text.into()),
        None if text.is_empty() => {}
        None => return Err("a previous key needs a signing key".to_owned()),
    }
    Ok(())
}

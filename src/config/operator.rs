//! Who presses: what the configuration says, and what no setting changes.

use crate::domain::operator::Operator;

use super::model::OperatorConfig;

/// The operator of this process. `flag` is `--operator`, which overrides the configured name.
///
/// The login name comes from the user id, never from a variable that anyone can set; variables name the person
/// only where nothing else does.
pub fn operator(config: &OperatorConfig, flag: Option<&str>) -> Operator {
    let uid = rustix::process::getuid().as_raw();
    let passwd = std::fs::read("/etc/passwd").unwrap_or_default();
    let login = login_name(&String::from_utf8_lossy(&passwd), uid);
    let name = flag
        .map(str::to_owned)
        .or_else(|| config.name.clone())
        .or_else(|| login.clone())
        .or_else(|| ["LOGNAME", "USER"].iter().find_map(|name| variable(name)));
    let os_user = login.unwrap_or_else(|| format!("uid {uid}"));
    Operator {
        name: name.unwrap_or_else(|| os_user.clone()),
        email: config.email.clone(),
        id: config.id,
        os_user,
        host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        ssh: variable("SSH_CONNECTION").unwrap_or_default(),
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The first name that the file of users gives this id.
fn login_name(passwd: &str, uid: u32) -> Option<String> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let id: u32 = fields.nth(1)?.parse().ok()?;
        (id == uid && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_name_is_that_of_the_user_id() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\n\nada:x:1000:1000::/home/ada:/bin/sh\n";
        assert_eq!(login_name(passwd, 1000).as_deref(), Some("ada"));
        assert_eq!(login_name(passwd, 7), None);
    }

    #[test]
    fn a_flag_changes_the_name_and_nothing_else() {
        let config = OperatorConfig { name: Some("Ada".into()), email: "ada@example.com".into(), id: 7 };
        let (set, flagged) = (operator(&config, None), operator(&config, Some("Bob")));
        assert_eq!((set.name.as_str(), flagged.name.as_str()), ("Ada", "Bob"));
        assert_eq!((set.os_user.as_str(), set.host.as_str()), (flagged.os_user.as_str(), flagged.host.as_str()));
        assert!(!set.os_user.is_empty() && !set.host.is_empty());
    }
}

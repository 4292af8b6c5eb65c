//! Which of the names that exist somebody may have meant.

/// How long a name is that is looked at, in characters.
const LONGEST: usize = 200;

/// The up to three names nearest to `wanted`, nearest first; empty where none is near.
pub fn near<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let length = wanted.chars().count();
    if length > LONGEST {
        return Vec::new();
    }
    let limit = (length / 3).max(1);
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .filter(|name| name.chars().count().abs_diff(length) <= limit)
        .map(|name| (strsim::osa_distance(&wanted, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    found.sort_unstable();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

/// The name that was probably meant, as `did you mean ...?`.
pub fn did_you_mean<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    near(wanted, names).first().map(|name| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_comes_first_and_the_far_not_at_all() {
        let names = ["team", "teams", "cluster"];
        assert_eq!(near("tem", names), ["team"]);
        assert_eq!(near("TEAMS", names), ["teams", "team"]);
        assert!(near("owner", names).is_empty());
        assert_eq!(did_you_mean("refesh", ["name", "refresh"]).as_deref(), Some("did you mean `refresh`?"));
        assert_eq!(did_you_mean("knid", ["kind", "url"]).as_deref(), Some("did you mean `kind`?"));
        assert_eq!(did_you_mean("colour", ["kind", "url"]), None);
    }
}

//! Which of the names that exist somebody may have meant.

/// How many names are looked at: labels may be many.
const LOOKED_AT: usize = 500;

/// The up to three names nearest to `wanted`, nearest first; empty where none is near.
pub(super) fn near<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let limit = (wanted.chars().count() / 2).clamp(1, 3);
    let mut found: Vec<(usize, &str)> = names
        .take(LOOKED_AT)
        .filter(|name| name.len() <= 200)
        .map(|name| (distance(&wanted, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

/// How many letters must be put in, taken out or exchanged to get from one to the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, ch) in one.chars().take(200).enumerate() {
        let mut corner = row[0];
        row[0] = at + 1;
        for (to, wanted) in other.iter().enumerate() {
            let cost = corner + usize::from(ch != *wanted);
            corner = row[to + 1];
            row[to + 1] = cost.min(corner + 1).min(row[to] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_comes_first_and_the_far_not_at_all() {
        let names = ["team", "teams", "cluster"];
        assert_eq!(near("tem", names.into_iter()), ["team"]);
        assert_eq!(near("TEAMS", names.into_iter()), ["teams", "team"]);
        assert!(near("owner", names.into_iter()).is_empty());
        assert_eq!((distance("", "abc"), distance("kitten", "sitting")), (3, 3));
    }
}

//! Comparisons of order in rules: `body.errors < 1` is false where there is no `errors`.
//!
//! The engine itself puts what does not exist before every number, so that such a rule would call an answer that says
//! nothing a success. So `a < b` is judged by a filter of ours, which looks at both sides first.

use minijinja::value::ValueKind;
use minijinja::{Error, Value};

use super::tokens::spans;
use super::value::wrong;

/// What two values are compared by.
pub(super) type Compare = fn(&Value, &Value) -> bool;

/// The comparisons, the filters that judge them, and how.
pub(super) const COMPARISONS: [(&str, &str, Compare); 4] = [
    ("<=", "__at_most", |one, other| one <= other),
    (">=", "__at_least", |one, other| one >= other),
    ("<", "__below", |one, other| one < other),
    (">", "__above", |one, other| one > other),
];

/// How many comparisons a rule may have.
const LIMIT: usize = 50;
/// What ends an operand, beside brackets.
const ENDS: [&str; 14] = ["and", "or", "not", "if", "else", "in", "is", ",", ":", "==", "!=", "<", ">", "="];

/// The rule with its comparisons as filters.
pub(super) fn rewrite(rule: &str) -> Result<String, String> {
    let mut rule = rule.to_owned();
    for _ in 0..LIMIT {
        match rewrite_first(&rule) {
            Some(next) => rule = next,
            None => return Ok(rule),
        }
    }
    Err(format!("it has more than {LIMIT} comparisons"))
}

fn rewrite_first(rule: &str) -> Option<String> {
    let spans = spans(rule);
    let word = |at: usize| &rule[spans[at].clone()];
    let at = (0..spans.len()).find(|at| matches!(word(*at), "<" | ">"))?;
    let is_or_equal = at + 1 < spans.len() && word(at + 1) == "=" && spans[at].end == spans[at + 1].start;
    let last = at + usize::from(is_or_equal);
    let sign = &rule[spans[at].start..spans[last].end];
    let (_, filter, _) = COMPARISONS.into_iter().find(|(own, ..)| *own == sign)?;
    let left = edge(&mut (0..at).rev().map(|at| (at, word(at))), [")", "]", "}"], ["(", "[", "{"])
        .map_or(0, |at| spans[at].end);
    let right = edge(&mut (last + 1..spans.len()).map(|at| (at, word(at))), ["(", "[", "{"], [")", "]", "}"])
        .map_or(rule.len(), |at| spans[at].start);
    let (one, other) = (rule[left..spans[at].start].trim(), rule[spans[last].end..right].trim());
    Some(format!("{} (({one}) | {filter}({other})) {}", &rule[..left], &rule[right..]))
}

/// The first word outside of an operand, going away from its comparison.
fn edge(words: &mut dyn Iterator<Item = (usize, &str)>, opens: [&str; 3], closes: [&str; 3]) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, word) in words {
        if opens.contains(&word) {
            depth += 1;
        } else if closes.contains(&word) {
            match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some(at),
            }
        } else if depth == 0 && (ENDS.contains(&word) || word == "!") {
            return Some(at);
        }
    }
    None
}

/// Compares two values. What does not exist, or is null, is neither above nor below anything; a text and a number are no
/// two things that can be compared.
pub(super) fn compare(one: &Value, other: &Value, compare: Compare) -> Result<bool, Error> {
    let is_nothing = |value: &Value| value.is_undefined() || value.is_none();
    match (one.kind(), other.kind()) {
        _ if is_nothing(one) || is_nothing(other) => Ok(false),
        (ValueKind::Number, ValueKind::Number) | (ValueKind::String, ValueKind::String) => Ok(compare(one, other)),
        (one, other) => Err(wrong(format!("a {one} cannot be compared with a {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_become_filters_and_nothing_else_does() {
        for (rule, expected) in [
            ("a.b < 5", " ((a.b) | __below(5)) "),
            ("x and not a | length >= 1 + 2 or y", "x and not ((a | length) | __at_least(1 + 2)) or y"),
            ("(a[0] > f) == '<'", "( ((a[0]) | __above(f)) ) == '<'"),
            ("a == 1", "a == 1"),
        ] {
            let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(squeeze(&rewrite(rule).unwrap()), squeeze(expected), "{rule}");
        }
        assert!(rewrite(&"1 < 2 and ".repeat(60)).is_err());
    }
}

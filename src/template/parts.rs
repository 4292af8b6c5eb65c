//! The pieces of an action's text: what stands as it is, `${references}` and `{{ expressions }}`.
//!
//! Only here is text read for them, and only the action's own: what a value brings in is never looked at again.

use super::TemplateError;
use super::error::refuse;
use crate::secret;

/// A piece of an action's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// As it stands.
    Text(&'a str),
    /// `${kind:name}`, as written.
    Reference(&'a str),
    /// What stands between `{{` and `}}`, trimmed.
    Expression(&'a str),
}

/// Takes a text apart. A `{%`, a `{{` without its end and a `${` that is no reference refuse it.
pub(super) fn parts(text: &str) -> Result<Vec<Part<'_>>, TemplateError> {
    let mut out = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = text[at..].find(['{', '$']).map(|offset| at + offset) {
        let rest = &text[found..];
        if rest.starts_with("$${") {
            // A dollar sign before a brace: one of the two stands, and nothing begins here.
            out.push(Part::Text(&text[from..=found]));
            (from, at) = (found + 2, found + if rest.starts_with("$${{") { 2 } else { 3 });
            continue;
        }
        let (part, length) = if rest.starts_with("{{") {
            let (expression, length) = expression(rest)?;
            (Part::Expression(expression), length)
        } else if rest.starts_with("{%") {
            return Err(refuse("{% is not allowed here: only expressions {{ ... }}, no loops and no blocks"));
        } else if rest.starts_with("${") && !rest.starts_with("${{") {
            let reference = reference(rest)?;
            (Part::Reference(reference), reference.len())
        } else {
            at = found + 1;
            continue;
        };
        if from < found {
            out.push(Part::Text(&text[from..found]));
        }
        out.push(part);
        at = found + length;
        from = at;
    }
    if from < text.len() {
        out.push(Part::Text(&text[from..]));
    }
    Ok(out)
}

/// The expression at the start of `rest`, and how long it is with its braces.
fn expression(rest: &str) -> Result<(&str, usize), TemplateError> {
    let inside = &rest[2..];
    let end = end_of(inside).ok_or_else(|| refuse("an expression that begins with {{ has no closing }}"))?;
    let written = &inside[..end];
    if written.starts_with(['-', '+']) || written.ends_with(['-', '+']) {
        return Err(refuse("write {{ ... }} with a space inside: {{- and -}} are not known here"));
    }
    let expression = written.trim();
    if expression.is_empty() {
        return Err(refuse("an expression is empty: write a path, such as {{ incident.num }}"));
    }
    Ok((expression, end + 4))
}

/// Where the `}}` stands that ends an expression: not one inside quotes or brackets.
fn end_of(inside: &str) -> Option<usize> {
    let (mut depth, mut quote, mut escaped) = (0_u32, None, false);
    for (at, ch) in inside.char_indices() {
        match (quote, ch) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) => quote = (open != ch).then_some(open),
            (None, '"' | '\'') => quote = Some(ch),
            (None, '(' | '[' | '{') => depth += 1,
            (None, '}') if depth == 0 => return inside[at..].starts_with("}}").then_some(at),
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The reference at the start of `rest`, as written.
fn reference(rest: &str) -> Result<&str, TemplateError> {
    // The command of ${cmd:...} may hold braces in pairs, so its end is the first `}` that leaves them so.
    let ends = rest.match_indices('}').map(|(at, _)| at + 1).take(if rest.starts_with("${cmd:") { 100 } else { 1 });
    let whole = ends.map(|end| &rest[..end]).find(|text| secret::parse(text).is_ok());
    whole.ok_or_else(|| {
        let first = rest.find('}').map_or(rest, |end| &rest[..=end]);
        let problem = secret::parse(first).err().map_or_else(String::new, |bad| bad.message);
        refuse(&format!("{problem} (for the text ${{ itself write $${{)"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart() {
        assert_eq!(
            parts("a {{ b.c }}${secret:X}$ {d}").unwrap(),
            [Part::Text("a "), Part::Expression("b.c"), Part::Reference("${secret:X}"), Part::Text("$ {d}")]
        );
        assert_eq!(parts("p$${x}").unwrap(), [Part::Text("p$"), Part::Text("{x}")]);
        assert_eq!(parts("$${secret:X} $$").unwrap(), [Part::Text("$"), Part::Text("{secret:X} $$")]);
        assert_eq!(parts("$${{ x }}").unwrap(), [Part::Text("$"), Part::Expression("x")]);
        assert_eq!(parts("").unwrap(), []);
        assert_eq!(parts("{{ \"}}\" }}").unwrap(), [Part::Expression("\"}}\"")]);
        assert_eq!(parts("{{ {'a': {'b': 1}} }}").unwrap(), [Part::Expression("{'a': {'b': 1}}")]);
        assert_eq!(parts("{{'\\'}}'}}").unwrap(), [Part::Expression("'\\'}}'")]);
        assert_eq!(parts("${{ x }}").unwrap(), [Part::Text("$"), Part::Expression("x")]);
        assert_eq!(parts("${cmd:awk '{print $1}'}!").unwrap()[1], Part::Text("!"));
        assert_eq!(parts("{{ \"${secret:X}\" }}").unwrap(), [Part::Expression("\"${secret:X}\"")]);
    }

    #[test]
    fn what_is_no_template_is_told() {
        for (text, words) in [
            ("{% for x in y %}", "no loops"),
            ("a {{ b", "no closing }}"),
            ("{{ a } }}", "no closing }}"),
            ("{{}}", "is empty"),
            ("{{- a -}}", "with a space"),
            ("${secrets:X}", "is not a kind"),
            ("${secret:X", "no closing }"),
        ] {
            let message = parts(text).unwrap_err().message;
            assert!(message.contains(words), "{text}: {message}");
        }
    }
}

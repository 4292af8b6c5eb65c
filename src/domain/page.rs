//! Whether a text is a web page. Pure.

/// Whether a text is a web page; `content_type` is what the answer says of it.
pub fn is_page(text: &str, content_type: Option<&str>) -> bool {
    let begin: String = after_prolog(text).chars().take(14).collect();
    let begin = begin.to_ascii_lowercase();
    let html = ["text/html", "application/xhtml+xml"];
    let is_told = content_type.is_some_and(|kind| html.iter().any(|html| kind.to_ascii_lowercase().starts_with(html)));
    begin.starts_with("<!doctype html") || begin.starts_with("<html") || (is_told && begin.starts_with('<'))
}

/// What follows a byte order mark, `<?xml ... ?>` and comments.
fn after_prolog(text: &str) -> &str {
    let mut text = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let ends = [("<?", "?>"), ("<!--", "-->")];
        let after = ends.iter().find_map(|(begin, end)| Some(text.strip_prefix(begin)?.split_once(end)?.1));
        let Some(after) = after else { return text };
        text = after.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_begin_with_a_declaration_or_a_comment() {
        for text in [
            "<?xml version='1.0'?><!DOCTYPE html><html><title>Sign in</title>",
            "<!-- x -->\n<html><title>Login</title>",
            "\u{feff} <!doctype html>",
        ] {
            assert!(is_page(text, Some("text/plain")), "{text}");
        }
        assert!(!is_page("<?xml version='1.0'?><methodResponse/>", Some("text/xml")));
    }
}

//! What has to be seen of a confirm before anything is sent, however small the screen and however long what stands in
//! it: whoever sends alerts writes titles and labels, and with them the end of an address.

use super::sheet::{Row, Tone};
use crate::domain::address::shortened;
use crate::domain::width::{cut, width};

/// A row of a confirm.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    row: Row,
    /// An address behind the row, of which the host and the end are seen.
    address: Option<String>,
    /// At most so many lines where there is room, and where there is little; `None`: it is read by whoever wants.
    lines: Option<(usize, usize)>,
}

impl Row {
    /// To be seen: `most` lines of it where there is room, `least` where there is little.
    pub(super) fn seen(self, most: usize, least: usize) -> Part {
        Part { row: self, address: None, lines: Some((most, least)) }
    }

    /// To be read, where there is room or somebody scrolls.
    pub(super) fn read(self) -> Part {
        Part { row: self, address: None, lines: None }
    }
}

impl Part {
    /// An address (clean) behind its label.
    pub(super) fn address(label: Row, address: String) -> Self {
        Self { row: label, address: Some(address), lines: Some((2, 1)) }
    }

    fn is_to_be_seen(&self) -> bool {
        self.lines.is_some()
    }

    fn rows(&self, columns: usize, is_tight: bool) -> Vec<Row> {
        let Some((most, least)) = self.lines else { return self.row.wrapped(columns) };
        let lines = if is_tight { least } else { most };
        match &self.address {
            None => first_lines(&self.row, lines, columns),
            Some(address) => {
                let room = (columns * lines).saturating_sub(width(&self.row.text()));
                let text = shortened(address, room.max(8));
                let row = self.row.clone().and(Tone::Plain, &text);
                // A break at a space would leave the rest of the line empty, and the end for a third one.
                if lines > 1 { row.broken_anywhere(columns) } else { row.wrapped(columns) }
            }
        }
    }
}

/// The rows of a confirm in this room, those that have to be seen above the rest where there is little; and how many of
/// the first rows have to have been seen before anything is sent.
pub fn lay_out(parts: &[Part], columns: usize, height: usize) -> (Vec<Row>, usize) {
    let in_order = |is_tight: bool| {
        let mut rows = Vec::new();
        let mut to_see = 0;
        for part in parts {
            rows.extend(part.rows(columns, is_tight));
            if part.is_to_be_seen() {
                to_see = rows.len();
            }
        }
        (rows, to_see)
    };
    let roomy = in_order(false);
    if roomy.1 <= height {
        return roomy;
    }
    let (first, rest): (Vec<&Part>, Vec<&Part>) = parts.iter().partition(|part| part.is_to_be_seen());
    let of = |parts: &[&Part], is_tight| parts.iter().flat_map(|part| part.rows(columns, is_tight)).collect::<Vec<_>>();
    let mut rows = of(&first, false);
    if rows.len() > height {
        rows = of(&first, true);
    }
    let to_see = rows.len();
    rows.extend(of(&rest, false));
    (rows, to_see)
}

/// At most so many lines of a row, with `…` where there are more.
fn first_lines(row: &Row, lines: usize, columns: usize) -> Vec<Row> {
    let mut all = row.wrapped(columns);
    if all.len() > lines {
        all.truncate(lines);
        if let Some(last) = all.last_mut() {
            if let Some((_, piece)) = last.0.last_mut() {
                let kept = piece.trim_end();
                let cut_to = width(kept).saturating_sub(1);
                *piece = cut(&format!("{kept}……"), cut_to + 2).into_owned();
            }
            let over = width(&last.text()).saturating_sub(columns);
            if let (Some((_, piece)), true) = (last.0.last_mut(), over > 0) {
                *piece = cut(piece, width(piece).saturating_sub(over)).into_owned();
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(parts: &[Part], columns: usize, height: usize) -> (Vec<String>, usize) {
        let (rows, to_see) = lay_out(parts, columns, height);
        (rows.iter().map(Row::text).collect(), to_see)
    }

    #[test]
    fn an_address_shows_its_host_and_its_end_in_two_rows() {
        let label = Row::new(Tone::Dim, "sends  ").and(Tone::Plain, "POST ");
        let address = format!("https://ci.example/job?x={}&end=last", "%25".repeat(500));
        let (rows, to_see) = texts(&[Part::address(label.clone(), address)], 40, 10);
        assert_eq!((rows.len(), to_see), (2, 2), "{rows:?}");
        let both = rows.concat();
        assert!(both.starts_with("sends  POST https://ci.example/job?x=") && both.ends_with("&end=last"), "{both}");
        let long = format!("https://{}.evil.example/x", "a".repeat(200));
        let both = texts(&[Part::address(label, long)], 40, 10).0.concat();
        assert!(both.contains(".evil.example/x"), "{both}");
    }

    #[test]
    fn where_there_is_little_room_what_has_to_be_seen_stands_first_and_is_short() {
        let warning = || Row::new(Tone::Warn, &"what warns ".repeat(9)).seen(3, 1);
        let parts = [Row::new(Tone::Plain, "to be read").read(), warning(), warning()];
        let (rows, to_see) = texts(&parts, 40, 20);
        assert_eq!((rows[0].as_str(), rows.len(), to_see), ("to be read", 7, 7), "{rows:?}");
        let (rows, to_see) = texts(&parts, 40, 6);
        assert_eq!((rows[6].as_str(), rows.len(), to_see), ("to be read", 7, 6), "{rows:?}");
        let (rows, to_see) = texts(&parts, 40, 3);
        assert_eq!((rows.len(), to_see), (3, 2), "{rows:?}");
        assert!(rows[0].ends_with('…') && width(&rows[0]) <= 40, "{rows:?}");
    }
}

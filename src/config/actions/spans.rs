//! Where the fields of an action stand in its file, for what is judged when all are read.

use std::cell::RefCell;
use std::ops::Range;

use super::super::table::{Entry, Table};
use crate::domain::validate::Field;

/// The fields met so far.
#[derive(Default)]
pub(super) struct Spans<'a>(RefCell<Vec<Span<'a>>>);

/// Where a field stands.
#[derive(Clone)]
pub(super) struct Span<'a> {
    field: Field,
    pub(super) entry: Entry<'a>,
    /// Whether the value may be shown.
    pub(super) plain: bool,
    /// What is told in here already is not told again.
    pub(super) whole: Range<usize>,
}

impl<'a> Spans<'a> {
    /// Notes where a field stands. `plain`: its value may be shown.
    pub(super) fn note(&self, field: Field, entry: Option<Entry<'a>>, plain: bool) {
        let Some(entry) = entry else { return };
        let whole = entry.key.start..entry.value.span().end;
        self.0.borrow_mut().push(Span { field, entry, plain, whole });
    }

    /// Notes where a field of several keys stands; what is wrong with it is told at its first key.
    pub(super) fn note_table(&self, field: Field, table: &Table<'a>) {
        let entries = table.in_order();
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return };
        let whole = table.span.start..last.value.span().end;
        self.0.borrow_mut().push(Span { field, entry: first.clone(), plain: true, whole });
    }

    /// Where the field stands; `None` where it is not in the file.
    pub(super) fn of(&self, field: Field) -> Option<Span<'a>> {
        self.0.borrow().iter().find(|span| span.field == field).cloned()
    }
}

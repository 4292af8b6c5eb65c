//! The rows of the form: the fields of the field table that have a label, the text of the body, the fold, the buttons.

use std::sync::LazyLock;

use super::body;
use crate::domain::action::{self, FieldSpec, Kind, Scope};
use crate::domain::validate::Field;

/// The rows, in the order of the screen.
pub static FIELDS: LazyLock<Vec<FormRow>> = LazyLock::new(rows);

pub struct FormRow {
    pub label: &'static str,
    /// One line of help, shown while it is active.
    pub help: String,
    pub section: Section,
    /// The choice that brings it: it is there unless that one's first option is chosen.
    pub needs: Option<Field>,
    pub kind: RowKind,
}

pub enum RowKind {
    Field(&'static FieldSpec),
    Content,
    /// Opens and folds what is below it.
    More,
    Button(Button),
}

/// What the buttons at the end do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    Save,
    Cancel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Of the field table.
    Of(action::Section),
    End,
}

const FIRST: Section = Section::Of(action::Section::First);

impl Section {
    /// What stands over it; empty: nothing.
    pub fn title(self) -> &'static str {
        match self {
            FIRST | Self::End => "",
            Self::Of(section) => section.title(),
        }
    }

    /// Whether its fields are folded away while they are as by default.
    pub fn folds(self) -> bool {
        !matches!(self, FIRST | Self::End)
    }
}

impl FormRow {
    /// How the validation names it.
    pub fn field(&self) -> Option<Field> {
        match &self.kind {
            // What is wrong with the body is told at its text.
            RowKind::Field(spec) if matches!(spec.kind, Kind::Body) => None,
            RowKind::Field(spec) => Some(spec.field()),
            RowKind::Content => Some(Field::BODY),
            RowKind::More | RowKind::Button(_) => None,
        }
    }

    /// Whether it is the row of this field of the table.
    pub fn is(&self, field: Field) -> bool {
        matches!(&self.kind, RowKind::Field(spec) if spec.name == field.row())
    }

    /// What can be chosen, in order; empty where nothing is.
    pub fn options(&self) -> Vec<&'static str> {
        let RowKind::Field(spec) = &self.kind else { return Vec::new() };
        match &spec.kind {
            Kind::Choice { options, .. } => options.iter().map(|choice| choice.label).collect(),
            Kind::Table { words, .. } => words.to_vec(),
            Kind::Body => body::KINDS.to_vec(),
            _ => Vec::new(),
        }
    }
}

fn rows() -> Vec<FormRow> {
    let mut out: Vec<FormRow> = Vec::new();
    for spec in action::FIELDS.iter().filter(|spec| !spec.label.is_empty()) {
        let section = Section::Of(spec.section);
        if section.folds() && out.last().is_some_and(|last| !last.section.folds()) {
            let help =
                "Method, body, inputs, signing, TLS and proxy, outcome and press. <open> or space opens and folds it.";
            out.push(row("More", help, FIRST, RowKind::More));
        }
        // A table without a label has no choice that brings it.
        let table = spec.place().0.and_then(action::row_of).filter(|table| !table.label.is_empty());
        let needs = match spec.scope {
            Scope::Started => Some(Field::KIND),
            Scope::Any | Scope::Webhook => table.map(FieldSpec::field),
        };
        let mut help = spec.filled(spec.help);
        if matches!(spec.kind, Kind::Headers | Kind::Inputs) {
            help.push_str(" <add-header> adds one.");
        }
        out.push(FormRow { needs, ..row(spec.label, &help, section, RowKind::Field(spec)) });
        if matches!(spec.kind, Kind::Body) {
            let help = "{{ incident.title }}, {{ inputs.version }} and ${secret:NAME} are filled in. Form: a name=value on each line.";
            out.push(FormRow { needs: Some(spec.field()), ..row("Content", help, section, RowKind::Content) });
        }
    }
    let save = "Saves the action. <save> does so from every field.";
    out.push(row("Save", save, Section::End, RowKind::Button(Button::Save)));
    let cancel = "Leaves the form; asks if something changed.";
    out.push(row("Cancel", cancel, Section::End, RowKind::Button(Button::Cancel)));
    out
}

fn row(label: &'static str, help: &str, section: Section, kind: RowKind) -> FormRow {
    FormRow { label, help: help.to_owned(), section, needs: None, kind }
}

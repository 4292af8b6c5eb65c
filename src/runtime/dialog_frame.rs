//! How far the dialog that has the keys has come onto the screen: what nobody can have seen, nobody answers.

/// The dialog and its frame.
#[derive(Debug, Default)]
pub(super) struct DialogFrame {
    id: Option<String>,
    frame: Frame,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Frame {
    #[default]
    NoDialog,
    /// No frame that shows it was drawn yet.
    Wanted,
    /// Such a frame is on its way.
    Drawn,
    /// It was written at this time, monotonic milliseconds.
    Written(u64),
}

impl DialogFrame {
    /// Takes the dialog that has the keys now. Whether it is another than before.
    pub(super) fn replace(&mut self, id: Option<String>) -> bool {
        if id == self.id {
            return false;
        }
        self.frame = if id.is_some() { Frame::Wanted } else { Frame::NoDialog };
        self.id = id;
        true
    }

    /// A frame that shows it was drawn.
    pub(super) fn drawn(&mut self) {
        if self.frame == Frame::Wanted {
            self.frame = Frame::Drawn;
        }
    }

    /// A frame was written: it shows the dialog only where such a one was drawn before.
    pub(super) fn written(&mut self, at: u64) {
        if self.frame == Frame::Drawn {
            self.frame = Frame::Written(at);
        }
    }

    /// Whether a key that was readable at `at` came before the dialog was on the screen.
    pub(super) fn is_unseen(&self, at: u64) -> bool {
        match self.frame {
            Frame::NoDialog => false,
            Frame::Wanted | Frame::Drawn => true,
            Frame::Written(written) => at <= written,
        }
    }
}

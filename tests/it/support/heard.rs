//! What a terminal is told besides text and colours: titles, clipboard, links, and all that nobody knows.

/// What the program itself sends that vt100 does not know: the modes it sets, and its question for the background.
const OWN: &[&str] = &[
    "csi ?2026h",
    "csi ?2026l",
    "osc 11;?",
    "escape None None 5c",
    "csi ?7l",
    "csi ?7h",
    "csi ?1004l",
    "csi ?1004h",
    "csi 22;2t",
    "csi 23;2t",
    "csi 59m",
    "csi ?1015l",
    "csi ?1016l",
    "csi ?66l",
    "csi 20l",
    "csi 4l",
];
/// The window's title has nothing but counts.
const OWN_TITLE: &str = "title andon: ";

/// What the terminal heard besides text and colours.
#[derive(Default)]
pub(crate) struct Heard(Vec<String>);

impl Heard {
    /// What was heard that is none of the program's own.
    pub(crate) fn strange(&self) -> Vec<String> {
        let own = |what: &str| {
            let counts = what.strip_prefix(OWN_TITLE);
            let is_count = |ch: char| ch.is_ascii_digit() || " ,?✖".contains(ch);
            let is_own_title = |counts: &str| counts.replace("critical", "").replace("open", "").chars().all(is_count);
            OWN.contains(&what) || counts.is_some_and(is_own_title)
        };
        self.0.iter().filter(|what| !own(what)).cloned().collect()
    }

    fn note(&mut self, what: String) {
        self.0.push(what);
    }
}

fn joined(params: &[&[u8]]) -> String {
    params.iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect::<Vec<_>>().join(";")
}

impl vt100::Callbacks for Heard {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.note("bell".to_owned());
    }
    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, name: &[u8]) {
        self.note(format!("icon {}", String::from_utf8_lossy(name)));
    }
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.note(format!("title {}", String::from_utf8_lossy(title)));
    }
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.note(format!("clipboard {}", String::from_utf8_lossy(data)));
    }
    fn paste_from_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.note("clipboard asked for".to_owned());
    }
    fn resize(&mut self, _: &mut vt100::Screen, (rows, columns): (u16, u16)) {
        self.note(format!("resize {columns}x{rows}"));
    }
    fn unhandled_char(&mut self, _: &mut vt100::Screen, ch: char) {
        self.note(format!("char {}", ch.escape_unicode()));
    }
    fn unhandled_control(&mut self, _: &mut vt100::Screen, byte: u8) {
        self.note(format!("control {byte:02x}"));
    }
    fn unhandled_escape(&mut self, _: &mut vt100::Screen, one: Option<u8>, two: Option<u8>, byte: u8) {
        self.note(format!("escape {one:?} {two:?} {byte:02x}"));
    }
    fn unhandled_csi(&mut self, _: &mut vt100::Screen, mark: Option<u8>, _: Option<u8>, params: &[&[u16]], last: char) {
        let mark = mark.map(char::from).map(String::from).unwrap_or_default();
        let numbers: Vec<String> = params.iter().flat_map(|group| group.iter().map(u16::to_string)).collect();
        self.note(format!("csi {mark}{}{last}", numbers.join(";")));
    }
    fn unhandled_osc(&mut self, _: &mut vt100::Screen, params: &[&[u8]]) {
        self.note(format!("osc {}", joined(params)));
    }
}

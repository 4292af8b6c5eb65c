//! The figures.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::pty::{Program, Session};
use super::seed::{Home, Wanted, home, title};
use super::table::{compared, limited, median, ms, noted, percentile};
use super::{Programs, Result, receiver};

/// A number that stands in the first frame of the floor and of andon, near the end of what both show.
const SHOWN: &str = "00001E";
/// A frame is over when nothing follows for so long.
const GAP: Duration = Duration::from_millis(40);
/// A list that is searched beside the drawing needs longer.
const SEARCH_GAP: Duration = Duration::from_millis(120);
/// After this much silence everything has been read.
const SETTLED: Duration = Duration::from_millis(2_500);

impl Programs {
    fn andon(&self, home: &Home) -> Program {
        let arguments = home.arguments();
        Program::new(&self.andon, &arguments.each_ref().map(String::as_str))
    }

    fn floor(&self, rows: usize) -> Program {
        Program::new(&self.own, &["floor", &rows.to_string()])
    }
}

fn starts(program: &Program) -> Result<f64> {
    let mut session = Session::start(program)?;
    let took = session.until(SHOWN)?;
    session.quiet(Duration::from_millis(150));
    Ok(ms(took))
}

/// From exec to the first frame that is of use.
pub(super) async fn start(programs: &Programs) -> Result<()> {
    let stored = home(Wanted { incidents: 10_000, ..Wanted::default() }).await?;
    let (mut ours, mut floor, mut small) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..21 {
        ours.push(starts(&programs.andon(&stored))?);
        floor.push(starts(&programs.floor(100_000))?);
        small.push(starts(&programs.floor(10_000))?);
    }
    let floor = ("floor", median(&floor));
    compared("exec to the first useful frame, 10,000 stored", "ms", median(&ours), floor, 1.5)?;
    noted("  the floor with 10,000 rows", "ms", median(&small))
}

/// Keys in the list and in the filter, with 100,000 incidents.
pub(super) async fn list(programs: &Programs, moving: bool, filter: bool) -> Result<()> {
    let stored = home(Wanted { incidents: 100_000, ..Wanted::default() }).await?;
    let mut ours = Session::start(&programs.andon(&stored))?;
    ours.until(SHOWN)?;
    ours.quiet(SETTLED);
    if moving {
        let mut floor = Session::start(&programs.floor(100_000))?;
        floor.until(SHOWN)?;
        let (mut our_times, mut floor_times, mut our_bytes, mut floor_bytes) = (vec![], vec![], vec![], vec![]);
        for _ in 0..200 {
            let reaction = ours.press("j", GAP)?;
            our_times.push(ms(reaction.took));
            our_bytes.push(as_f64(reaction.bytes));
            let reaction = floor.press("j", GAP)?;
            floor_times.push(ms(reaction.took));
            floor_bytes.push(as_f64(reaction.bytes));
        }
        compared(
            "j to its frame, 100,000 incidents, p50",
            "ms",
            median(&our_times),
            ("floor", median(&floor_times)),
            2.0,
        )?;
        limited("j to its frame, p99", "ms", percentile(&our_times, 99), 16.0)?;
        noted("  the floor's p99", "ms", percentile(&floor_times, 99))?;
        limited("bytes per j, list and detail, p50", "B", median(&our_bytes), 1_000.0)?;
        noted("  mean, with the scrolling", "B", our_bytes.iter().sum::<f64>() / as_f64(our_bytes.len()))?;
        noted("  the floor's, list alone, p50", "B", median(&floor_bytes))?;
    }
    if filter {
        let ours = typing(&mut ours, Some("/"))?;
        let peer = fzf()?;
        compared(
            "a keystroke in the filter, 100,000 incidents, p50",
            "ms",
            median(&ours),
            ("fzf", median(&peer)),
            0.5,
        )?;
        noted("  p99", "ms", percentile(&ours, 99))?;
    }
    Ok(())
}

/// Types words letter by letter, each word into an empty line.
fn typing(session: &mut Session, open: Option<&str>) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    if let Some(open) = open {
        session.press(open, SEARCH_GAP)?;
    }
    for word in ["cpuche", "gatew7", "payments", "latency ing", "zzz", "disk-full-96"] {
        for letter in word.chars() {
            times.push(ms(session.press(&letter.to_string(), SEARCH_GAP)?.took));
        }
        // Ctrl-U empties the line in both.
        session.press("\u{15}", SEARCH_GAP)?;
    }
    Ok(times)
}

fn fzf() -> Result<Vec<f64>> {
    let mut lines = String::new();
    for at in 0..100_000 {
        writeln!(lines, "{at:06X} {} Team {} prod", title(at), at % 20)?;
    }
    let file = tempfile::NamedTempFile::new()?;
    fs::write(file.path(), lines)?;
    let command = format!("exec fzf --no-mouse < {}", file.path().display());
    let mut session = Session::start(&Program::new("/bin/sh".as_ref(), &["-c", &command]))?;
    session.until("100000/100000")?;
    session.quiet(Duration::from_millis(500));
    typing(&mut session, None)
}

/// Enter in the confirm to the whole request at the receiver.
pub(super) async fn press(programs: &Programs) -> Result<()> {
    let receiver = receiver::start()?;
    let stored = home(Wanted { incidents: 1_000, endpoint: Some(&receiver.url), ..Wanted::default() }).await?;
    let mut ours = Session::start(&programs.andon(&stored))?;
    ours.until(SHOWN)?;
    ours.quiet(SETTLED);
    let (mut our_times, mut peer_times) = (Vec::new(), Vec::new());
    for round in 0..16 {
        ours.press("j", Duration::from_millis(800))?;
        ours.press("1", Duration::from_millis(200))?;
        let at = Instant::now();
        ours.send("\r")?;
        let took = ms(receiver.requests.recv_timeout(Duration::from_secs(10))? - at);
        ours.quiet(GAP);
        let at = Instant::now();
        let mut curl = Command::new("curl");
        curl.args(["-s", "-H", "Content-Type: application/json", "-d", "{\"event_type\":\"i_custom\"}", &receiver.url]);
        let mut curl = curl.stdout(Stdio::null()).spawn()?;
        let peer = ms(receiver.requests.recv_timeout(Duration::from_secs(10))? - at);
        curl.wait()?;
        // The first ones warm both up.
        if round > 0 {
            our_times.push(took - 15.0);
            peer_times.push(peer);
        }
    }
    let what = "Enter to the whole request, durable, less the key rule, p50";
    compared(what, "ms", median(&our_times), ("curl", median(&peer_times)), 0.5)
}

/// Nothing happens: what does that cost.
pub(super) async fn idle(programs: &Programs) -> Result<()> {
    let stored = home(Wanted { incidents: 1_000, live: true, ..Wanted::default() }).await?;
    let mut ours = Session::start(&programs.andon(&stored))?;
    ours.until(SHOWN)?;
    ours.quiet(SETTLED);
    let (before, at) = (ours.cpu()?, Instant::now());
    // One refresh of the source lies in it.
    let mut bytes = 0;
    while at.elapsed() < Duration::from_secs(15) {
        sleep(Duration::from_millis(100));
        bytes += ours.quiet(Duration::from_millis(1));
    }
    let seconds = at.elapsed().as_secs_f64();
    limited("idle: processor time a second", "ms", ms(ours.cpu()? - before) / seconds, 1.0)?;
    limited("idle: bytes a second", "B", as_f64(bytes) / seconds, 20.0)
}

/// Resident memory.
pub(super) async fn memory(programs: &Programs) -> Result<()> {
    for (incidents, limit) in [(1_000, 20.0), (100_000, 90.0)] {
        for live in [false, true] {
            let stored = home(Wanted { incidents, live, ..Wanted::default() }).await?;
            let mut ours = Session::start(&programs.andon(&stored))?;
            ours.until(SHOWN)?;
            while ours.quiet(SETTLED) > 0 {}
            let (now, highest) = ours.memory()?;
            let source = if live { "source there" } else { "stored" };
            limited(&format!("resident memory, {incidents} incidents, {source}"), "MiB", now, limit)?;
            noted("  at its highest", "MiB", highest)?;
        }
    }
    let mut floor = Session::start(&programs.floor(100_000))?;
    floor.until(SHOWN)?;
    noted("  the floor", "MiB", floor.memory()?.0)
}

/// A long log: what it adds to the start, a page of it, a filter.
pub(super) async fn log(programs: &Programs) -> Result<()> {
    let none = home(Wanted { incidents: 10_000, ..Wanted::default() }).await?;
    for lines in [100_000, 1_000_000] {
        let stored = home(Wanted { incidents: 10_000, lines, ..Wanted::default() }).await?;
        let (mut long, mut short) = (Vec::new(), Vec::new());
        for _ in 0..15 {
            long.push(starts(&programs.andon(&stored))?);
            short.push(starts(&programs.andon(&none))?);
        }
        let empty = ("empty", median(&short));
        compared(&format!("start with {lines} lines in the log"), "ms", median(&long), empty, 1.1)?;
        let mut ours = Session::start(&programs.andon(&stored))?;
        ours.until(SHOWN)?;
        ours.quiet(SETTLED);
        let opened = ms(ours.press("l", SEARCH_GAP)?.took);
        noted("  opening the log", "ms", opened)?;
        let mut pages = Vec::new();
        for _ in 0..40 {
            pages.push(ms(ours.press("\u{1b}[6~", SEARCH_GAP)?.took));
        }
        limited("  a page of it, p50", "ms", median(&pages), 16.0)?;
        noted("  a page of it, p99", "ms", percentile(&pages, 99))?;
        ours.press("/", SEARCH_GAP)?;
        let mut filters = Vec::new();
        for letter in ["h", "o", "s", "t", " ", "4", "9", "z", "z"] {
            filters.push(ms(ours.press(letter, Duration::from_millis(600))?.took));
        }
        limited("  a keystroke in its filter, the slowest", "ms", percentile(&filters, 100), 200.0)?;
    }
    Ok(())
}

// Counts here are far below where a float loses digits.
#[allow(clippy::cast_precision_loss)]
fn as_f64(count: usize) -> f64 {
    count as f64
}

//! The loop: one inbox in, one model, frames out.

use std::io::{self, Write};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use crossterm::clipboard::CopyToClipboard;
use futures_util::FutureExt;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep_until;
use tokio_util::task::TaskTracker;

use super::calls::{Call, Surroundings, Way};
use super::effects::{EffectRunner, SourceSignal};
use super::fill_up::fill_up;
use super::inbox::{Clock, Inbox, Message};
use super::input::{Decoder, Gate, Input};
use super::reader::{self, Heard};
use super::start::Start;
use super::terminal::Screen;
use super::{external_programs, signals, terminal};
use crate::app::effect::Effect;
use crate::app::event::{Event, Snapshot};
use crate::app::keymap::Context;
use crate::app::model::Model;
use crate::app::{update, wakes_at};
use crate::domain::run::Run;
use crate::domain::theme::Colours;
use crate::runner::Runner;

/// At most 60 frames a second.
const FRAME_MS: u64 = 16;

/// How the screen was left.
pub struct Leaving {
    pub code: i32,
    /// Runs whose ending could not be written: for stderr.
    pub unrecorded: Vec<Run>,
    /// What went wrong with the terminal itself.
    pub error: Option<io::Error>,
}

/// Shows the screen until it is left; runs in flight finish and are recorded before this returns.
pub async fn run(start: Start) -> Result<Leaving, crate::store::StoreError> {
    let snapshot = start.snapshot().await?;
    let (runner, runs) = (start.runner.clone(), TaskTracker::new());
    let shown = AssertUnwindSafe(show(start, snapshot, runs.clone())).catch_unwind().await;
    terminal::restore_after_panic();
    finish_runs(&runs, &runner).await;
    let unrecorded = runner.unrecorded();
    let (code, error) = match shown {
        Err(_) => (101, None),
        // A frame may fail before the reader has told that the line is lost.
        Ok(Err(_)) if reader::is_gone() => (129, None),
        Ok(Err(error)) => (1, Some(error)),
        Ok(Ok(code)) if unrecorded.is_empty() => (code, None),
        Ok(Ok(_)) => (1, None),
    };
    Ok(Leaving { code, unrecorded, error })
}

/// Waits for the runs in flight, which end within their own deadlines, and tries once more to write what was not.
async fn finish_runs(runs: &TaskTracker, runner: &Runner) {
    // Jobs go on without us; whoever comes next follows them.
    runner.let_go();
    runs.close();
    let waiting = runs.len();
    if waiting > 0 {
        // On a thread of its own: a blocked line must not keep the runs from being recorded.
        std::thread::spawn(move || {
            writeln!(io::stderr(), "andon: {waiting} in flight; it ends when they have ended and are recorded")
        });
    }
    runs.wait().await;
    runner.reports_sent().await;
    runner.retry_unrecorded().await;
}

async fn show(start: Start, snapshot: Snapshot, runs: TaskTracker) -> io::Result<i32> {
    let colours = start.colours();
    if colours == Colours::None {
        // Under NO_COLOR crossterm writes a colour as a reset, which would wipe the reverse video of the selection.
        crossterm::style::force_color_output(true);
    }
    let clock = Clock::start();
    let (inbox, messages) = Inbox::new(clock);
    let teller = inbox.clone();
    let size = crossterm::terminal::size().unwrap_or((80, 24));
    let around = Surroundings::of_this_process();
    let model = Model::new(start.settings(&around), size);
    let screen = Screen::take(model.settings.notifications, move || {
        teller.send(Message::Written(clock.mono_ms()));
    })?;
    let gate = Gate::new(start.escape_ms());
    let effects = effect_runner(&start, &inbox, runs);
    let mut the_loop = Loop {
        model,
        gate,
        decoder: Decoder::default(),
        screen,
        effects,
        clock,
        dirty: true,
        lent: false,
        drawn_at: 0,
        code: None,
        notifies: around.way(start.ui.notify).map(|way| (way, around.in_tmux)),
    };
    the_loop.dispatch(Event::Loaded(Box::new(snapshot.clone())));
    the_loop.draw()?;
    // Everything below costs time that the first frame need not wait for.
    let keys = inbox.clone();
    reader::start(move |heard| keys.send(Message::Terminal(heard, clock.mono_ms())))?;
    signals::listen(&inbox)?;
    match start.background() {
        Some(background) => the_loop.dispatch(Event::Background(background)),
        None if colours > Colours::None && asks_background() => the_loop.screen.ask_background(),
        None => {}
    }
    tokio::spawn(fill_up(start, snapshot, the_loop.effects.clone()));
    let left = the_loop.run(messages).await;
    let Loop { screen, .. } = the_loop;
    screen.release();
    left
}

fn effect_runner(start: &Start, inbox: &Inbox, runs: TaskTracker) -> EffectRunner {
    EffectRunner {
        store: start.store.clone(),
        runner: start.runner.clone(),
        operator: Arc::clone(&start.operator),
        max_per_channel: start.max_per_channel,
        inbox: inbox.clone(),
        signals: start.sources.iter().map(|source| Arc::new(SourceSignal::new(source.name()))).collect(),
        runs,
        buttons: Arc::new(Notify::new()),
    }
}

/// GNU screen and the Linux console type the question or the answer onto the screen.
fn asks_background() -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    std::env::var_os("STY").is_none() && term != "linux" && !term.starts_with("screen")
        || std::env::var_os("TMUX").is_some()
}

struct Loop {
    model: Model,
    gate: Gate,
    decoder: Decoder,
    screen: Screen,
    effects: EffectRunner,
    clock: Clock,
    dirty: bool,
    /// Whether an editor has the terminal: nothing is drawn, no key is read.
    lent: bool,
    drawn_at: u64,
    code: Option<i32>,
    /// How notifications are shown, and whether tmux stands between; `None`: not at all.
    notifies: Option<(Way, bool)>,
}

impl Loop {
    async fn run(&mut self, mut messages: UnboundedReceiver<Message>) -> io::Result<i32> {
        loop {
            let wake = self.wake();
            tokio::select! {
                biased;
                message = messages.recv() => {
                    let Some(message) = message else { return Ok(0) };
                    self.take(message)?;
                }
                () = sleep_until(self.clock.instant(wake.unwrap_or_default())), if wake.is_some() => {}
            }
            while let Ok(message) = messages.try_recv() {
                self.take(message)?;
            }
            self.pass_time();
            if let Some(code) = self.code {
                return Ok(code);
            }
            if self.dirty && !self.lent && !self.screen.is_busy() && self.clock.mono_ms() >= self.drawn_at + FRAME_MS {
                self.draw()?;
            }
        }
    }

    /// When something has to happen although nothing arrives.
    fn wake(&self) -> Option<u64> {
        let frame = (self.dirty && !self.lent && !self.screen.is_busy()).then_some(self.drawn_at + FRAME_MS);
        [self.gate.deadline(), wakes_at(&self.model), frame].into_iter().flatten().min()
    }

    fn take(&mut self, message: Message) -> io::Result<()> {
        match message {
            Message::Terminal(Heard::Bytes(bytes), at) => {
                // Key by key: each is judged by what the one before has led to.
                for key in self.decoder.keys(&bytes) {
                    self.pass_gate(at);
                    let input = self.gate.feed(key, at, &self.model.input_rules());
                    self.input(input);
                    if self.gate.has_ignored() {
                        let words =
                            "a key that is held or hammered does nothing here: wait a moment, then press it once";
                        self.dispatch(Event::Said(words.to_owned()));
                    }
                }
            }
            Message::Terminal(Heard::Gone, _) => self.end(129),
            Message::Event(event) => self.dispatch(event),
            Message::Written(at) => {
                self.screen.frame_written();
                self.gate.frame_written(at);
            }
            Message::End(code) => self.end(code),
            Message::Edited(text) => {
                self.screen.take_again()?;
                reader::go_on();
                self.lent = false;
                let (columns, rows) = crossterm::terminal::size().unwrap_or(self.model.size);
                self.dispatch(Event::Resized(columns, rows));
                self.dispatch(Event::Edited(text));
            }
            // The editor was stopped with us, and has the terminal again.
            Message::Continued if self.lent => {}
            Message::Continued => {
                self.screen.take_again()?;
                self.dirty = true;
            }
        }
        Ok(())
    }

    /// A signal or a lost terminal: asks nothing.
    fn end(&mut self, code: i32) {
        self.dispatch(Event::Terminate);
        self.code = Some(code);
    }

    fn pass_time(&mut self) {
        let now = self.clock.mono_ms();
        self.pass_gate(now);
        if wakes_at(&self.model).is_some_and(|wake| now >= wake) {
            self.dispatch(Event::Tick);
        }
    }

    /// What waited in the gate until `now` comes out.
    fn pass_gate(&mut self, now: u64) {
        let input = self.gate.poll(now, &self.model.input_rules());
        self.input(input);
    }

    fn input(&mut self, input: Option<Input>) {
        let event = match input {
            None => return,
            Some(Input::Key(key)) => Event::Key(key),
            Some(Input::Paste(text)) => Event::Paste(text),
            Some(Input::Background(background)) => Event::Background(background),
            Some(Input::Focus(focus)) => Event::Focus(focus),
        };
        self.dispatch(event);
    }

    fn dispatch(&mut self, event: Event) {
        let now = self.clock.now();
        self.dirty = true;
        for effect in update(&mut self.model, now, event) {
            self.carry_out(effect);
        }
        self.gate.dialog(self.model.modes.top().id());
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Quit => self.code = self.code.or(Some(0)),
            Effect::Redraw => {
                let _ = self.screen.redraw();
            }
            Effect::Copy { text, what } => {
                self.screen.command(CopyToClipboard::to_clipboard_from(text));
                self.effects.inbox.event(Event::Said(format!("{what} copied; nothing was sent")));
            }
            Effect::EditText { text } => self.edit(text),
            Effect::Suspend => self.suspend(),
            Effect::Title(title) => self.screen.command(Call::Title(title)),
            Effect::Notify { bell, notification } => {
                if bell {
                    self.screen.command(Call::Bell);
                }
                if let (Some(text), Some((way, in_tmux))) = (notification, self.notifies) {
                    self.screen.command(Call::Notification { way, in_tmux, text });
                }
            }
            other => self.effects.start(other),
        }
    }

    /// Lends the terminal to the person's editor; runs and sources go on meanwhile.
    fn edit(&mut self, text: String) {
        if self.screen.is_busy() {
            let words = self
                .model
                .settings
                .keys
                .hint(Context::Comment, "the terminal is still taking a frame; press <editor> again");
            self.effects.inbox.event(Event::Edited(Err(words)));
            return;
        }
        reader::rest();
        Screen::lend();
        self.lent = true;
        external_programs::edit(text, &self.effects.inbox);
    }

    fn suspend(&mut self) {
        if self.screen.is_busy() {
            // Waiting for a blocked line would keep signals and deadlines waiting, too.
            let words = self
                .model
                .settings
                .keys
                .hint(Context::Incidents, "not stopped: the terminal is still taking a frame; press <suspend> again");
            self.effects.inbox.event(Event::Said(words));
            return;
        }
        Screen::lend();
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
        // A group that nobody could wake is not stopped by the kernel: then it just goes on. Else SIGCONT has come.
        let _ = self.screen.take_again();
        let (columns, rows) = crossterm::terminal::size().unwrap_or(self.model.size);
        self.effects.inbox.event(Event::Resized(columns, rows));
    }

    fn draw(&mut self) -> io::Result<()> {
        self.dirty = false;
        self.drawn_at = self.clock.mono_ms();
        self.gate.frame_drawn();
        if !self.screen.draw(&self.model)? {
            // Nothing differs from what is shown already, so the dialog's frame is out.
            self.gate.frame_written(self.drawn_at);
        }
        Ok(())
    }
}

//! andon: incidents, and the buttons that fix them, in one terminal.
//!
//! This page is the map: what each part is for, who may use whom, what a press goes through, and where to add things.
//! `tests/it/architecture` holds the order; the words (incident, channel, action, press, run, outcome) are those of
//! [`domain`].
//!
//! # The parts
//!
//! | module | is for | may use |
//! |---|---|---|
//! | [`domain`] | facts and rules; no I/O, no clock | nobody |
//! | [`app`] | what the screen knows and how it changes; no I/O, no clock, no drawing | domain |
//! | [`view`] | model in, frame out; reads only | domain, app |
//! | [`secret`] | references to values that are kept elsewhere | domain |
//! | [`template`] | expressions over the payload and the answer | domain, secret |
//! | [`store`] | what must not be lost: actions, activity, the last known incidents | domain |
//! | [`net`] | how the outside is reached, and what is known to have been sent | domain, secret |
//! | [`webhook`] | one press on the wire: payload, request, answer | domain, secret, template, net |
//! | [`source`] | where incidents come from | domain, secret, net |
//! | [`config`] | `config.toml`, actions as text, and what is wrong with them | domain, secret, template, net |
//! | [`runner`] | one press from start to end; for screen and command line | all above but app and view |
//! | [`runtime`] | the only part that acts for the screen: loop, tasks, terminal, input | all above |
//! | [`cli`] | the commands without a screen | all above but app, view and runtime |
//! | [`demo`] | built-in incidents and a receiver on loopback | all above but app, view, runtime and cli |
//!
//! `main.rs` is the door: it wires them and gives the exit code.
//!
//! # One direction
//!
//! What happened comes in as an [`Event`](app::event::Event). [`update`](app::update()) changes the
//! [`Model`](app::model::Model) and returns [`Effect`](app::effect::Effect)s. The runtime carries them out, each ends in
//! exactly one event, and [`view`](view::view) draws the model. So the order of events is the whole truth.
//!
//! # The life of a press
//!
//! ```text
//! key 1 ─ runtime::input (a person?) ─ app::keymap ─ update
//!                                                      │ Effect::Prepare
//!                     runner::prepare ─ webhook: the request as it will be sent
//!                                                      │ Event::Prepared
//! Enter ────────────── the confirm shows it ───────── update
//!                                                      │ Effect::Run
//!   runner::run ─ guard ─ store: the row, durable ─ net: one request ─ webhook: the answer ─ store: the end
//!                                                      │ Event::Ended
//!                                                    update ─ view: ✔ ✖ ? ⊘ –
//! ```
//!
//! Each of them takes a list: a press on several incidents goes the same way, and one press is a list of one.
//!
//! # The life of an operation
//!
//! `a` becomes `Effect::Operate`; the board shows at once what is to be, marked as pending. `runner::operate` asks the
//! source's `Abilities`: the source does it, or it is kept in the store and laid over every later list, or it cannot be
//! done and says why. Each leaves a row in the log. `Event::Operated` takes the mark away, or puts back what was.
//!
//! # Where to add things
//!
//! | to add | touch |
//! |---|---|
//! | a kind of source | its row in `domain/source/kinds.rs`, its adapter in `source/` and there a line of `build`; `assets/config.toml` (a test says what), a row in the contract test |
//! | a key | one row in `app/keymap.rs` (and a `Command` if the wish is new); footer and help follow |
//! | a field of an action | the field of `Action` with a serde default, one row in `domain/action/fields.rs`, and where it is used |
//! | a screen | its state, with what a key does to it, in a file of `app/state/`; a variant of `Mode` in `app/modes.rs` and of `Context` in `app/keymap.rs`; one file in `view/`: the compiler asks for the rest |
//! | a store engine | a connection URL that sqlx knows, and what differs in `store/engine.rs`; the contract test runs on it |

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod net;
pub mod runner;
pub mod runtime;
pub mod secret;
pub mod source;
pub mod store;
pub mod template;
pub mod view;
pub mod webhook;

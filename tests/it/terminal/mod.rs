//! The real program in a real terminal: what a person sees, and what the terminal is left with.

mod calls;
mod demo;
mod ending;
mod finding;
mod hostile_keys;
mod hostile_text;
mod lines;
mod store;

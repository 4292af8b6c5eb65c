//! Facts and rules of incident response: what an incident, a channel, an action and a run are.
//!
//! Nothing here does I/O, reads a clock or draws. Every other module may use this one; it uses none of them.

pub mod action;
pub mod activity;
pub mod address;
pub mod as_given;
pub mod board;
pub mod button;
pub mod channel;
pub mod contract_fields;
pub mod curl;
pub mod enrichment;
pub mod facts;
pub mod file_system;
pub mod finding;
pub mod folded;
pub mod incident;
pub mod job;
pub mod key;
pub mod list_report;
pub mod local;
pub mod marks;
pub mod near;
pub mod operation;
pub mod operator;
pub mod own_error;
pub mod packed;
pub mod page;
pub mod preset;
pub mod read_alerts;
pub mod refusal;
pub mod request;
pub mod risk;
pub mod row;
pub mod run;
pub mod snooze;
pub mod source;
pub mod stage;
pub mod text;
pub mod theme;
pub mod time;
pub mod timeline;
pub mod validate;
pub mod verdict;
pub mod width;
pub mod words;

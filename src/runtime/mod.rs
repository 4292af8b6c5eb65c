//! runtime
pub mod input;
mod sequence;

//! Model in, frame out. Reads only; drawing never changes behaviour.

pub mod text;
pub mod theme;

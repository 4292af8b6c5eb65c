//! Model in, frame out. Reads only; drawing never changes behaviour.

pub mod form;
pub mod text;
pub mod theme;

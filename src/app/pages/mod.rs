//! Text as it is laid out: rows of words with a meaning each. The view puts them into cells.

pub mod confirm;
pub mod detail;
pub mod enrichments;
pub mod log_detail;
mod many;
pub mod must_see;
pub mod sheet;
pub mod shown;
mod story;
pub mod tabs;

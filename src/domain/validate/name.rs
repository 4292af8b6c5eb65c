//! The name: what the button says.

use super::super::text::{clean, is_odd_blank};
use super::text::mask_fault;

/// The limit of a name, in characters.
pub const NAME_MAX: usize = 64;

/// What is wrong with a name by itself.
pub fn name_fault(name: &str) -> Option<String> {
    let length = name.chars().count();
    if name.trim().is_empty() {
        Some("a name is needed: it is what the button says".to_owned())
    } else if length > NAME_MAX {
        Some(format!("{length} characters; a name has at most {NAME_MAX}"))
    } else if clean(name) != name {
        Some("a name cannot hold control or invisible characters".to_owned())
    } else if let Some(odd) = name.chars().find(|ch| is_odd_blank(*ch)) {
        let code = u32::from(odd);
        Some(format!("a name cannot hold U+{code:04X}, which looks like a space: two buttons would look alike"))
    } else if name.trim() != name {
        Some("a name cannot begin or end with a space".to_owned())
    } else {
        mask_fault(name)
    }
}

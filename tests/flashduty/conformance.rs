//! The vendor's own description, served by Prism: every call of ours is accepted, every answer of theirs read.

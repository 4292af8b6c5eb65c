//! What tests share.

pub(crate) mod alertmanager;
pub(crate) mod duty;
pub(crate) mod files;
pub(crate) mod heard;
pub(crate) mod model;
pub(crate) mod mounts;
pub(crate) mod odd;
pub(crate) mod peer;
pub(crate) mod presser;
pub(crate) mod pty;
pub(crate) mod receiver;
pub(crate) mod servers;
pub(crate) mod station;

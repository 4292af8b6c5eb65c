//! A session of its own for every program that the configuration names.

use std::process::Command;

use process_wrap::std::{CommandWrap, CommandWrapper, ProcessSession};

/// Lets the program run without the operator's terminal, as the leader of a session and a process group of its own: it
/// can neither write to `/dev/tty` nor wait there for an answer.
pub fn in_own_session(command: &mut Command) {
    // It looks at no command but the one given.
    let none = CommandWrap::with_new("", |_| ());
    // Notes a step to be done in the child; that cannot fail. Where the step itself does, the program is not started.
    let _ = ProcessSession.pre_spawn(command, &none);
}

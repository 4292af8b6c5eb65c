//! Measures the whole program against the budgets, side by side with its peers, in one run.
//!
//! ```text
//! cargo build --release && cargo run --release --example measure            all figures, about 4 minutes
//! cargo run --release --example measure start list filter press idle memory log runs     some of them
//! ```
//!
//! It runs `target/release/andon`, which must be built before, in a terminal of its own (120x36), on stores that it
//! makes in the temporary directory. The floor is the least that shows such a list: this example itself, run as
//! `measure floor ROWS`. `fzf`, `curl` and `xargs` are peers where they are installed. Linux only: it reads `/proc`.

mod figures;
mod floor;
mod pty;
mod receiver;
mod runs;
mod seed;
mod table;

use std::error::Error;
use std::path::PathBuf;

/// What may go wrong here is only told.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The programs that are run.
struct Programs {
    andon: PathBuf,
    own: PathBuf,
}

impl Programs {
    fn find() -> Result<Self> {
        let own = std::env::current_exe()?;
        let folder = own.parent().and_then(|examples| examples.parent()).ok_or("this example has no folder")?;
        let andon = folder.join("andon");
        if !andon.is_file() {
            return Err(format!("{} is missing: cargo build --release makes it", andon.display()).into());
        }
        Ok(Self { andon, own })
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, rows] = arguments.as_slice()
        && word == "floor"
    {
        return floor::run(rows.parse()?);
    }
    let programs = Programs::find()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let wanted = |name: &str| arguments.is_empty() || arguments.iter().any(|argument| argument == name);
    table::head()?;
    runtime.block_on(async {
        if wanted("start") {
            figures::start(&programs).await?;
        }
        if wanted("list") || wanted("filter") {
            figures::list(&programs, wanted("list"), wanted("filter")).await?;
        }
        if wanted("press") {
            figures::press(&programs).await?;
        }
        if wanted("runs") {
            runs::thousand().await?;
        }
        if wanted("idle") {
            figures::idle(&programs).await?;
        }
        if wanted("memory") {
            figures::memory(&programs).await?;
        }
        if wanted("log") {
            figures::log(&programs).await?;
        }
        Ok(())
    })
}

//! A thousand runs, all durable, against a thousand times curl.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use andon::config::Places;
use andon::domain::run::Outcome;
use andon::runner::{Finish, Flags, PressOptions, RunOptions, open};
use futures_util::StreamExt;
use futures_util::stream;
use tokio_util::sync::CancellationToken;

use super::seed::{Wanted, home};
use super::table::{compared, ms};
use super::{Result, receiver};

const COUNT: usize = 1_000;
/// What runs at the same time, on both sides.
const TOGETHER: usize = 16;

/// One action on a thousand incidents.
pub(super) async fn thousand() -> Result<()> {
    let receiver = receiver::start()?;
    let stored = home(Wanted { incidents: COUNT, endpoint: Some(&receiver.url), ..Wanted::default() }).await?;
    let places = Places::under(stored.path("config.toml"), &stored.path("data"));
    let opened = open(places, &Flags::default()).await?;
    let action = Arc::new(opened.store.actions().await?.into_iter().next().ok_or("there is no action")?);
    let rows = opened.store.open_incidents(None).await?;
    opened.runner.warm().await;
    let at = Instant::now();
    let mut finished = stream::iter(rows)
        .map(|row| {
            let (runner, action, operator) = (opened.runner.clone(), action.clone(), opened.operator.clone());
            async move {
                let prepared = runner
                    .prepare(&action, &Arc::new(row.unpack()), &operator, PressOptions::default())
                    .map_err(|refusal| refusal.why)?;
                let stop = CancellationToken::new();
                Ok::<_, String>(runner.run(vec![prepared], RunOptions::default(), |_, _| {}, &stop).await)
            }
        })
        .buffer_unordered(TOGETHER);
    let mut good = 0;
    while let Some(finishes) = finished.next().await {
        if let [Finish::Ended { activity, not_recorded: None }] = finishes?.as_slice()
            && let andon::domain::activity::Entry::Run(run) = &activity.entry
            && run.outcome == Some(Outcome::Succeeded)
        {
            good += 1;
        }
    }
    let ours = ms(at.elapsed());
    if good != COUNT {
        return Err(format!("only {good} of {COUNT} runs succeeded").into());
    }
    let at = Instant::now();
    let mut xargs = Command::new("xargs")
        .args(["-P16", "-I{}", "curl", "-s", "-o", "/dev/null", "-d", "{\"incident\":{}}", &receiver.url])
        .stdin(Stdio::piped())
        .spawn()?;
    let mut lines = xargs.stdin.take().ok_or("xargs takes no lines")?;
    for number in 0..COUNT {
        writeln!(lines, "{number}")?;
    }
    drop(lines);
    xargs.wait()?;
    compared("1,000 runs, all durable", "ms", ours, ("xargs curl", ms(at.elapsed())), 0.2)
}

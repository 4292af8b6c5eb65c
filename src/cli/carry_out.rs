//! Carrying out confirmed presses, and following jobs: heard while they run, each reported once.

use tokio::sync::mpsc::{self, Receiver};
use tokio::task::JoinHandle;

use super::exit::Exit;
use super::output::error;
use super::progress::Progress;
use super::report::Report;
use super::signals::Signals;
use crate::domain::refusal::Refusal;
use crate::domain::request::Prepared;
use crate::domain::run::Failure;
use crate::runner::{Finish, RunOptions, Runner, Step};

/// How many steps wait to be said. More than that are not said: nothing that runs ever waits for a terminal.
const UNSAID: usize = 1_024;

/// Runs what was confirmed.
pub(super) async fn carry_out(
    runner: &Runner,
    presses: Vec<Prepared>,
    options: RunOptions,
    signals: &Signals,
    report: &mut Report<'_>,
) {
    let (tell, steps) = mpsc::channel(UNSAID);
    let (own, sent, stop) = (runner.clone(), presses.clone(), signals.interrupted().clone());
    // A task of its own: a terminal that takes nothing holds up what is said, and no run.
    let running = tokio::spawn(async move {
        let watch = |run: &str, step| drop(tell.try_send((run.to_owned(), step)));
        own.run(sent, options, watch, &stop).await
    });
    // An interrupt stops the runs by itself. Who is asked to end finishes them, and leaves their jobs to the next.
    let heed = || signals.asked_to_end().is_some().then(|| runner.let_go());
    match watch(running, steps, (signals, &heed), Progress::of(&presses), report).await {
        Some(finishes) => {
            for (prepared, finish) in presses.iter().zip(finishes) {
                end(runner, prepared, finish, report).await;
            }
        }
        None => {
            for prepared in &presses {
                if !report.has(&prepared.run_id) {
                    end(runner, prepared, runner.abandon(prepared).await, report).await;
                }
            }
        }
    }
}

async fn end(runner: &Runner, prepared: &Prepared, finish: Finish, report: &mut Report<'_>) {
    match finish {
        Finish::Ended { activity, .. } | Finish::LetGo(activity) => report.run(&activity),
        Finish::Changed(now) => {
            let what = if now.is_some() { "changed" } else { "removed" };
            let name = &prepared.action.name;
            let why = format!("not confirmed: {name} was {what} meanwhile; look at it and press again");
            let refusal = Refusal::new(Failure::Unconfirmed, why);
            report.run(&runner.refuse_prepared(prepared, &refusal).await);
        }
    }
}

/// Follows the jobs that nobody follows any more to their ends. Any signal lets them go again.
pub(super) async fn resume(runner: &Runner, signals: &Signals, report: &mut Report<'_>) -> usize {
    let (tell, steps) = mpsc::channel(UNSAID);
    let own = runner.clone();
    let running = tokio::spawn(async move {
        let watch = |run: &str, step| drop(tell.try_send((run.to_owned(), step)));
        own.resume(watch, &tokio_util::sync::CancellationToken::new()).await
    });
    let heed = || {
        runner.let_go();
        Some(())
    };
    let Some(finishes) = watch(running, steps, (signals, &heed), Progress::of(&[]), report).await else {
        error("following the jobs failed inside andon; run it again");
        report.note(Exit::Failed);
        return 0;
    };
    for finish in &finishes {
        if let Finish::Ended { activity, .. } | Finish::LetGo(activity) = finish {
            report.run(activity);
        }
    }
    finishes.len()
}

/// Says and reports what is heard until all have ended; `None` where their task died. `heed` is called at the first
/// signal.
async fn watch(
    mut running: JoinHandle<Vec<Finish>>,
    mut steps: Receiver<(String, Step)>,
    (signals, heed): (&Signals, &dyn Fn() -> Option<()>),
    mut progress: Progress,
    report: &mut Report<'_>,
) -> Option<Vec<Finish>> {
    let mut heeded = false;
    let finished = loop {
        tokio::select! {
            biased;
            _ = signals.any(), if !heeded => {
                heeded = true;
                heed();
            }
            Some((run, step)) = steps.recv() => on_step(&run, &step, &mut progress, report),
            finished = &mut running => break finished,
        }
    };
    while let Ok((run, step)) = steps.try_recv() {
        on_step(&run, &step, &mut progress, report);
    }
    finished.ok()
}

fn on_step(run: &str, step: &Step, progress: &mut Progress, report: &mut Report<'_>) {
    progress.on_step(run, step);
    // A changed action is not an end yet: its refusal is.
    if let Step::Ended(finish) = step
        && let Finish::Ended { activity, .. } | Finish::LetGo(activity) = finish.as_ref()
    {
        report.run(activity);
    }
}

//! One writer for all: writes that wait together share one transaction and one commit.
//!
//! A write runs to its end even where the caller stopped waiting, and it is answered only after the commit.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::{Any, AnyConnection, AnyPool, Connection, Transaction};
use tokio::sync::{mpsc, oneshot};

use super::engine::Engine;
use super::error::{Located, StoreError};

/// What a write does on the connection it is given.
pub(super) type Task<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// How many writes share one commit at most.
const TOGETHER: usize = 64;

/// The queue's end that everybody holds.
pub(super) struct Writer {
    queue: mpsc::UnboundedSender<Box<dyn Job>>,
    trouble: Trouble,
}

/// Why the last commit did not go through, where it did not.
type Trouble = Arc<Mutex<Option<StoreError>>>;

impl Writer {
    /// Starts the task that writes; it ends when this end of the queue is dropped.
    pub(super) fn start(engine: Engine, pool: AnyPool) -> Self {
        let (queue, jobs) = mpsc::unbounded_channel();
        let trouble = Trouble::default();
        tokio::spawn(serve(jobs, engine, pool, Arc::clone(&trouble)));
        Self { queue, trouble }
    }

    /// Why the last commit did not go through; `None` where it did.
    pub(super) fn trouble(&self) -> Option<StoreError> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs `work` inside a transaction. Where it fails, nothing of it stays, and nothing else is harmed.
    pub(super) async fn write<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Located + Send + 'static,
        W: for<'c> FnOnce(&'c mut AnyConnection) -> Task<'c, Result<T, E>> + Send + 'static,
    {
        self.queue(work, true).await
    }

    /// The same for `work` that fails only where the database does: then all that share its commit fail with it. It
    /// saves two of the statements by which the beginnings and ends of a thousand runs wait for each other.
    pub(super) async fn write_plain<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Located + Send + 'static,
        W: for<'c> FnOnce(&'c mut AnyConnection) -> Task<'c, Result<T, E>> + Send + 'static,
    {
        self.queue(work, false).await
    }

    async fn queue<T, E, W>(&self, work: W, may_fail: bool) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Located + Send + 'static,
        W: for<'c> FnOnce(&'c mut AnyConnection) -> Task<'c, Result<T, E>> + Send + 'static,
    {
        let stopped = || E::from(StoreError::other("write to the store", "its writer has stopped; start andon again"));
        let (reply, answer) = oneshot::channel();
        let job = Work { act: work, may_fail, reply, result: PhantomData };
        self.queue.send(Box::new(job)).map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }
}

/// Tells the caller, once it is known whether the commit went through.
type Finish = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

trait Job: Send {
    /// Whether it may fail although the database is well.
    fn may_fail(&self) -> bool;

    /// Runs the work; `true` where its writes are to stay.
    fn run<'c>(self: Box<Self>, connection: &'c mut AnyConnection) -> Task<'c, (bool, Finish)>
    where
        Self: 'c;

    fn refuse(self: Box<Self>, error: StoreError);
}

struct Work<W, T, E> {
    act: W,
    may_fail: bool,
    reply: oneshot::Sender<Result<T, E>>,
    result: PhantomData<fn() -> (T, E)>,
}

impl<W, T, E> Job for Work<W, T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Located + Send + 'static,
    W: for<'c> FnOnce(&'c mut AnyConnection) -> Task<'c, Result<T, E>> + Send + 'static,
{
    fn may_fail(&self) -> bool {
        self.may_fail
    }

    fn run<'c>(self: Box<Self>, connection: &'c mut AnyConnection) -> Task<'c, (bool, Finish)>
    where
        Self: 'c,
    {
        Box::pin(async move {
            let Self { act, reply, .. } = *self;
            let result = act(connection).await;
            let keep = result.is_ok();
            let finish: Finish = Box::new(move |committed| {
                let answer = result.and_then(|value| committed.map(|()| value).map_err(E::from));
                // Nobody may be waiting any more; the write stands all the same.
                let _ = reply.send(answer);
            });
            (keep, finish)
        })
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        let _ = self.reply.send(Err(E::from(error)));
    }
}

async fn serve(mut jobs: mpsc::UnboundedReceiver<Box<dyn Job>>, engine: Engine, pool: AnyPool, trouble: Trouble) {
    let mut batch = Vec::with_capacity(TOGETHER);
    while jobs.recv_many(&mut batch, TOGETHER).await > 0 {
        let written = write_together(std::mem::take(&mut batch), &engine, &pool).await;
        *trouble.lock().unwrap_or_else(PoisonError::into_inner) = written.err();
    }
}

async fn write_together(mut batch: Vec<Box<dyn Job>>, engine: &Engine, pool: &AnyPool) -> Result<(), StoreError> {
    let ready = async {
        engine.writable()?;
        engine.in_place()?;
        Ok(pool.acquire().await?)
    };
    let mut connection = match ready.await {
        Ok(connection) => connection,
        Err(error) => return Err(refuse_all(batch, engine, error)),
    };
    let mut finishes: Vec<Finish> = Vec::with_capacity(batch.len());
    let written = write_in(&mut connection, &mut batch, engine, &mut finishes).await;
    // What was written into a file that nobody finds any more is not written.
    let ended = written.and_then(|()| engine.in_place()).map_err(|error| error.located(engine.place()));
    if let Err(error) = &ended {
        engine.discard(connection).await;
        refuse_all(batch, engine, error.clone());
    }
    for finish in finishes {
        finish(ended.clone());
    }
    ended
}

fn refuse_all(batch: Vec<Box<dyn Job>>, engine: &Engine, error: StoreError) -> StoreError {
    let error = error.located(engine.place());
    for job in batch {
        job.refuse(error.clone());
    }
    error
}

/// Runs the writes and commits those that are to stay. Where it cannot begin, the batch is as it was.
async fn write_in(
    connection: &mut AnyConnection,
    batch: &mut Vec<Box<dyn Job>>,
    engine: &Engine,
    finishes: &mut Vec<Finish>,
) -> Result<(), StoreError> {
    let mut transaction = engine.begin(connection).await?;
    let mut state = Ok(false);
    let alone = batch.len() == 1;
    for job in batch.drain(..) {
        match &mut state {
            Err(error) => job.refuse(StoreError::clone(error).located(engine.place())),
            Ok(keep) => match run_one(job, &mut transaction, alone, finishes).await {
                Ok(kept) => *keep |= kept,
                Err(error) => state = Err(error),
            },
        }
    }
    if state? { engine.commit(transaction).await } else { Ok(transaction.rollback().await?) }
}

/// Runs one of several: in a savepoint of its own where it may fail, so that its failure takes nothing of the others.
async fn run_one(
    job: Box<dyn Job>,
    transaction: &mut Transaction<'_, Any>,
    alone: bool,
    finishes: &mut Vec<Finish>,
) -> Result<bool, StoreError> {
    if alone {
        let (keep, finish) = job.run(transaction).await;
        finishes.push(finish);
        return Ok(keep);
    }
    if !job.may_fail() {
        let (keep, finish) = job.run(transaction).await;
        finishes.push(finish);
        let shared = "another write of the same commit failed, and nothing of it was written";
        return if keep { Ok(true) } else { Err(StoreError::other("write to the store", shared)) };
    }
    let mut savepoint = match Connection::begin(&mut **transaction).await {
        Ok(savepoint) => savepoint,
        Err(error) => {
            let error = StoreError::from(error);
            job.refuse(error.clone());
            return Err(error);
        }
    };
    let (keep, finish) = job.run(&mut savepoint).await;
    finishes.push(finish);
    if keep {
        savepoint.commit().await?;
    } else {
        savepoint.rollback().await?;
    }
    Ok(keep)
}

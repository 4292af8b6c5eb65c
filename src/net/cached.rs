//! The clients of a process: one per way out, made when first needed.

use std::sync::{Mutex, PoisonError};

use tokio::task::spawn_blocking;

use super::error::NetError;
use super::policy::HostPolicy;
use super::press::PressClient;
use super::reach::Reach;
use super::read::ReadClient;

/// How many ways out are kept at once; the one longest unused makes room.
const KEPT: usize = 16;

/// Clients for presses and for the jobs that follow them: one of each per distinct [`Reach`], all under one policy.
#[derive(Debug)]
pub struct PressClients {
    policy: HostPolicy,
    presses: Cached<PressClient>,
    polls: Cached<ReadClient>,
}

/// Those in use, the latest last.
type Cached<C> = Mutex<Vec<(Reach, C)>>;

impl PressClients {
    /// Clients under this policy, whatever the reach asked for says; none is made yet.
    pub fn new(policy: HostPolicy) -> Self {
        Self { policy, presses: Mutex::default(), polls: Mutex::default() }
    }

    /// The policy that all of them obey.
    pub fn policy(&self) -> &HostPolicy {
        &self.policy
    }

    /// The client for presses that reaches the outside so. Making it takes 12 to 20 ms, off the runtime's threads.
    pub async fn get(&self, reach: Reach) -> Result<PressClient, NetError> {
        find(&self.presses, self.under(reach), PressClient::with).await
    }

    /// The client for polls of jobs that reaches the outside so. It follows no redirect.
    pub async fn polls(&self, reach: Reach) -> Result<ReadClient, NetError> {
        find(&self.polls, self.under(reach), ReadClient::for_polls).await
    }

    fn under(&self, reach: Reach) -> Reach {
        let policy = reach.policy.and(&self.policy);
        Reach { policy, ..reach }
    }
}

async fn find<C: Clone + Send + 'static>(
    cached: &Cached<C>,
    reach: Reach,
    make: fn(&Reach) -> Result<C, NetError>,
) -> Result<C, NetError> {
    {
        let mut kept = cached.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(own, _)| *own == reach) {
            let found = kept.remove(at);
            let client = found.1.clone();
            kept.push(found);
            return Ok(client);
        }
    }
    let (reach, client) = spawn_blocking(move || {
        let client = make(&reach);
        (reach, client)
    })
    .await
    .map_err(|_| NetError::Client("preparing it failed".to_owned()))?;
    let client = client?;
    let mut kept = cached.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.iter().any(|(own, _)| *own == reach) {
        // Another press asked for the same meanwhile.
        return Ok(client);
    }
    if kept.len() >= KEPT {
        kept.remove(0);
    }
    kept.push((reach, client.clone()));
    Ok(client)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn one_is_kept_for_each_way_out_and_not_for_ever() {
        let clients = PressClients::new(HostPolicy::default());
        let ways = |clients: &PressClients| clients.presses.lock().unwrap().len();
        for _ in 0..3 {
            clients.get(Reach::default()).await.unwrap();
        }
        assert_eq!(ways(&clients), 1);
        for ms in 1..=20 {
            let reach = Reach { connect_timeout: Duration::from_millis(ms), ..Reach::default() };
            clients.get(reach).await.unwrap();
            clients.get(Reach::default()).await.unwrap();
        }
        assert_eq!(ways(&clients), KEPT);
        let kept = clients.presses.lock().unwrap();
        assert!(kept.iter().any(|(reach, _)| *reach == Reach::default()), "the one in use stays");
    }
}

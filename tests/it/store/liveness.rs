//! Who lives: an OS lock, and what is no evidence of a death.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use andon::store::Process;

use crate::store::samples::private_folder;

/// Longer than a file that is missed is left to be taken.
const LONG: Duration = Duration::from_mins(1);

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_held(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock().is_err())
}

fn dead() -> String {
    uuid::Uuid::now_v7().to_string()
}

#[test]
fn a_process_lives_as_long_as_it_holds_its_lock() {
    let folder = private_folder();
    let locks = folder.path().join("locks");
    let process = Process::start(&locks).unwrap();
    let id = process.id().to_owned();
    for _ in 0..2 {
        assert!(Process::lives(&locks, &id), "asking does not take the lock");
    }
    drop(process);
    for _ in 0..2 {
        assert!(!Process::lives(&locks, &id), "who asked first is not the only one who knows");
    }
    Process::sweep(&locks, &HashSet::from([id.clone()]));
    assert!(!Process::lives(&locks, &id), "a run still names it");
    Process::sweep(&locks, &HashSet::new());
    assert_eq!(fs::read_dir(&locks).unwrap().count(), 0);

    fs::write(folder.path().join("andon.db"), "").unwrap();
    assert!(!Process::lives(&locks, "../andon.db"));
    assert!(folder.path().join("andon.db").exists(), "what is no id is no path");
    assert_ne!(Process::detached().id(), Process::detached().id());
}

#[test]
fn a_lock_that_was_removed_is_made_again_and_its_process_never_counts_as_dead() {
    let folder = private_folder();
    let locks = folder.path().join("locks");
    let process = Process::start(&locks).unwrap();
    let path = locks.join(process.id());
    let ways: [(&str, &dyn Fn()); 4] = [
        ("emptied", &|| fs::remove_file(&path).unwrap()),
        ("removed with its folder", &|| fs::remove_dir_all(&locks).unwrap()),
        ("another in its place", &|| {
            fs::copy(&path, locks.join("copy")).unwrap();
            fs::rename(locks.join("copy"), &path).unwrap();
        }),
        ("moved away and restored", &|| {
            fs::rename(&locks, folder.path().join("away")).unwrap();
            fs::create_dir(&locks).unwrap();
            fs::copy(folder.path().join("away").join(process.id()), &path).unwrap();
            fs::remove_dir_all(folder.path().join("away")).unwrap();
        }),
    ];
    for (what, way) in ways {
        way();
        assert!(Process::lives(&locks, process.id()), "{what}");
        Process::sweep(&locks, &HashSet::new());
        assert!(Process::lives(&locks, process.id()), "{what}");
        wait_until(what, || is_held(&path));
        assert!(Process::lives(&locks, process.id()), "{what}");
    }
    let id = process.id().to_owned();
    drop(process);
    assert!(!Process::lives(&locks, &id));
}

#[test]
fn who_left_nothing_behind_is_dead_once_nobody_has_taken_the_file_for_long() {
    let folder = private_folder();
    let locks = folder.path().join("locks");
    let id = dead();
    for _ in 0..2 {
        assert!(Process::lives(&locks, &id), "it may be about to make its file again");
    }
    let path = locks.join(&id);
    File::open(&path).unwrap().set_modified(SystemTime::now() + LONG).unwrap();
    assert!(Process::lives(&locks, &id), "the clock was put back");
    assert!(fs::metadata(&path).unwrap().modified().unwrap() <= SystemTime::now(), "it is counted anew");
    File::open(&path).unwrap().set_modified(SystemTime::now() - LONG).unwrap();
    assert!(!Process::lives(&locks, &id));
    Process::sweep(&locks, &HashSet::new());
    assert!(!path.exists());
}

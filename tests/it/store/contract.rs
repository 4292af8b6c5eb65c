//! The same cases over a SQLite file, SQLite in memory, and a real PostgreSQL server.

use andon::store::{Place, Store};

use crate::store::postgres::Server;
use crate::store::samples::private_folder;
use crate::store::{
    actions, buttons, changes, enriched, held, incidents, jobs, local, log, postgres, races, retention, runs, upgrade,
};

/// Where one case runs: its own empty store, and a second handle on it as another process has one.
pub(crate) struct Home {
    /// A handle.
    pub(crate) store: Store,
    /// Another handle on the same store.
    pub(crate) other: Store,
    _folder: Option<tempfile::TempDir>,
}

async fn file() -> Home {
    let folder = private_folder();
    let place = Place::File(folder.path().join("andon.db"));
    let (store, other) = (Store::open(place.clone()).await.unwrap(), Store::open(place).await.unwrap());
    Home { store, other, _folder: Some(folder) }
}

async fn memory() -> Home {
    let store = Store::open(Place::Memory).await.unwrap();
    Home { other: store.clone(), store, _folder: None }
}

async fn server(server: &Server) -> Home {
    let url = server.new_database().await;
    let place = Place::Url(url.into());
    let (store, other) = (Store::open(place.clone()).await.unwrap(), Store::open(place).await.unwrap());
    Home { store, other, _folder: None }
}

macro_rules! contract {
    ($($module:ident :: $case:ident),* $(,)?) => {
        mod on_a_file {
            $(#[tokio::test] async fn $case() { crate::store::$module::$case(super::file().await).await; })*
        }

        mod in_memory {
            $(#[tokio::test] async fn $case() { crate::store::$module::$case(super::memory().await).await; })*
        }

        #[tokio::test]
        async fn on_postgres() {
            let Some(postgres) = Server::start() else { return };
            $({
                println!("{}", stringify!($case));
                $module::$case(server(&postgres).await).await;
            })*
            races::twenty_writers(Place::Url(postgres.new_database().await.into())).await;
            races::twenty_first_starts(Place::Url(postgres.new_database().await.into())).await;
            upgrade::twenty_upgrade(upgrade::on_a_server(&postgres).await).await;
            races::others_commits_are_seen(Place::Url(postgres.new_database().await.into())).await;
            postgres::a_password_is_never_said(&postgres).await;
        }
    };
}

contract!(
    actions::an_action_is_read_back_as_it_was_added,
    actions::a_full_channel_says_who_holds_it,
    actions::slots_names_and_ids_belong_to_one_action,
    actions::ids_are_made_of_names,
    actions::an_edit_keeps_places_and_is_bound_to_its_revision,
    actions::the_log_says_what_changed_and_no_secret,
    actions::a_lowered_limit_evicts_nobody,
    runs::a_run_is_written_with_its_request_and_ends_once,
    runs::numbers_come_back_as_they_were_written,
    runs::the_same_press_is_refused_while_it_runs_and_while_it_cools_down,
    runs::a_clock_that_jumped_back_refuses_no_longer_than_the_cooldown,
    runs::a_changed_action_is_not_run,
    runs::a_refused_press_leaves_a_row_and_no_guard,
    runs::a_late_result_is_a_correction,
    runs::the_dead_are_settled_once,
    runs::foreign_text_with_nul_is_kept,
    log::pages_have_no_gap_and_no_double,
    log::the_filter_finds_in_any_case,
    log::an_incident_has_its_operations_runs_and_corrections,
    incidents::the_board_is_read_back_in_its_order,
    incidents::what_is_gone_is_closed,
    incidents::arrivals_are_counted_by_the_hour,
    incidents::sources_and_channels_are_remembered,
    incidents::ten_thousand_are_written_at_once,
    held::a_held_run_is_started_once,
    held::what_was_not_sent_has_no_cooldown,
    held::a_start_and_a_cancel_at_once_agree,
    held::of_two_endings_one_is_the_end,
    held::a_run_keeps_what_it_was_asked_and_filled_from,
    jobs::a_job_is_kept_until_its_run_ends,
    jobs::a_followed_run_outlives_its_process,
    jobs::of_many_takers_one_wins,
    jobs::a_plain_or_held_run_has_no_job_to_take,
    buttons::a_button_knows_its_last_run_and_how_long_it_takes,
    buttons::refusals_and_tests_say_nothing_of_a_button,
    buttons::an_open_incident_knows_the_last_run_of_each_action,
    enriched::what_runs_added_is_shown_until_it_is_removed,
    local::what_is_kept_here_is_seen_by_all_until_it_is_taken_back,
    local::notes_stay_in_their_order,
    local::a_draft_is_there_until_it_is_empty,
    local::an_incident_that_was_handled_is_stored_as_it_is_now,
    changes::places_that_are_given_back_are_free_for_the_others,
    changes::a_moved_action_leaves_its_place,
    changes::wanted_places_come_before_free_ones,
    changes::one_refusal_refuses_all,
    retention::what_is_old_is_forgotten_but_never_what_has_not_ended,
    retention::no_single_look_at_the_clock_removes_anything,
);

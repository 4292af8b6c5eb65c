//! Actions that are started in the incident's source.

use crate::cli::support::Home;

const ADD: [&str; 6] = ["action", "add", "--name", "Diagnose", "--channel", "lab/platform"];

fn add<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&ADD[..], more].concat()
}

#[test]
fn one_is_added_shown_exported_and_changed_back() {
    let home = Home::new();
    home.done(&["incident", "list"]);
    home.done(&add(&["--kind", "pagerduty-workflow", "--starts", "PIJ90N7"]));
    let shown = home.done(&["action", "show", "Diagnose"]).out;
    assert!(
        shown.contains("pagerduty-workflow") && shown.contains("PIJ90N7") && !shown.contains("endpoint"),
        "{shown}"
    );
    let object = home.done(&["action", "show", "Diagnose", "--json"]).object();
    assert_eq!((&object["kind"], &object["starts"]), (&"pagerduty-workflow".into(), &"PIJ90N7".into()));
    let listed = home.done(&["action", "list"]).out;
    assert!(listed.contains("pagerduty-workflow PIJ90N7"), "{listed}");
    let exported = home.done(&["action", "export"]).out;
    assert!(exported.contains("kind = \"pagerduty-workflow\"\nstarts = \"PIJ90N7\"\n"), "{exported}");
    home.write("buttons.toml", &exported);
    let path = home.path("buttons.toml");
    home.done(&["action", "apply", path.to_str().unwrap(), "--dry-run", "--exit-code"]);

    let edit = ["action", "edit", "Diagnose", "--kind", "webhook", "--endpoint", "https://ci.example/x", "--json"];
    let object = home.done(&edit).object();
    assert_eq!((&object["kind"], &object["starts"]), (&"webhook".into(), &serde_json::Value::Null));
}

#[test]
fn what_is_missing_or_too_much_is_told_and_nothing_is_saved() {
    let home = Home::new();
    for (more, said) in [
        (
            &["--kind", "flashduty", "--starts", "restart"][..],
            "error: starts: the id of a Flashduty integration is a number",
        ),
        (&["--kind", "flashduty", "--endpoint", "https://x/y"], "error: starts: the id of what is started is needed"),
        (&["--starts", "7", "--endpoint", "https://x/y"], "error: starts: only an action of another kind than webhook"),
        (
            &["--kind", "pagerduty-automation", "--starts", "01X", "--endpoint", "https://x/y"],
            "error: endpoint: an automation action of PagerDuty has no endpoint of its own",
        ),
        (
            &["--kind", "pagerduty-automation", "--starts", "01X", "--body-json", "{}"],
            "error: body: an automation action of PagerDuty has no body of its own",
        ),
    ] {
        let ran = home.andon(&add(more));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{more:?} {}", ran.err);
        assert!(ran.err.contains(said), "{more:?} {}", ran.err);
    }
    assert_eq!(home.done(&["action", "list", "--json"]).out, "");
}

#[test]
fn a_press_for_an_incident_of_another_source_is_refused_and_logged() {
    let home = Home::new();
    home.done(&["incident", "list"]);
    home.done(&add(&["--kind", "flashduty", "--starts", "7"]));
    let ran = home.andon(&["run", "Diagnose", "--incident", "054D57", "--yes"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    assert!(ran.out.contains("a custom action of Flashduty is started for incidents of flashduty"), "{}", ran.out);
    assert_eq!(home.runs()[0]["failure"], "input");
}

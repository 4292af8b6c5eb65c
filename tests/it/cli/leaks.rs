//! Receivers that repeat what they got: no value that was read for a call comes back onto the screen, into a log, into an
//! export or onto the disk.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustix::process::Signal;

use crate::cli::support::{Home, Ran, Receiver, finish, send_signal};

/// What is read: plain, and with everything in it that some encoding changes.
const SECRETS: [(&str, &str); 2] = [("FILE", "FILEsecret-22a7"), ("ODD", "pa/ss\"w&o+rd=<é>9")];
const LITERAL: &str = "LITsecret-11b8";
const INPUT: &str = "INPUTsecret-55c9";

/// How a receiver spells what it repeats.
type Spelling = (&'static str, fn(&str) -> String);

const SPELLINGS: [Spelling; 9] = [
    ("as it is", str::to_owned),
    ("in JSON", |text| serde_json::to_string(text).unwrap().trim_matches('"').to_owned()),
    ("in JSON, all escaped", |text| {
        text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat()
    }),
    ("in percent", |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()),
    ("as a form", |text| url::form_urlencoded::byte_serialize(text.as_bytes()).collect()),
    ("in HTML", |text| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")),
    ("in base64", |text| BASE64_STANDARD.encode(text)),
    ("in base64 of a pair", |text| BASE64_STANDARD.encode(format!("operator:{text}"))),
    ("twice", |text| format!("{text}{text}")),
];

/// The values in every form in which somebody could read them.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let encoded = BASE64_STANDARD.encode(value);
    let mut out: Vec<String> = SPELLINGS[..6].iter().map(|(_, spell)| spell(value)).collect();
    out.push(encoded.trim_end_matches('=').to_owned());
    out.into_iter().map(String::into_bytes).collect()
}

fn all_values() -> Vec<&'static str> {
    SECRETS.iter().map(|(_, value)| *value).chain([LITERAL, INPUT]).collect()
}

fn assert_without(what: &str, bytes: &[u8], values: &[&str]) {
    for value in values {
        for form in forms(value) {
            let found = bytes.windows(form.len()).any(|window| window == form);
            assert!(!found, "{value} is in {what}: {}", String::from_utf8_lossy(bytes));
        }
    }
}

/// Every file of a folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            out.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    out
}

/// A home whose action sends each value in a header of its own.
fn home(url: &str) -> Home {
    let home = Home::new();
    let config = fs::read_to_string(home.path("config.toml")).unwrap();
    let named = SECRETS.map(|(name, _)| format!("{name} = \"${{file:{name}}}\"\n")).concat();
    for (name, value) in SECRETS {
        home.write(name, &format!("{value}\n"));
    }
    home.write("config.toml", &format!("{config}[secrets]\n{named}"));
    let header = |name: &str| format!("X-{name} = \"${{secret:{name}}}\"\n");
    let headers = SECRETS.map(|(name, _)| header(name)).concat();
    home.write(
        "go.toml",
        &format!(
            "[[action]]\nname = \"Go\"\nchannels = [\"lab/platform\"]\nendpoint = \"{url}\"\n[action.headers]\n\
             Authorization = \"Bearer {LITERAL}\"\n{headers}X-IN = \"{{{{ inputs.pw }}}}\"\n\
             [[action.input]]\nname = \"pw\"\ntype = \"secret\"\nrequired = true\n"
        ),
    );
    let file = home.path("go.toml").display().to_string();
    home.done(&["action", "apply", &file]);
    home
}

fn press(home: &Home) -> Ran {
    let args = ["run", "Go", "--incident", "054D57", "--yes", "--json", "--input", "pw=@-"];
    home.with_input(&args, &format!("{INPUT}\n"))
}

/// Nothing that was printed and nothing on the disk holds a value; a literal stands in the action, and nowhere else.
fn assert_kept(home: &Home, ran: &Ran, what: &str) {
    let told = [vec!["log"], vec!["log", "--json"], vec!["action", "export"], vec!["incident", "show", "054D57"]];
    let told: String = told.iter().map(|args| home.done(args).out).collect();
    assert_without(what, format!("{}{}{told}", ran.out, ran.err).as_bytes(), &all_values());
    let read: Vec<&str> = all_values().into_iter().filter(|value| *value != LITERAL).collect();
    for (name, bytes) in files(&home.path("data")) {
        assert_without(&format!("{what}: {name}"), &bytes, &read);
    }
}

#[test]
fn no_receiver_brings_a_value_back_whatever_it_answers() {
    for (how, spell) in SPELLINGS {
        let said = all_values().iter().map(|value| spell(value) + "; ").collect::<Vec<_>>().concat();
        let json = if how.contains("JSON") { said.clone() } else { said.replace('\\', "\\\\").replace('"', "\\\"") };
        let header: String = said.chars().filter(char::is_ascii).collect();
        let answers = [
            (
                format!("401 No\r\nContent-Type: application/json\r\nX-Echo: {header}"),
                format!("{{\"message\":\"{json}\"}}"),
            ),
            (format!("302 Found\r\nLocation: /in?t={header}"), String::new()),
            ("500 No\r\nContent-Type: text/html".to_owned(), format!("<html><h1>got {said}</h1></html>")),
            (
                "200 OK".to_owned(),
                format!("{{\"labels\":{{\"{json}\":\"{json}\"}},\"note\":\"{json}\",\"message\":\"{json}\"}}"),
            ),
        ];
        for (status, body) in answers {
            let receiver = Receiver::replying({
                let (status, body) = (status.clone(), body.clone());
                move |_| (status.clone(), body.clone())
            });
            let home = home(&receiver.url);
            let ran = press(&home);
            assert!(ran.out.contains("••••••") || status.starts_with("302"), "{how}: {ran:?}");
            assert_eq!(receiver.requests().len(), 1, "{ran:?}");
            assert!(receiver.requests()[0].contains(INPUT) && receiver.requests()[0].contains(LITERAL), "it went out");
            assert_kept(&home, &ran, &format!("{how} under {status}"));
        }
    }
}

#[test]
fn a_job_whose_address_and_answers_hold_a_value_is_followed_and_kept_without_it() {
    let value = SECRETS[0].1;
    let receiver = Receiver::replying(move |request| {
        let ended = format!("{{\"status\":\"succeeded\",\"message\":\"with {value} and {INPUT}\"}}");
        match request.split(' ').nth(1).unwrap_or_default() {
            path if path.starts_with("/job") && path.contains(value) => ("200 OK".to_owned(), ended),
            path if path.starts_with("/job") => ("403 No".to_owned(), String::new()),
            _ => (format!("202 Accepted\r\nLocation: /job?t={value}"), "{\"status\":\"running\"}".to_owned()),
        }
    });
    let home = home(&receiver.url);
    let ran = press(&home);
    assert_eq!((ran.code, ran.object()["message"].as_str()), (0, Some("with •••••• and ••••••")), "{ran:?}");
    assert_kept(&home, &ran, "a job");
}

#[test]
fn a_job_whose_address_holds_a_value_is_taken_over_after_a_crash() {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let place = format!("/job?t={}&u={}", SECRETS[0].1, encode(SECRETS[1].1));
    let over = Arc::<AtomicBool>::default();
    let receiver = Receiver::replying({
        let (over, place) = (over.clone(), place.clone());
        move |request| match request.split(' ').nth(1).unwrap_or_default() {
            "/hook" => (format!("202 Accepted\r\nLocation: {place}"), String::new()),
            path if !url_is(path, &place) => ("403 No".to_owned(), String::new()),
            _ if over.load(Ordering::SeqCst) => ("200 OK".to_owned(), "{\"status\":\"succeeded\"}".to_owned()),
            _ => ("200 OK\r\nRetry-After: 1".to_owned(), "{\"status\":\"running\"}".to_owned()),
        }
    });
    let home = home(&receiver.url);
    home.done(&[
        "action",
        "edit",
        "Go",
        "--remove-input",
        "pw",
        "--remove-header",
        "X-IN",
        "--remove-header",
        "Authorization",
    ]);
    let child = home.start_go(&["--yes", "--json"]);
    receiver.wait();
    receiver.wait();
    send_signal(&child, Signal::KILL);
    finish(child);
    for (name, bytes) in files(&home.path("data")) {
        assert_without(&name, &bytes, &[SECRETS[0].1, SECRETS[1].1]);
    }
    over.store(true, Ordering::SeqCst);
    let resumed = home.andon(&["run", "--resume", "--json"]);
    assert_eq!((resumed.code, resumed.object()["outcome"].as_str()), (0, Some("succeeded")), "{resumed:?}");
}

/// Whether both say the same, whatever is encoded in them.
fn url_is(path: &str, other: &str) -> bool {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    decoded(path) == decoded(other)
}

#[test]
fn an_answer_that_is_cut_does_not_end_in_half_a_value() {
    let value = SECRETS[0].1;
    let begin = 64 * 1024 - value.len() / 2 - 2;
    let body = format!("{}{value}{}", "x".repeat(begin), "y".repeat(100));
    let receiver = Receiver::replying(move |_| ("500 No".to_owned(), body.clone()));
    let home = home(&receiver.url);
    press(&home);
    let half = &value.as_bytes()[..value.len() / 2];
    for (name, bytes) in files(&home.path("data")) {
        assert!(!bytes.windows(half.len()).any(|window| window == half), "half of it is in {name}");
    }
}

#[test]
fn an_address_shows_no_secret_and_keeps_it_over_export_and_apply() {
    let receiver = Receiver::answering("200 OK", "{\"message\":\"done\"}");
    let home = home(&receiver.url);
    let secret = "Zm9vc2VjcmV0";
    let endpoint = format!("{}?incident=7&sig={secret}&token=${{secret:FILE}}", receiver.url);
    home.done(&["action", "add", "--name", "Signed", "--channel", "lab/platform", "--endpoint", &endpoint]);
    let mut shown = String::new();
    for args in [
        vec!["action", "list"],
        vec!["action", "list", "--json"],
        vec!["action", "show", "Signed"],
        vec!["action", "show", "Signed", "--json"],
        vec!["action", "export", "Signed"],
        vec!["run", "Signed", "--incident", "054D57", "--dry-run"],
        vec!["run", "Signed", "--incident", "054D57", "--dry-run", "--json"],
    ] {
        let ran = home.done(&args);
        assert!(!format!("{ran:?}").contains(secret), "{args:?}: {ran:?}");
        shown += &ran.out;
    }
    assert!(
        shown.contains("sig=${kept:sig}&token=${secret:FILE}") && shown.contains("incident=7&sig=••••••"),
        "{shown}"
    );
    let text = home.done(&["action", "export", "Signed"]).out;
    home.write("signed.toml", &text);
    let file = home.path("signed.toml").display().to_string();
    home.done(&["action", "apply", &file, "--dry-run", "--exit-code"]);
    home.done(&["action", "apply", &file]);
    let ran = home.done(&["run", "Signed", "--incident", "054D57", "--yes"]);
    let sent = receiver.requests().pop().unwrap();
    assert!(sent.starts_with(&format!("POST /hook?incident=7&sig={secret}&token={} ", SECRETS[0].1)), "{sent}");
    let log = home.done(&["log", "--json"]).out;
    assert_without("an address", format!("{ran:?}{log}").as_bytes(), &[secret, SECRETS[0].1]);

    // What is kept does not follow to another origin, by a file or by a flag.
    home.write("signed.toml", &text.replace("127.0.0.1", "localhost"));
    let ran = home.andon(&["action", "apply", &file]);
    assert!(ran.code == 2 && ran.err.contains("the endpoint goes elsewhere now"), "{ran:?}");
}

#[test]
fn a_stored_header_does_not_follow_to_another_origin() {
    let receiver = Receiver::answering("200 OK", "");
    let home = home(&receiver.url);
    let other = receiver.url.replace("127.0.0.1", "localhost");
    let ran = home.andon(&["action", "edit", "Go", "--endpoint", &other]);
    assert!(ran.code == 2 && ran.err.contains("Authorization holds a secret for http://127.0.0.1"), "{ran:?}");
    home.write("go.toml", &home.done(&["action", "export", "Go"]).out.replace("127.0.0.1", "localhost"));
    let ran = home.andon(&["action", "apply", &home.path("go.toml").display().to_string()]);
    assert!(ran.code == 2 && ran.err.contains("${kept:Authorization} is a secret for http://127.0.0.1"), "{ran:?}");
    // The same place in another path, a value given anew, and a header taken away are fine.
    home.done(&["action", "edit", "Go", "--endpoint", &format!("{}/more", receiver.url)]);
    home.done(&["action", "edit", "Go", "--endpoint", &other, "--header", "Authorization: Bearer another-one"]);
    home.done(&["action", "edit", "Go", "--endpoint", &receiver.url, "--remove-header", "Authorization"]);
}

/// What is said of a source: listed, tested, and why it could not be read.
fn assert_source_kept(home: &Home, value: &str, expected: &str) {
    let mut said = String::new();
    for args in
        [vec!["incident", "list"], vec!["incident", "list", "--json"], vec!["source", "test"], vec!["log", "--json"]]
    {
        let ran = home.andon(&args);
        said += &format!("{}{}", ran.out, ran.err);
    }
    assert!(said.contains(expected), "{said}");
    assert_without("what a source says", said.as_bytes(), &[value]);
    for (name, bytes) in files(&home.path("data")) {
        assert_without(&name, &bytes, &[value]);
    }
}

#[test]
fn a_sources_program_brings_no_value_back() {
    let value = SECRETS[0].1;
    let title = r#"echo "[{\"incident_id\":\"a1\",\"num\":\"A1\",\"title\":\"with $TOK\",\"incident_severity\":\"Critical\",\"channel_key\":\"ops\"}]""#;
    for (program, expected) in
        [(title, "with ••••••"), ("echo \"no $TOK\" >&2; exit 3", "no ••••••"), ("echo \"$TOK\"", "printed")]
    {
        let home = Home::new();
        home.write("FILE", value);
        home.write("program.sh", program);
        let path = home.path("program.sh").display().to_string();
        home.write(
            "config.toml",
            &format!("[[source]]\nname = \"lab\"\nkind = \"command\"\ncommand = [\"sh\", \"{path}\"]\nenv = {{ TOK = \"${{file:FILE}}\" }}\n"),
        );
        assert_source_kept(&home, value, expected);
    }
}

#[test]
fn a_source_over_http_brings_no_value_back() {
    let value = SECRETS[0].1;
    let alert = serde_json::json!([{"labels": {}, "receiver": {"name": "ops"}, "alerts": [{
        "labels": {"alertname": "Echo"}, "annotations": {"summary": format!("got Bearer {value}")}, "fingerprint": "1f",
        "startsAt": "2026-11-30T10:00:00Z", "endsAt": "2030-11-30T10:00:00Z", "updatedAt": "2026-11-30T10:00:00Z",
        "generatorURL": format!("http://h/?t={value}"), "receivers": [{"name": "ops"}],
        "status": {"state": "active", "silencedBy": [], "inhibitedBy": []}}]}]);
    for (status, body, expected) in [
        ("200 OK", alert.to_string(), "••••••"),
        ("401 No", format!("{{\"message\":\"bad token {value}\"}}"), "bad token ••••••"),
        ("500 No", format!("no {value}"), "HTTP 500"),
    ] {
        let receiver = Receiver::replying(move |_| (status.to_owned(), body.clone()));
        let home = Home::new();
        home.write("FILE", value);
        let url = receiver.url.trim_end_matches("/hook");
        home.write(
            "config.toml",
            &format!(
                "[[source]]\nname = \"lab\"\nkind = \"alertmanager\"\nurl = \"{url}\"\ntoken = \"${{file:FILE}}\"\n"
            ),
        );
        assert_source_kept(&home, value, expected);
        assert!(receiver.requests()[0].contains(value), "it went out");
    }
}

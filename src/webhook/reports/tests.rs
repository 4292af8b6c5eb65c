use proptest::prelude::*;
use serde_json::json;

use super::*;

fn said(content_type: &str, body: &str) -> Reports {
    let headers = [("Content-Type".to_owned(), content_type.to_owned())];
    reports(&Facts { status: 200, headers: &headers, body: BodyFacts::whole(body) })
}

fn of(body: &Value) -> Reports {
    said("application/json", &body.to_string())
}

#[test]
fn an_error_in_the_answer_is_found_in_every_way_that_was_seen() {
    for body in [
        json!({"error": "x"}),
        json!({"Error": {"code": 7}}),
        json!({"errors": ["x"]}),
        json!({"errors": {"name": "is taken"}}),
        json!({"error": true, "message": "no"}),
        json!({"error": 17}),
        json!({"jsonrpc": "2.0", "error": {"code": -1, "message": "bad"}, "id": 1}),
        json!([{"jsonrpc": "2.0", "result": 1, "id": 1}, {"jsonrpc": "2.0", "error": {"code": 1}, "id": 2}]),
        json!({"ok": false}),
        json!({"Success": false}),
        json!({"success": "false"}),
        json!({"success": 0}),
        json!({"isSuccess": false}),
        json!({"status": false, "message": "denied"}),
        json!({"status": "error"}),
        json!({"status": "fail", "data": {"title": "wanted"}}),
        json!({"executionArn": "x", "status": "FAILED"}),
        json!({"result": "failure"}),
        json!({"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}),
        json!({"FailedRecordCount": 2}),
        json!({"Successful": [], "Failed": [{"Id": "1", "Message": "no"}]}),
        json!({"UnprocessedItems": {"t": [1]}}),
        json!({"failures": [{"reason": "RESOURCE:CPU"}], "tasks": []}),
        json!({"batchItemFailures": [{"itemIdentifier": "1"}]}),
        json!({"isError": true, "content": []}),
        json!({"errcode": 310_000, "errmsg": "keywords not in content"}),
        json!({"errorCode": "E12"}),
        json!({"fault": {"faultstring": "no route"}}),
    ] {
        assert!(matches!(of(&body), Reports::Error(_)), "{body}: {:?}", of(&body));
    }
}

#[test]
fn fields_of_errors_without_one_are_none() {
    for body in [
        json!({"error": null}),
        json!({"error": false}),
        json!({"error": 0}),
        json!({"error": ""}),
        json!({"error": "none"}),
        json!({"errors": []}),
        json!({"errors": {}}),
        json!({"ok": true}),
        json!({"success": 1}),
        json!({"status": 0, "msg": "ok"}),
        json!({"status": 200}),
        json!({"status": "success", "data": {"error": "of something else"}}),
        json!({"FailedEntryCount": 0, "Entries": []}),
        json!({"Failed": [], "Successful": [{"Id": "1"}]}),
        json!({"UnprocessedItems": {}}),
        json!({"errcode": 0, "errmsg": "ok"}),
        json!({"errorCode": 200}),
        json!({"jsonrpc": "2.0", "result": "2089b05ecca3d829", "id": 1}),
        json!({"result": "web-01 was restarted"}),
        json!({"state": null}),
        json!([1, 2]),
        json!("restarted"),
        json!({}),
    ] {
        assert_eq!(of(&body), Reports::Nothing, "{body}");
    }
}

#[test]
fn what_has_not_ended_says_so_itself() {
    for (body, word) in [
        (json!({"id": 9, "status": "pending"}), "pending"),
        (json!({"id": 9, "status": "created"}), "created"),
        (json!({"Id": "ServerTasks-1", "State": "Queued"}), "Queued"),
        (json!({"data": {"attributes": {"status": "pending"}}}), "pending"),
        (json!({"success": true, "state": "running"}), "running"),
        (json!({"state": "manual"}), "waits for a person (manual)"),
        (json!({"status": "odd"}), "odd"),
        (json!({"done": false}), ""),
        (json!({"status": "stopped"}), "stopped"),
        (json!({"status": "canceled"}), "canceled"),
    ] {
        assert_eq!(of(&body), Reports::Unended(word.to_owned()), "{body}");
    }
    assert_eq!(said("text/plain", "queued\n"), Reports::Unended("queued".to_owned()));
}

#[test]
fn faults_pages_and_texts_are_read_as_what_they_are() {
    let fault = "<?xml version='1.0'?><methodResponse><fault><value/></fault></methodResponse>";
    let soap =
        "<s:Envelope xmlns:s='x'><s:Body><s:Fault><faultstring>boom</faultstring></s:Fault></s:Body></s:Envelope>";
    let stored = "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>try again</Message></Error>";
    for (kind, text) in [
        ("text/xml", fault),
        ("text/xml", soap),
        ("application/xml", stored),
        ("text/xml", "<response status=\"error\" code=\"403\"><msg>no</msg></response>"),
        ("text/xml", "<result error='true' apiversion='1'/>"),
        ("text/html", "<!doctype html><title>Internal error</title>"),
        ("text/plain", "error: no such host"),
        ("text/plain", "FAILED"),
    ] {
        assert!(matches!(said(kind, text), Reports::Error(_)), "{text}: {:?}", said(kind, text));
    }
    assert_eq!(said("text/html", "<html><title>Sign in</title></html>"), Reports::SignIn);
    for (kind, text) in [
        ("text/xml", "<?xml version='1.0'?><methodResponse><params/></methodResponse>"),
        ("text/html", "<html><title>Monit</title><p>web-01</p><p>running</p></html>"),
        ("text/plain", "restarted"),
        ("text/plain", "ok"),
        ("text/plain", "errors: 0"),
        ("text/plain", "error: none"),
        ("text/plain", ""),
    ] {
        assert_eq!(said(kind, text), Reports::Nothing, "{text}");
    }
}

#[test]
fn headers_say_it_too() {
    let of = |name: &str, value: &str| {
        let headers = [(name.to_owned(), value.to_owned())];
        reports(&Facts { status: 200, headers: &headers, body: BodyFacts::whole("{}") })
    };
    assert!(matches!(of("X-Amz-Function-Error", "Unhandled"), Reports::Error(_)));
    assert!(matches!(of("grpc-status", "13"), Reports::Error(_)));
    assert_eq!(of("Grpc-Status", "0"), Reports::Nothing);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A word for a state that the table does not have says nothing of an end.
    #[test]
    fn a_state_of_an_unknown_word_is_never_an_end(word in "[a-z]{3,12}( [a-z]{2,8})?") {
        prop_assume!(job_state::of_text(&word).is_none());
        for body in [json!({"state": word}), json!({"Status": word}), json!({"data": {"attributes": {"phase": word}}})] {
            prop_assert!(matches!(of(&body), Reports::Unended(_)), "{}: {:?}", body, of(&body));
        }
    }
}

//! Expressions.
use andon::template::*;
use serde_json::{Value, json};
use std::collections::HashMap;

#[test]
fn probe() {
    let p = json!({"incident": {"title": "t", "num": "5", "labels": {"team": "a/b", "x": "${secret:X}"}, "responders": [], "fields": {"o": null, "f": 1.0, "big": 9007199254740993_i64, "u": u64::MAX}}, "inputs": {"pw": "••••••", "n": 3}});
    let c = Context::shown(&p);
    for e in [
        "{{ incident.titel }}",
        "{{ incident.labels.tem }}",
        "{{ incident.labels.x }}",
        "{{ incident.labels.none ~ 'x' }}",
        "{{ incident.labels.none == 'x' }}",
        "{{ 'x' == incident.labels.none }}",
        "{{ 1 if incident.labels.none else 2 }}",
        "{{ incident.labels.none or 'z' }}",
        "{{ incident.labels.none in 'abc' }}",
        "{{ 'a' in incident.labels.none }}",
        "{{ [incident.labels.none] }}",
        "{{ [incident.labels.none] | length }}",
        "{{ 'team' in incident.labels }}",
        "{{ incident.labels.none | default('-') }}",
        "{{ incident.labels.none | upper }}",
        "{{ incident.responders.0.email | default('nobody') | upper }}",
        "{{ incident.responders.0.email }}",
        "{{ incident.responders | first }}",
        "{{ incident.creator.email }}|",
        "{{ incident.labels }}",
        "{{ 'x' ~ incident.labels }}",
        "{{ incident.fields.o }}|",
        "{{ incident.fields }}",
        "{{ incident.fields.o.x }}",
        "{{ inputs.pw }}",
        "{{ inputs.pw | length }}",
        "{{ inputs }}",
        "{{ inputs | json }}",
        "{{ inputs.n }}",
        "{{ 'a' * 100000000 }}",
        "{{ [0] * 1000000 }}",
        "{{ 1/0 }}",
        "{{ 1e308*10 }}",
        "{{ foo }}",
        "{{ incdent.title }}",
        "{{ range(3) }}",
        "{{ incident.title | uper }}",
        "{{ incident.title is defined }}",
        "{{ incident['labels']['team'] }}",
        "{{ incident.labels[\"team\"] }}",
        "{{ incident.title.upper() }}",
        "{{ none }}",
        "{{ true }}",
        "{{ incident.title[0:1] }}",
        "{{ a +}}",
        "{{ a + }}",
        "{{ [1,2] | join('-') }}",
        "{{ {'a': incident.labels} }}",
        "{{ not incident.labels.none }}",
        "{{ incident.labels.none.x | default(1) }}",
        "{{ incident.labels.none < 3 }}",
        "{{ incident.labels.none != 3 }}",
        "{{ (incident.labels.none) is none }}",
        "{{ incident.labels | first }}",
        "{{ {}.x }}",
    ] {
        println!(
            "{e}\n    text {:?}\n    json {:?} hid {}",
            fill_text(e, &c).map_err(|e| e.message),
            fill_json(&json!(e), &c).map_err(|e| e.message),
            c.take_hid()
        );
    }
    for e in [
        "https://a/{{ incident.labels.team }}/x?{{ incident.labels.x }}",
        "https://a/{{ incident.labels.team|urlencode }}",
        "https://{{ incident.title }}.x/",
        "https://{{ incident.labels.team }}/",
        "https://a:{{ incident.num }}/",
        "{{ incident.title }}://x",
        "https://a/%{{ incident.num }}",
        "https://a/%2{{ incident.num }}",
    ] {
        println!("{e}\n    {:?}", fill_url(e, &c).map_err(|e| e.message));
    }
    let _: HashMap<String, Value> = HashMap::new();
    let h = vec![("Location".to_owned(), "/q/1/".to_owned())];
    let f = |b| Facts { status: 200, headers: &h, body: b };
    for e in [
        "status == 200 and body.ok",
        "not body.error",
        "body.result != 'X'",
        "body.builds[0].complete",
        "headers.location",
        "headers['Location']",
        "'x' in text",
        "200, 3xx",
        "body.n + 1 > 2",
        "foo",
        "foo.bar",
        "status +",
        "body.a.b.c == 1",
        "body.null.x",
        "'a' in body.list",
        "body.list | length == 0",
        "body.missing | length > 0",
        "body.missing + 1",
    ] {
        println!(
            "{e}\n  json {:?}\n  text {:?}\n cut {:?} {}",
            holds(e, &f(BodyFacts::whole("{\"ok\":true,\"n\":2,\"null\":null}"))),
            holds(e, &f(BodyFacts::whole("xx"))),
            holds(e, &f(BodyFacts::Cut("xx"))),
            reads_body(e)
        );
    }
    for e in [
        "{{ answer.headers.location }}api/json",
        "{{ headers.location }}api",
        "{{ headers.nope }}api",
        "https://x/{{ body.id }}",
        "{{ body.executable.url }}api",
        "https://x/{{ incident.labels.none }}",
        "/api/{{ answer.body.n }}",
        "{{ incident.title }}/x",
        "https://x/{{ inputs.pw }}",
        "https://x/{{ body.null }}",
    ] {
        println!(
            "{e}\n  json {:?}\n  text {:?}",
            fill_follow(e, &p, &f(BodyFacts::whole("{\"executable\":null,\"n\":\"a/b\",\"null\":null}"))),
            fill_follow(e, &p, &f(BodyFacts::whole("xx")))
        );
    }
}

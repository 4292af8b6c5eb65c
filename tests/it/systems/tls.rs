//! TLS that is right, wrong and mutual, by nginx.

use crate::systems::system::{System, as_told, free_ports, press, station, told};

#[test]
fn each_certificate_gets_its_verdict_and_its_fix() {
    let port = free_ports(6);
    let needs = ["/usr/sbin/nginx", "openssl", "curl"];
    let Some(nginx) = System::start("tls.sh", &[&port.to_string()], &needs) else { return };
    let file = |name: &str| nginx.path(name).to_str().unwrap().to_owned();
    let action = |name: &str, offset: u16, tls: &str| {
        format!(
            "[[action]]\nname = \"{name}\"\nchannels = [\"prod/web\"]\nendpoint = \"https://localhost:{}/\"\n{tls}\n",
            port + offset
        )
    };
    let ca = format!("[action.tls]\nca = \"{}\"\n", file("ca.crt"));
    let mutual = format!("{ca}cert = \"{}\"\nkey = \"{}\"\n", file("client.crt"), file("client.key"));
    let actions = [
        action("Good", 0, &ca),
        action("Unknown", 0, ""),
        action("Expired", 1, &ca),
        action("Wrong", 2, &ca),
        action("Self", 3, &ca),
        action("Anyone", 3, "[action.tls]\nverify = false\n"),
        action("Mutual", 4, &mutual),
        action("Nobody", 4, &ca),
        action("Old", 5, &ca),
    ]
    .concat();
    let station = station("", &actions);
    for name in ["Good", "Anyone", "Mutual"] {
        let (code, run) = press(&station, name, &[]);
        assert_eq!((code, told(&run)), (0, as_told("succeeded", "", 200, 1)), "{name}: {run}");
        assert!(run["message"].as_str().unwrap().starts_with("ok over TLSv1.3"), "{run}");
    }
    for (name, words) in [
        ("Unknown", "certificate"),
        ("Expired", "expired"),
        ("Wrong", "not for localhost"),
        ("Self", "certificate"),
        ("Old", ""),
    ] {
        let (code, run) = press(&station, name, &[]);
        let (outcome, failure, ..) = told(&run);
        assert_eq!((code, outcome.as_str(), failure.as_str()), (1, "failed", "tls"), "{name}: {run}");
        let message = run["message"].as_str().unwrap();
        assert!(message.starts_with("nothing was sent") && message.contains(words), "{name}: {message}");
    }
    // nginx says over good TLS that it wants a certificate: an answer, not a TLS failure.
    let (code, run) = press(&station, "Nobody", &[]);
    assert_eq!((code, told(&run)), (1, as_told("failed", "http_status", 400, 1)), "{run}");
    // Verification off warns for as long as it is on.
    assert!(station.done(&["action", "show", "Anyone"]).contains("verif"));
}

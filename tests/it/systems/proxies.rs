//! The way out through a SOCKS and an HTTP proxy, and what a refused login there means.

use crate::support::servers::program;
use crate::systems::system::{System, as_told, free_ports, press, station, told};

#[test]
fn requests_go_through_the_proxy_that_the_action_names() {
    let port = free_ports(3);
    let args = [port.to_string(), (port + 1).to_string()];
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let Some(proxies) = System::start("proxies.sh", &args, &["microsocks", "tinyproxy"]) else { return };
    let Some(_) = program("python3") else { return };
    let receiver = crate::systems::system::Echo::start();
    let action = |name: &str, proxy: &str| {
        format!(
            "[[action]]\nname = \"{name}\"\nchannels = [\"prod/web\"]\nendpoint = \"{}\"\nproxy = \"{proxy}\"\n",
            receiver.url()
        )
    };
    let actions = action("Socks", &format!("socks5://ops:${{secret:PROXY}}@127.0.0.1:{port}"))
        + &action("Http", &format!("http://ops:${{secret:PROXY}}@127.0.0.1:{}", port + 1))
        + &action("Refused", &format!("socks5://ops:${{secret:WRONG}}@127.0.0.1:{port}"))
        + &action("Direct", "none");
    let station = station("[secrets]\nPROXY = \"${cmd:printf s3cret}\"\nWRONG = \"${cmd:printf wrong}\"\n", &actions);
    for name in ["Socks", "Http", "Direct"] {
        let (code, run) = press(&station, name, &[]);
        assert_eq!((code, told(&run)), (0, as_told("succeeded", "", 200, 1)), "{name}: {run}");
    }
    assert!(proxies.text("socks.log").contains("127.0.0.1"), "the SOCKS proxy saw nothing");
    assert!(proxies.text("http.log").contains("CONNECT") || proxies.text("http.log").contains("POST"));
    let (code, run) = press(&station, "Refused", &[]);
    let (outcome, failure, ..) = told(&run);
    assert_eq!((code, outcome.as_str(), failure.as_str()), (1, "failed", "connect"), "{run}");
    assert_eq!(receiver.count(), 3, "nothing was sent through a proxy that refused the login");
    for args in
        [&["action", "show", "Socks"][..], &["action", "export"], &["log", "--json"], &["action", "list", "--json"]]
    {
        assert!(!station.done(args).contains("s3cret"), "{args:?} shows the proxy's password");
    }
}

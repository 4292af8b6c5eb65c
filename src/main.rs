//! The door: errors, arguments, exit code.
fn main() {
    let rt = tokio::runtime::Runtime::new().unwrap();
    let code = rt.block_on(async {
        let d = andon::demo::demo(false).await.unwrap();
        let op = std::sync::Arc::new(andon::config::operator(&Default::default(), None));
        let left = andon::runtime::run(andon::runtime::Start {
            store: d.store,
            runner: d.runner,
            operator: op,
            sources: d.sources,
            max_per_channel: 3,
            ui: Default::default(),
            locks: None,
            config_path: String::new(),
            demo: true,
            settled: vec![],
        })
        .await
        .unwrap();
        left.code
    });
    std::process::exit(code);
}

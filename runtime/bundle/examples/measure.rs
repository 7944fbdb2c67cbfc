use std::time::Instant;
fn status(key: &str) -> String {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    text.lines().find(|l| l.starts_with(key)).unwrap_or("").split_whitespace().nth(1).unwrap_or("").to_string()
}
fn pss() -> (u64, u64) {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let get =
        |k: &str| text.lines().filter(|l| l.starts_with(k)).map(|l| l.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()).sum();
    (get("Pss:"), get("Pss_Anon:"))
}
fn main() {
    let entry = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let dir = std::path::PathBuf::from(std::env::args().nth(2).unwrap());
    let n: usize = std::env::args().nth(3).map_or(20, |n| n.parse().unwrap());
    let mut o = greenroom_bundle::BundleOptions::new(entry, dir);
    o.conditions = vec!["workerd".into(), "worker".into(), "browser".into()];
    o.externals = vec!["cloudflare:*".into()];
    let rt = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut b = greenroom_bundle::Bundler::new(o);
    eprintln!("start rss {} kB pss/anon {:?} threads {}", status("VmRSS"), pss(), status("Threads"));
    let mut times = vec![];
    let mut last = None;
    for i in 0..n {
        let t = Instant::now();
        let r = rt.block_on(b.build());
        times.push(t.elapsed().as_secs_f64() * 1e3);
        match r {
            Ok(bundle) => last = Some(bundle),
            Err(e) => {
                for e in e {
                    eprintln!("{e}\n{}\n  {:?}", e.frame.clone().unwrap_or_default(), e.hints)
                }
                return;
            }
        }
        if i == 0 {
            std::thread::sleep(std::time::Duration::from_millis(300));
            eprintln!("after 1: rss {} pss/anon {:?} peak {} threads {}", status("VmRSS"), pss(), status("VmHWM"), status("Threads"));
        }
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    eprintln!("after {n}: rss {} pss/anon {:?} peak {} threads {}", status("VmRSS"), pss(), status("VmHWM"), status("Threads"));
    let cold = times[0];
    let mut warm = times[1..].to_vec();
    warm.sort_by(|a, b| a.total_cmp(b));
    eprintln!("cold {cold:.1} ms, warm median {:.1} min {:.1} max {:.1}", warm[warm.len() / 2], warm[0], warm[warm.len() - 1]);
    let bundle = last.unwrap();
    eprintln!(
        "code {} B, map {} B, inputs {}, longest line {}, warnings {}",
        bundle.modules[0].content.len(),
        bundle.source_maps.values().map(String::len).sum::<usize>(),
        bundle.inputs.len(),
        std::str::from_utf8(&bundle.modules[0].content).unwrap().lines().map(str::len).max().unwrap(),
        bundle.warnings.len()
    );
    for w in &bundle.warnings {
        eprintln!("{w}")
    }
    if let Some(out) = std::env::args().nth(4) {
        std::fs::create_dir_all(&out).unwrap();
        for m in &bundle.modules {
            std::fs::write(std::path::Path::new(&out).join(&m.name), &m.content).unwrap();
        }
        std::fs::write(std::path::Path::new(&out).join("map.json"), bundle.source_maps.values().next().unwrap()).unwrap();
    }
    drop(bundle);
    drop(b);
    std::thread::sleep(std::time::Duration::from_millis(300));
    eprintln!("all dropped: rss {} pss/anon {:?}", status("VmRSS"), pss());
}

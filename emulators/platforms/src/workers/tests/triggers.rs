use super::Folder;

const RULES: &str = "https://developers.cloudflare.com/workers/configuration/cron-triggers/#supported-cron-expressions";

#[test]
fn an_environment_inherits_triggers_unless_it_sets_them() {
    let keys = r#""triggers": { "crons": ["0 0 * * *", "*/5 * * * *"] },
"env": { "same": {}, "own": { "triggers": { "crons": ["0 18 * * 6L"] } }, "none": { "triggers": { "crons": [] } } }"#;
    let crons = |environment: &str| Folder::with(keys).environment(environment).project().app.crons;
    assert_eq!(crons(""), ["0 0 * * *", "*/5 * * * *"]);
    assert_eq!(crons("same"), ["0 0 * * *", "*/5 * * * *"]);
    assert_eq!(crons("own"), ["0 18 * * 6L"]);
    assert_eq!(crons("none"), [""; 0]);
}

#[test]
fn what_deploying_would_refuse_is_an_error_at_its_place() {
    let folder = Folder::with(r#""env": { "own": { "triggers": { "crons": ["0 0 * * 0", 5] } } }"#).environment("own");
    let expected = [
        format!(
            "wrangler.jsonc:5:43 error: `env.own.triggers.crons[0]` is `0 0 * * 0`, which is no cron expression: the day of the week `0` is not \
             from 1 to 7 (deploying says: invalid cron string [code: 10100]) -> see {RULES}"
        ),
        "wrangler.jsonc:5:56 error: `env.own.triggers.crons[1]` must be a string, not `5` -> make `env.own.triggers.crons[1]` a string, or \
         remove it"
            .to_owned(),
    ];
    assert_eq!(folder.problems()[..2], expected);
    let folder = Folder::with(r#""triggers": { "crons": "0 0 * * *" }"#);
    assert!(folder.problems()[0].contains("`triggers.crons` must be an array, not "), "{:?}", folder.problems());
}

#[test]
fn what_is_doubtful_is_a_warning() {
    let folder = Folder::with(r#""triggers": { "crons": ["0 0 * * *", "0 0 * * *", "0 0 30 2 *", "0 22-2 * * *"], "cron": [] }"#);
    let warnings = folder.warnings();
    for part in [
        "`triggers.crons[1]` is the same as one before it; it counts once -> remove one of the two",
        "`triggers.crons[2]` is `0 0 30 2 *`, which never comes -> name a day that a month has",
        "`triggers.crons[3]` is `0 22-2 * * *`: the range 22-2 of the hour runs backwards, and Cloudflare's parser takes 21 in too",
        "`cron` is not a key of `triggers`; it is ignored -> did you mean `crons`?",
    ] {
        assert!(warnings.iter().any(|warning| warning.contains(part)), "{part}: {warnings:#?}");
    }
    assert_eq!(folder.project().app.crons, ["0 0 * * *", "0 0 30 2 *", "0 22-2 * * *"]);
}

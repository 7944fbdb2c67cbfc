use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or_else(|| panic!("{text} is no instant"))
}

fn next(cron: &str, after: &str, count: usize) -> Vec<String> {
    let cron = Cron::parse(cron).unwrap_or_else(|error| panic!("{cron}: {error}"));
    let mut now = at(after);
    let mut found = Vec::new();
    while let Some(next) = cron.next_after(now).filter(|_| found.len() < count) {
        found.push(next.iso_8601()[..16].to_owned());
        now = next;
    }
    found
}

/// <https://developers.cloudflare.com/workers/configuration/cron-triggers/#examples>, and those above it.
#[test]
fn every_documented_example() {
    let examples: &[(&str, &[&str])] = &[
        ("* * * * *", &["2027-01-01T00:01", "2027-01-01T00:02"]),
        ("*/30 * * * *", &["2027-01-01T00:30", "2027-01-01T01:00"]),
        ("45 * * * *", &["2027-01-01T00:45", "2027-01-01T01:45"]),
        ("0 17 * * sun", &["2027-01-03T17:00", "2027-01-10T17:00"]),
        ("0 17 * * 1", &["2027-01-03T17:00", "2027-01-10T17:00"]),
        ("10 7 * * mon-fri", &["2027-01-01T07:10", "2027-01-04T07:10"]),
        ("10 7 * * 2-6", &["2027-01-01T07:10", "2027-01-04T07:10"]),
        ("0 15 1 * *", &["2027-01-01T15:00", "2027-02-01T15:00"]),
        ("0 18 * * 6L", &["2027-01-29T18:00", "2027-02-26T18:00"]),
        ("0 18 * * friL", &["2027-01-29T18:00", "2027-02-26T18:00"]),
        ("59 23 LW * *", &["2027-01-29T23:59", "2027-02-26T23:59", "2027-03-31T23:59"]),
        ("*/3 * * * *", &["2027-01-01T00:03", "2027-01-01T00:06"]),
    ];
    for (cron, expected) in examples {
        assert_eq!(next(cron, "2027-01-01", expected.len()), *expected, "{cron}");
    }
}

/// The last of what the vendor's own parser says; see the head of the file.
#[test]
fn all_else_is_as_the_vendors_parser_has_it() {
    let starts = ["2026-11-26T12:34", "2027-12-31T23:59", "2100-02-27T00:00"];
    let recorded = include_str!("../../tests/data/saffron.txt");
    let mut count = 0;
    for line in recorded.lines().filter(|line| !line.starts_with("# ")) {
        // Blanks are part of an expression, so only the first tab behind five fields ends it.
        let (cron, said) = line.split_once(if line.starts_with("0\t0") { "*\t" } else { "\t" }).expect("a line has a tab");
        let cron = if line.starts_with("0\t0") { format!("{cron}*") } else { cron.to_owned() };
        let ours = match Cron::parse(&cron) {
            Err(_) => "refused".to_owned(),
            Ok(_) => starts.map(|start| next(&cron, start, 4).join(" ")).join("\t"),
        };
        assert_eq!(ours, said, "{cron}");
        count += 1;
    }
    assert!(count > 300, "{count}");
}

/// Whether an instant is due, looked at without any search.
fn is_due(cron: &Cron, at: u64) -> bool {
    has(cron.minutes, at % HOUR / MINUTE) && has(cron.hours, at % DAY / HOUR) && cron.on(at / DAY)
}

#[test]
fn the_next_instant_is_the_first_that_is_due() {
    let ids = greenroom_host::Ids::from_seed(11);
    let draw = |below: u64| ids.random() % below;
    for _ in 0..60 {
        let field = |least: u64, most: u64| match draw(4) {
            0 => "*".to_owned(),
            1 => (least + draw(most - least + 1)).to_string(),
            2 => format!("*/{}", 1 + draw(most - least)),
            _ => format!("{}-{most}", least + draw(most - least + 1)),
        };
        let text = format!("{} {} {} {} {}", field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(1, 7));
        let cron = Cron::parse(&text).unwrap();
        let start = at("2027-01-01").0 + draw(365 * DAY);
        let brute = (start / MINUTE + 1..).map(|minute| minute * MINUTE).take(400 * 24 * 60).find(|at| is_due(&cron, *at));
        assert_eq!(
            cron.next_after(Timestamp(start)).map(|at| at.0),
            Some(brute.expect("it is due within 400 days")),
            "{text} after {start}"
        );
    }
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, at, message) in [
        ("", 0, "it has 0 fields and must have five: minute, hour, day of the month, month, day of the week"),
        ("0 0 * * 0", 8, "the day of the week `0` is not from 1 to 7"),
        ("0 24 * * *", 2, "the hour `24` is not from 0 to 23"),
        ("0 0 ? * *", 4, "`?` is no day of the month"),
        ("0 0 * * sunday", 11, "`day` cannot stand there in the day of the week"),
        ("0 0 1W,15 * *", 6, "`,15` cannot stand there in the day of the month"),
        ("*/0 * * * *", 2, "the step `0` is not from 1 to 59"),
        ("0 0 * * * *", 10, "it has 6 fields and must have five: minute, hour, day of the month, month, day of the week"),
        ("@daily", 0, "there are no expressions by name such as `@daily`; it must have five fields"),
        ("0 0 * * * ", 9, "an expression neither begins nor ends with a space"),
        ("0 0 1- * *", 6, "the day of the month ends where a number must follow"),
        ("0 0 * * mon#6", 12, "the week of the month `6` is not from 1 to 5"),
        ("0 0 é * *", 4, "`é` is no day of the month"),
    ] {
        assert_eq!(Cron::parse(text), Err(CronError { at, message: message.to_owned() }), "{text}");
    }
}

#[test]
fn what_is_odd_is_told() {
    let oddities = |text: &str| Cron::parse(text).unwrap().oddities().join("; ");
    assert_eq!(oddities("0 22-23,0-2 * * *"), "");
    assert_eq!(
        oddities("0 22-2 * * *"),
        "the range 22-2 of the hour runs backwards, and Cloudflare's parser takes 21 in too; write two ranges"
    );
    assert_eq!(oddities("5,* * * * *"), "`*` in a list stands for the minute 0 alone");
}

#[test]
fn what_never_comes_is_known_to() {
    assert_eq!(next("0 0 30 2 *", "2027-01-01", 1), [""; 0]);
    assert_eq!(next("0 0 29 2 *", "9996-03-01", 1), [""; 0]);
    assert_eq!(next("59 23 31 12 *", "9999-01-01", 2), ["9999-12-31T23:59"]);
    assert_eq!(next("0 0 * 2 7#5", "2027-01-01", 1), ["2048-02-29T00:00"]);
}

//! A database whose content is swapped for another.

use greenroom_d1::{Answer, D1Database, D1Error, Format, Param, Query};
use greenroom_host::state::State;
use greenroom_host::{Clock, Host, Ids, Profile, Timestamp};

async fn query(database: &D1Database, sql: &str) -> Result<Answer, D1Error> {
    database.query(Query { sql: sql.to_owned(), params: Vec::<Param>::new() }, Format::First).await
}

async fn apart<T: Send + 'static>(host: &Host, work: impl FnOnce(&State, &Host) -> T + Send + 'static) -> T {
    let host = host.clone();
    tokio::task::spawn_blocking(move || work(&host.state, &host)).await.expect("it does not panic")
}

#[tokio::test]
async fn limits_and_sizes_are_those_of_the_new_content() {
    let folder = tempfile::tempdir().unwrap();
    for data_dir in [None, Some(folder.path().to_owned())] {
        let host = Host::new(Clock::frozen(Timestamp(1_000)), Ids::from_seed(1), Profile::Relaxed, data_dir);
        let database = D1Database::open(&host, "test").unwrap();
        query(&database, "CREATE TABLE t (a)").await.unwrap();
        let small = query(&database, "SELECT count(*) FROM t").await.unwrap().meta.size_after;
        apart(&host, |state, host| state.snapshot("small", false, || host.moment())).await.unwrap();
        query(&database, "INSERT INTO t VALUES (zeroblob(100000))").await.unwrap();
        assert!(query(&database, "SELECT count(*) FROM t").await.unwrap().meta.size_after > small);
        apart(&host, |state, _| state.restore("small", |_| {})).await.unwrap();
        let answer = query(&database, "SELECT count(*) AS n FROM t").await.unwrap();
        assert_eq!((answer.meta.size_after, answer.results), (small, b"{\"n\":0}".to_vec()));
        let refused = query(&database, "ATTACH ':memory:' AS other").await.unwrap_err();
        assert!(refused.to_string().contains("not authorized"), "{refused}");
    }
}

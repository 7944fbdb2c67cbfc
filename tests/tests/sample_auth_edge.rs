//! `sample-apps/worker-auth-edge` and the issuer beside it, as clients would use them.

use greenroom_tests::{Project, Reply, Server, wait_for};
use serde_json::{Value, json};

const KEYS: &str = "/.well-known/jwks.json";

/// The Worker, the issuer that it believes, and their folder.
struct Edge {
    project: Project,
    issuer: Server,
    worker: Server,
}

/// Both with their packages; none where those cannot be had.
fn edge() -> Option<Edge> {
    let project = Project::sample("worker-auth-edge")?;
    let issuer = Server::launch(&project, &["issuer", "--port", "0", "--ephemeral"]).expect("the issuer starts");
    let origin = format!("http://{}", issuer.address());
    let read = |name| std::fs::read_to_string(project.file(name)).expect("the file is there");
    project.write(".dev.vars", read(".dev.vars.example"));
    project.write("wrangler.jsonc", read("wrangler.jsonc").replace("http://127.0.0.1:8788", &origin));
    let worker = Server::start(&project, &[]);
    assert_eq!(worker.errors(), "", "it starts without a warning");
    // It looks for keys so often in a minute, and waits for them so long: as long as this machine takes.
    worker.control().post("/v1/clock/freeze", json!({}));
    Some(Edge { project, issuer, worker })
}

impl Edge {
    /// A token with these claims beside the usual ones.
    fn token(&self, claims: &Value) -> String {
        let reply = self.issuer.request("POST", "/tokens", &[], claims.to_string().as_bytes());
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.text()
    }

    /// Lets the issuer sign with a new key; its id.
    fn rotate(&self, algorithm: &str) -> String {
        let reply = self.issuer.request("POST", &format!("/keys?alg={algorithm}"), &[], b"");
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()["kid"].as_str().expect("a key has an id").to_owned()
    }

    /// How often the issuer was asked for its keys.
    fn key_requests(&self) -> usize {
        self.issuer.count(|line| line["type"] == "request" && line["path"] == KEYS)
    }

    /// A session of somebody with these roles.
    fn session(&self, subject: &str, roles: &[&str]) -> Value {
        let reply = with(&self.worker, "POST", "/session", &self.token(&json!({ "sub": subject, "roles": roles })));
        assert_eq!(reply.status, 201, "{}", reply.text());
        reply.json()
    }
}

/// A request that brings a token.
fn with(worker: &Server, method: &str, path: &str, token: &str) -> Reply {
    worker.request(method, path, &[("authorization", &format!("Bearer {token}"))], b"")
}

fn refresh(worker: &Server, grant: &Value) -> Reply {
    worker.request("POST", "/session/refresh", &[], json!({ "refresh_token": grant["refresh_token"] }).to_string().as_bytes())
}

fn access(grant: &Value) -> &str {
    grant["access_token"].as_str().expect("a grant has an access token")
}

/// Status and code of a refusal.
fn refusal(reply: &Reply) -> (u16, String) {
    (reply.status, reply.json()["error"]["code"].as_str().expect("a refusal has a code").to_owned())
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn tokens_of_every_kind_of_key_are_believed_and_a_new_key_is_fetched_once() {
    let Some(edge) = edge() else { return };
    for (turn, algorithm) in ["RS256", "ES256", "EdDSA"].into_iter().enumerate() {
        edge.rotate(algorithm);
        let token = edge.token(&json!({ "sub": "ada", "roles": ["admin", "unheard-of"] }));
        for _ in 0..3 {
            let me = with(&edge.worker, "GET", "/me", &token);
            assert_eq!((me.status, me.json()), (200, json!({ "subject": "ada", "roles": ["admin"], "session": null })), "{algorithm}");
            assert_eq!(me.header("cache-control"), Some("no-store"));
        }
        wait_for("the line of the request for keys", || (edge.key_requests() > turn).then_some(()));
        assert_eq!(edge.key_requests(), turn + 1, "{algorithm}: the keys are fetched for a new key alone");
    }
}

#[test]
fn a_key_that_the_issuer_does_not_have_is_looked_for_a_few_times_only() {
    let Some(edge) = edge() else { return };
    let stays = edge.token(&json!({ "sub": "ada" }));
    let key = edge.rotate("ES256");
    let token = edge.token(&json!({ "sub": "eve" }));
    assert_eq!(edge.issuer.request("DELETE", &format!("/keys/{key}"), &[], b"").status, 204);
    for _ in 0..12 {
        assert_eq!(refusal(&with(&edge.worker, "GET", "/me", &token)), refused(401, "unknown_key"));
    }
    assert_eq!(with(&edge.worker, "GET", "/me", &stays).status, 200, "those with a known key are not kept waiting");
    wait_for("the lines of the requests for keys", || (edge.key_requests() >= 6).then_some(()));
    assert_eq!(edge.key_requests(), 6, "the first fetch, and five for misses");
}

#[test]
fn keys_outlive_a_restart_and_an_issuer_that_is_gone() {
    let Some(Edge { project, issuer, worker }) = edge() else { return };
    let edge = Edge { project, issuer, worker };
    let token = edge.token(&json!({ "sub": "ada" }));
    assert_eq!(with(&edge.worker, "GET", "/me", &token).status, 200);
    let key = edge.rotate("ES256");
    let newer = edge.token(&json!({ "sub": "ada" }));
    assert_eq!(edge.issuer.request("DELETE", &format!("/keys/{key}"), &[], b"").status, 204);
    let Edge { project, issuer, worker } = edge;
    drop((issuer, worker));
    let worker = Server::start(&project, &[]);
    assert_eq!(with(&worker, "GET", "/me", &token).status, 200, "the keys are in KV");
    let unknown = with(&worker, "GET", "/me", &newer);
    assert_eq!(refusal(&unknown), refused(503, "keys_unavailable"));
    assert_eq!(unknown.header("retry-after"), Some("10"));
}

#[test]
fn tokens_that_are_not_right_are_refused_by_name() {
    let Some(edge) = edge() else { return };
    let me = |token: &str| refusal(&with(&edge.worker, "GET", "/me", token));
    let good = edge.token(&json!({ "sub": "ada" }));
    let parts: Vec<&str> = good.split('.').collect();
    assert_eq!(me(&edge.token(&json!({ "sub": "ada", "expires_in": -3600 }))), refused(401, "token_expired"));
    assert_eq!(me(&edge.token(&json!({ "sub": "ada", "aud": "another" }))), refused(401, "wrong_claim"));
    assert_eq!(me(&edge.token(&json!({ "sub": "ada", "iss": "https://elsewhere.example" }))), refused(401, "wrong_claim"));
    assert_eq!(me(&edge.token(&json!({ "sub": "ada", "nbf": 99_999_999_999_u64 }))), refused(401, "wrong_claim"));
    assert_eq!(me(&edge.token(&json!({ "roles": ["admin"] }))), refused(401, "no_subject"));
    assert_eq!(me(&edge.token(&json!({ "sub": "ada", "iss": "worker-auth-edge" }))), refused(401, "bad_token"), "signed by another");
    // `{"alg":"none"}` and `{"alg":"HS256"}`
    assert_eq!(me(&format!("eyJhbGciOiJub25lIn0.{}.", parts[1])), refused(401, "bad_token"));
    assert_eq!(me(&format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", parts[1], parts[2])), refused(401, "bad_token"));
    assert_eq!(me(&format!("{}.{}.AAAA", parts[0], parts[1])), refused(401, "bad_token"));
    assert_eq!(me("no-token"), refused(401, "bad_token"));
    let none = edge.worker.get("/me");
    assert_eq!((refusal(&none), none.header("www-authenticate")), (refused(401, "no_token"), Some("Bearer")));
    let basic = edge.worker.request("GET", "/me", &[("authorization", "Basic YTpi")], b"");
    assert_eq!(refusal(&basic), refused(401, "no_token"));
}

#[test]
fn a_session_goes_on_with_each_refresh_token_used_once() {
    let Some(edge) = edge() else { return };
    let first = edge.session("ada", &["auditor"]);
    assert_eq!((&first["token_type"], &first["expires_in"]), (&json!("Bearer"), &json!(300)));
    let me = with(&edge.worker, "GET", "/me", access(&first)).json();
    assert_eq!((&me["subject"], &me["roles"]), (&json!("ada"), &json!(["auditor"])));
    assert!(me["session"].is_string(), "{me}");

    let second = refresh(&edge.worker, &first);
    assert_eq!(second.status, 200, "{}", second.text());
    assert_eq!(with(&edge.worker, "GET", "/me", access(&second.json())).json(), me, "the same session");

    assert_eq!(refusal(&refresh(&edge.worker, &first)), refused(401, "token_reused"));
    assert_eq!(refusal(&refresh(&edge.worker, &second.json())), refused(401, "session_ended"), "a reuse ends the session");
    edge.worker.wait_message("came twice: session ended");

    assert_eq!(refusal(&refresh(&edge.worker, &json!({ "refresh_token": "made up" }))), refused(401, "unknown_token"));
    assert_eq!(refusal(&refresh(&edge.worker, &json!({}))), refused(400, "bad_request"));
    assert_eq!(refusal(&edge.worker.request("POST", "/session/refresh", &[], b"[")), refused(400, "bad_request"));
}

#[test]
fn of_many_who_bring_the_same_refresh_token_at_once_one_gets_the_next() {
    let Some(edge) = edge() else { return };
    let grant = edge.session("ada", &[]);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(|| refresh(&edge.worker, &grant).status)).collect();
        asking.into_iter().map(|each| each.join().expect("an answer")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 401].contains(status)), "{statuses:?}");
}

#[test]
fn sessions_are_signed_out_of_and_the_two_kinds_of_token_are_told_apart() {
    let Some(edge) = edge() else { return };
    let grant = edge.session("ada", &[]);
    assert_eq!(refusal(&with(&edge.worker, "POST", "/session", access(&grant))), refused(403, "not_from_issuer"));
    let foreign = edge.token(&json!({ "sub": "ada" }));
    assert_eq!(refusal(&with(&edge.worker, "DELETE", "/session", &foreign)), refused(403, "no_session"));
    assert_eq!(with(&edge.worker, "DELETE", "/session", access(&grant)).status, 204);
    assert_eq!(refusal(&refresh(&edge.worker, &grant)), refused(401, "session_ended"));
    let keys = edge.worker.get(KEYS).json();
    assert_eq!((&keys["keys"][0]["kid"], &keys["keys"][0]["d"]), (&json!("development"), &Value::Null), "no private part is shown");
}

#[test]
fn roles_say_who_may_see_and_who_may_end_the_sessions_of_others() {
    let Some(edge) = edge() else { return };
    let (user, auditor, admin) = (edge.session("ada", &[]), edge.session("bob", &["auditor"]), edge.session("eve", &["admin"]));
    let list = |grant: &Value| with(&edge.worker, "GET", "/admin/sessions?subject=ada", access(grant));
    assert_eq!(refusal(&list(&user)), refused(403, "wrong_role"));
    let sessions = list(&auditor).json();
    let of_ada = sessions["sessions"].as_array().expect("a list").clone();
    assert_eq!(of_ada.len(), 1, "{sessions}");
    let path = format!("/admin/sessions/{}", of_ada[0]["id"].as_str().expect("an id"));
    assert_eq!(refusal(&with(&edge.worker, "DELETE", &path, access(&auditor))), refused(403, "wrong_role"));
    assert_eq!(with(&edge.worker, "DELETE", &path, access(&admin)).status, 204);
    assert_eq!(refusal(&with(&edge.worker, "DELETE", &path, access(&admin))), refused(404, "not_found"));
    assert_eq!(list(&admin).json()["sessions"][0]["end_reason"], "by_admin");
    assert_eq!(refusal(&refresh(&edge.worker, &user)), refused(401, "session_ended"));
    assert_eq!(refusal(&edge.worker.get("/admin/sessions")), refused(401, "no_token"));
}

//! The rules of the bookkeeping, one example each.

use super::*;

fn response(token: TokenUpdate, client: ClientUpdate) -> Response {
    let mut response = Response::new(Ok(Answer::Client));
    (response.token, response.client) = (token, client);
    response
}

fn client(id: &str, updated_at: i64, sessions: &[&str]) -> ClientUpdate {
    let session = |id: &&str| wire::Session {
        id: (*id).to_owned(),
        status: Some(SessionStatus::Active),
        ..wire::Session::default()
    };
    ClientUpdate::Known(Box::new(wire::ClientResource {
        id: id.to_owned(),
        updated_at: Some(Timestamp::from_millis(updated_at)),
        sessions: sessions.iter().map(session).collect(),
        last_active_session_id: sessions.first().map(|id| (*id).to_owned()),
        ..wire::ClientResource::default()
    }))
}

fn answer(token: &str, updated_at: i64) -> Response {
    response(TokenUpdate::Replaced(token.into()), client("client_1", updated_at, &["sess_1"]))
}

fn gone() -> Response {
    response(TokenUpdate::Unchanged, ClientUpdate::Gone)
}

fn native(token: &str) -> Bookkeeping {
    Bookkeeping::new(Identity::Native { token: Some(token.into()) })
}

fn token(known: &Bookkeeping) -> Option<&str> {
    known.token.identity().token().map(Secret::expose)
}

#[test]
fn late_answers_and_rejections_never_cost_the_token() {
    let mut known = native("T0");
    let ((_, a), (_, b)) = (known.begin_call(&Request::GetClient), known.begin_call(&Request::GetClient));
    // The server handled call B before call A, so A's answer contains the newer token.
    known.apply(&a, answer("T2", 20));
    let (_, c) = known.begin_call(&Request::GetClient);
    known.apply(&b, answer("T1", 10));
    assert_eq!(token(&known), Some("T2"), "B's answer is late");
    let (_, d) = known.begin_call(&Request::GetClient);
    known.apply(&c, answer("T3", 30));
    // The server rejects the token that call D sent, but that token is no longer the current one, so the current
    // one stays.
    known.apply(&d, response(TokenUpdate::Cleared, ClientUpdate::Unchanged));
    assert_eq!(token(&known), Some("T3"));
}

#[test]
fn a_rejection_of_the_current_token_clears_it() {
    let mut known = native("old");
    let (_, call) = known.begin_call(&Request::GetClient);
    known.apply(&call, response(TokenUpdate::Cleared, ClientUpdate::Unchanged));
    assert_eq!(token(&known), None);
}

#[test]
fn a_client_whose_token_is_rejected_is_gone() {
    let mut known = native("T0");
    let (_, first) = known.begin_call(&Request::GetClient);
    known.apply(&first, answer("T1", 10));
    let (_, late) = known.begin_call(&Request::GetClient);
    let (_, second) = known.begin_call(&Request::GetClient);
    known.apply(&second, response(TokenUpdate::Cleared, ClientUpdate::Unchanged));
    known.apply(&late, answer("T2", 20));
    assert!(known.client().is_none() && known.active_session().is_none() && token(&known).is_none());
}

#[test]
fn an_older_description_never_replaces_a_newer_one() {
    let mut known = native("T0");
    let ((_, first), (_, second)) = (known.begin_call(&Request::GetClient), known.begin_call(&Request::GetClient));
    known.apply(&first, answer("T1", 20));
    known.apply(&second, answer("T2", 10));
    assert_eq!(known.client().unwrap().updated_at, Some(Timestamp::from_millis(20)));
}

#[test]
fn a_later_call_has_the_newer_description_whatever_the_server_s_clock_says() {
    let mut known = native("T0");
    let (_, first) = known.begin_call(&Request::GetClient);
    known.apply(&first, answer("T1", 20));
    let (_, second) = known.begin_call(&Request::GetClient);
    known.apply(&second, answer("T2", 10));
    assert_eq!(known.client().unwrap().updated_at, Some(Timestamp::from_millis(10)));
}

#[test]
fn a_client_that_is_gone_does_not_come_back() {
    let mut known = native("T0");
    let (_, first) = known.begin_call(&Request::GetClient);
    known.apply(&first, answer("T1", 10));
    let ((_, late), (_, delete)) = (known.begin_call(&Request::GetClient), known.begin_call(&Request::GetClient));
    known.apply(&delete, gone());
    known.apply(&late, answer("T2", 20));
    assert!(known.client().is_none() && known.active_session().is_none());
    // A new client is accepted. A late answer, which says that the old client is gone, does not remove the new
    // client.
    let (_, next) = known.begin_call(&Request::GetClient);
    known.apply(&next, response(TokenUpdate::Replaced("N1".into()), client("client_2", 5, &[])));
    known.apply(&late, gone());
    assert_eq!(known.client().unwrap().id, "client_2");
}

#[test]
fn an_answer_about_another_client_changes_nothing() {
    let mut known = native("T0");
    let (_, first) = known.begin_call(&Request::GetClient);
    known.apply(&first, answer("T1", 10));
    let (_, second) = known.begin_call(&Request::GetClient);
    known.apply(&second, response(TokenUpdate::Replaced("X".into()), client("client_2", 20, &["sess_x"])));
    assert_eq!((token(&known), known.client().unwrap().id.as_str()), (Some("T1"), "client_1"));
}

#[test]
fn a_new_client_takes_the_place_of_one_that_the_server_forgot() {
    let new = || response(TokenUpdate::Replaced("N1".into()), client("client_2", 5, &[]));
    let mut known = Bookkeeping::new(Identity::Cookie { token: Some("T0".into()) });
    let (_, first) = known.begin_call(&Request::GetClient);
    known.apply(&first, answer("T1", 10));
    let (_, late) = known.begin_call(&Request::GetClient);
    let (_, create) = known.begin_call(&Request::CreateClient);
    known.apply(&create, new());
    known.apply(&late, answer("T2", 20));
    assert_eq!((token(&known), known.client().unwrap().id.as_str()), (Some("N1"), "client_2"));

    let mut known = Bookkeeping::new(Identity::DevelopmentBrowser { token: Some("T0".into()) });
    for (id, updated_at) in [("client_1", 10), ("client_2", 20)] {
        let (_, call) = known.begin_call(&Request::GetClient);
        known.apply(&call, response(TokenUpdate::Unchanged, client(id, updated_at, &[])));
        assert_eq!(known.client().unwrap().id, id);
    }
}

#[test]
fn an_ended_session_is_not_taken_into_use() {
    let mut known = native("T0");
    let (_, first) = known.begin_call(&Request::GetClient);
    known.apply(&first, answer("T1", 10));
    let session = known.client().unwrap().sessions[0].clone();
    let stamp = known.stamp();
    assert!(known.switch_to(session.clone(), stamp) && known.active_session().is_some());
    let (_, second) = known.begin_call(&Request::GetClient);
    known.apply(&second, response(TokenUpdate::Unchanged, client("client_1", 20, &[])));
    assert!(!known.switch_to(session, stamp));
    assert!(known.active_session().is_none());
}

#[test]
fn a_session_does_not_replace_the_same_session_in_a_newer_description() {
    let mut known = native("T0");
    let (_, first) = known.begin_call(&Request::GetClient);
    known.apply(&first, answer("T1", 10));
    let touched = known.client().unwrap().sessions[0].clone();
    let stamp = known.stamp();
    // While the app navigates, the user's name changes.
    let (_, second) = known.begin_call(&Request::GetClient);
    let ClientUpdate::Known(mut newer) = client("client_1", 20, &["sess_1"]) else { panic!() };
    newer.sessions[0].user = Some(Box::new(wire::User { first_name: Some("Ada".to_owned()), ..wire::User::default() }));
    known.apply(&second, response(TokenUpdate::Unchanged, ClientUpdate::Known(newer)));
    assert!(known.switch_to(touched, stamp));
    let user = known.client().unwrap().sessions[0].user.clone().unwrap();
    assert_eq!(user.first_name.as_deref(), Some("Ada"));
}

#[test]
fn a_browser_takes_turns_only_until_it_has_its_token() {
    for (token, alone) in [(None, true), (Some("cookie".into()), false)] {
        assert_eq!(Bookkeeping::new(Identity::Cookie { token }).calls_go_out_alone(), alone);
    }
    assert!(native("T0").calls_go_out_alone());
    assert!(!Bookkeeping::new(Identity::Anonymous).calls_go_out_alone());
}

#[test]
fn a_slow_observer_gets_the_latest_description_only() {
    use futures::{FutureExt as _, StreamExt as _};

    let mut known = native("T0");
    let mut changes = known.subscribe();
    for (number, token) in ["T1", "T2", "T3"].into_iter().enumerate() {
        let (_, call) = known.begin_call(&Request::GetClient);
        known.apply(&call, answer(token, i64::try_from(number).unwrap()));
    }
    let latest = changes.next().now_or_never().unwrap().unwrap();
    assert_eq!(latest.unwrap().updated_at, Some(Timestamp::from_millis(2)));
    assert!(changes.next().now_or_never().is_none(), "nothing is queued");
    let (_, call) = known.begin_call(&Request::GetClient);
    known.apply(&call, gone());
    assert!(changes.next().now_or_never().unwrap().unwrap().is_none(), "the client is gone");
    drop(known);
    assert!(changes.next().now_or_never().unwrap().is_none(), "the stream has ended");
}

#[test]
fn only_a_new_attempt_replaces_the_remembered_one() {
    let described = |id: &str| {
        let attempt = wire::SignInAttempt { id: id.to_owned(), ..wire::SignInAttempt::default() };
        Response::new(Ok(Answer::SignInAttempt(Box::new(attempt))))
    };
    let create = Request::CreateSignIn(wire::CreateSignIn::new());
    let poll = |id| Request::GetSignIn(wire::GetSignIn::new(id));
    let mut known = Bookkeeping::new(Identity::Cookie { token: Some("cookie".into()) });
    let (_, first) = known.begin_call(&create);
    known.apply(&first, described("sia_1"));
    let ((_, late), (_, second)) = (known.begin_call(&poll("sia_1")), known.begin_call(&create));
    known.apply(&second, described("sia_2"));
    known.apply(&late, described("sia_1"));
    assert_eq!(known.attempt_id(), Some("sia_2"));
    // The app still polls the attempt that was replaced.
    let (_, again) = known.begin_call(&poll("sia_1"));
    known.apply(&again, described("sia_1"));
    assert_eq!(known.attempt_id(), Some("sia_2"));
    let (_, unreadable) = known.begin_call(&create);
    known.apply(&unreadable, described(""));
    assert_eq!(known.attempt_id(), Some("sia_2"));
}

#[test]
fn a_session_of_another_client_does_not_become_active() {
    let mut known = Bookkeeping::new(Identity::DevelopmentBrowser { token: Some("browser".into()) });
    // The browser has no client yet. While its calls are under way, the server forgets the client that they made.
    let (_, touch) = known.begin_call(&Request::TouchSession(wire::TouchSession::select("sess_1")));
    let (_, read) = known.begin_call(&Request::GetClient);
    known.apply(&read, response(TokenUpdate::Unchanged, client("client_2", 20, &[])));
    let late = known.apply(&touch, response(TokenUpdate::Unchanged, client("client_1", 10, &["sess_1"])));
    let session =
        wire::Session { id: "sess_1".to_owned(), status: Some(SessionStatus::Active), ..wire::Session::default() };
    assert!(!known.switch_to(session, late.stamp));
    assert!(known.active_session().is_none());
}

#[test]
fn a_session_that_the_server_forgot_does_not_become_active_by_an_earlier_answer() {
    let mut known = native("T0");
    let (_, first) = known.begin_call(&Request::GetClient);
    known.apply(&first, response(TokenUpdate::Unchanged, client("client_1", 5, &[])));
    let touch = Request::TouchSession(wire::TouchSession::select("sess_1"));
    let ((_, early), (_, late)) = (known.begin_call(&touch), known.begin_call(&touch));
    // The server handled the first call, forgot the session, and handled the second call.
    let error = wire::ApiError::new(wire::ErrorCode::ResourceNotFound, "No.");
    known.apply(&late, Response::new(Err(wire::Rejection::new(StatusCode::NOT_FOUND, error))));
    let early = known.apply(&early, answer("T1", 10));
    let session = known.client().unwrap().sessions[0].clone();
    assert!(!known.switch_to(session, early.stamp));
    assert!(known.active_session().is_none());
}

//! White space, invisible marks and separators that users paste along with what they mean.

use std::time::Duration;

use clerk_sign_in::fake::{EnterpriseConnection, NewUser};
use clerk_sign_in::wire::{Channel, ErrorCode};
use clerk_sign_in::{AfterCreate, AfterFirstFactor, AfterResetCode, AfterSecondFactor, OtherSessions, Sso};
use support::{A, ADA_PASSWORD, G, L, World, codes, over_every_identity, reached, stayed, take};

over_every_identity! {
    identifier_may_be_surrounded_by_white_space,
    address_for_an_enterprise_may_be_surrounded_by_white_space,
    code_may_be_written_in_any_way,
    code_of_an_authenticator_app_may_be_grouped,
    backup_code_is_trimmed_only,
    reset_code_may_be_grouped,
    ticket_may_be_surrounded_by_white_space,
    password_is_sent_as_it_was_typed,
}

const AROUND: [(&str, &str); 5] =
    [(" ", " "), ("\t", "\n"), ("\u{a0}", "\r\n"), ("\u{200b}", "\u{feff}"), ("", "\u{200e}")];

async fn identifier_may_be_surrounded_by_white_space(world: World) {
    world.fake.add_user(NewUser::new("p@example.com").phone_number("+15550100171").username("pat")).unwrap();
    for (before, after) in AROUND {
        let typed = format!("{before}{A}{after}");
        let sign_in = world.client().sign_in();
        reached!(sign_in.create(&typed).await.unwrap(), AfterCreate::NeedsFirstFactor);
        let outcome = world.client().sign_in().password(&typed, ADA_PASSWORD).await.unwrap();
        reached!(outcome, AfterCreate::NeedsSecondFactor);
        drop(world.client().sign_in().send_email_code(&typed).await.unwrap());
        drop(world.client().sign_in().send_email_link(&typed, "https://example.com/verified").await.unwrap());
        drop(world.client().sign_in().send_reset_password_email_code(&typed).await.unwrap());
        let typed = format!("{before}+15550100171{after}");
        drop(world.client().sign_in().send_phone_code(&typed, Channel::Whatsapp).await.unwrap());
        let typed = format!("{before}pat{after}");
        reached!(world.client().sign_in().create(&typed).await.unwrap(), AfterCreate::NeedsFirstFactor);
    }
    let (error, _) = stayed!(world.client().sign_in().create(" \u{200b}\n").await);
    assert_eq!(codes(&error), [ErrorCode::FormParamNil], "nothing remains");
}

async fn address_for_an_enterprise_may_be_surrounded_by_white_space(world: World) {
    let acme = EnterpriseConnection::new("ent_acme", "Acme", "acme.example");
    world.fake.configure(|settings| settings.enterprise_connections = vec![acme]);
    let sso = Sso::enterprise().identifier(" eve@acme.example\n");
    let ready = world.client().sign_in().sso(&sso, "https://app.example.com/sso-callback").await.unwrap();
    assert_eq!(ready.identifier(), Some("eve@acme.example"));
}

async fn code_may_be_written_in_any_way(world: World) {
    for typed in ["424 242", " 424242", "424-242", "424242\n", "\u{200b}424\u{a0}242", "４２４２４２", "٤٢٤٢٤٢"]
    {
        let sent = world.client().sign_in().send_email_code(L).await.unwrap();
        reached!(sent.verify(typed).await.unwrap(), AfterFirstFactor::Complete);
    }
    let sent = world.client().sign_in().send_email_code(L).await.unwrap();
    let (error, sent) = stayed!(sent.verify("42-4x").await);
    assert_eq!(codes(&error), [ErrorCode::FormCodeIncorrect]);
    reached!(sent.verify("424242").await.unwrap(), AfterFirstFactor::Complete);
}

async fn code_of_an_authenticator_app_may_be_grouped(world: World) {
    let outcome = world.client().sign_in().password(A, ADA_PASSWORD).await.unwrap();
    let second = take!(outcome, AfterCreate::NeedsSecondFactor);
    let code = world.fake.totp_code(A).unwrap();
    let (start, end) = code.split_at(3);
    reached!(second.verify_totp(&format!(" {start} {end}\n")).await.unwrap(), AfterSecondFactor::Complete);
}

async fn backup_code_is_trimmed_only(world: World) {
    let user = NewUser::new("b@example.com").password("two-backups").totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJS");
    world.fake.add_user(user.backup_code("abcd-1234").backup_code("12-34")).unwrap();
    for typed in [" abcd-1234\n", "\u{feff}12-34"] {
        let outcome = world.client().sign_in().password("b@example.com", "two-backups").await.unwrap();
        let second = take!(outcome, AfterCreate::NeedsSecondFactor);
        reached!(second.verify_backup_code(typed).await.unwrap(), AfterSecondFactor::Complete);
    }
}

async fn reset_code_may_be_grouped(world: World) {
    for in_one_call in [false, true] {
        let sent = world.client().sign_in().send_reset_password_email_code(G).await.unwrap();
        let code = world.mailed_code(G);
        let (start, end) = code.split_at(3);
        let typed = format!("{start}-{end} ");
        if in_one_call {
            drop(sent.reset_password(&typed, "a-nanosecond-is-30-cm", OtherSessions::Keep).await.unwrap());
        } else {
            let new = take!(sent.verify(&typed).await.unwrap(), AfterResetCode::NeedsNewPassword);
            drop(new.submit_password("a-wire-of-11.8-inches", OtherSessions::Keep).await.unwrap());
        }
    }
}

async fn ticket_may_be_surrounded_by_white_space(world: World) {
    let ticket = world.fake.add_ticket(L, Duration::from_secs(60)).unwrap();
    let typed = format!(" {}\n", ticket.ticket.expose());
    reached!(world.client().sign_in().ticket(&typed).await.unwrap(), AfterCreate::Complete);
}

async fn password_is_sent_as_it_was_typed(world: World) {
    world.fake.add_user(NewUser::new("s@example.com").password(" spaces are mine ")).unwrap();
    let (error, _) = stayed!(world.client().sign_in().password("s@example.com", "spaces are mine").await);
    assert_eq!(codes(&error), [ErrorCode::FormPasswordIncorrect]);
    let outcome = world.client().sign_in().password("s@example.com", " spaces are mine ").await.unwrap();
    reached!(outcome, AfterCreate::NeedsClientTrust);
}

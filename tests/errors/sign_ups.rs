//! What can be refused to whoever signs up, or in.

use clerk_sign_in::fake::NewUser;
use clerk_sign_in::wire::{AttemptFactor, CreateSignIn, ErrorCode, Request, SignUpFields, Strategy};
use clerk_sign_in::{AfterCreate, AfterFirstFactor, SignIn, Transferable};

use super::common::{L, World, take};
use super::{Row, first, refused_as, row};

const M: &str = "mary@example.com";

pub(super) fn table() -> Vec<Row> {
    vec![
        row!(AccountTransferInvalid, 400, |world| world.client().sign_in().transfer().await.unwrap_err().into()),
        row!(SignUpModeRestricted, 403, |world| {
            let new = verified(world).await;
            world.fake.configure(|settings| settings.sign_ups = false);
            new.sign_up(SignUpFields::new()).await.unwrap_err().into()
        }),
        row!(FormIdentifierExists, 422, |world| {
            let new = verified(world).await;
            world.fake.add_user(NewUser::new("m@example.com").username("mary")).unwrap();
            new.sign_up(SignUpFields::new().username("mary")).await.unwrap_err().into()
        }),
        row!(SignUpIfMissingNotAllowed, 422, |world| {
            world.client().sign_in().create_or_sign_up("a-user-name").await.unwrap_err().into()
        }),
        row!(SignUpIfMissingStrategyNotSupported, 422, |world| {
            // No typed step leads here.
            let mut create = CreateSignIn::new();
            (create.identifier, create.strategy) = (Some(M.to_owned()), Some(Strategy::Password));
            (create.password, create.sign_up_if_missing) = (Some("a-password".into()), Some(true));
            refused_as(&first(world, L).await, world, Request::CreateSignIn(create)).await
        }),
        row!(SignUpIfMissingTransfer, 404, |world| {
            let created = world.client().sign_in().create_or_sign_up(M).await.unwrap();
            let sent = take!(created, AfterCreate::NeedsFirstFactor).send_email_code().await.unwrap();
            // The typed step takes it for what it is: the way on to a sign-up.
            let attempt = AttemptFactor::code(sent.id(), Strategy::EmailCode, &world.mailed_code(M));
            refused_as(&sent, world, Request::AttemptFirstFactor(attempt)).await
        }),
    ]
}

async fn verified(world: &World) -> SignIn<Transferable> {
    let created = world.client().sign_in().create_or_sign_up(M).await.unwrap();
    let sent = take!(created, AfterCreate::NeedsFirstFactor).send_email_code().await.unwrap();
    take!(sent.verify(&world.mailed_code(M)).await.unwrap(), AfterFirstFactor::Transferable)
}

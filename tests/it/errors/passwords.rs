//! Errors of new passwords.

use clerk_sign_in::wire::ErrorCode;

use super::{Row, row, submit};
use support::{G, GRACE_PASSWORD};

pub(super) fn table() -> Vec<Row> {
    vec![
        row!(FormPasswordLengthTooShort, 422, |world| submit(world, "short").await),
        row!(FormPasswordLengthTooLong, 422, |world| submit(world, &"long".repeat(20)).await),
        row!(FormPasswordSizeInBytesExceeded, 422, |world| submit(world, &"länger".repeat(11)).await),
        row!(FormNewPasswordMatchesCurrent, 422, |world| submit(world, GRACE_PASSWORD).await),
        row!(FormPasswordMatchesIdentifier, 422, |world| submit(world, G).await),
        row!(FormPasswordNoLowercase, 422, |world| {
            world.fake.configure(|settings| settings.password_settings.require_lowercase = true);
            submit(world, "12345678").await
        }),
        row!(FormPasswordNoUppercase, 422, |world| {
            world.fake.configure(|settings| settings.password_settings.require_uppercase = true);
            submit(world, "12345678").await
        }),
        row!(FormPasswordNoNumber, 422, |world| {
            world.fake.configure(|settings| settings.password_settings.require_numbers = true);
            submit(world, "abcdefgh").await
        }),
        row!(FormPasswordNoSpecialChar, 422, |world| {
            world.fake.configure(|settings| settings.password_settings.require_special_char = true);
            submit(world, "abcdefgh").await
        }),
        row!(FormPasswordNotStrongEnough, 422, |world| {
            world.fake.configure(|settings| {
                let settings = &mut settings.password_settings;
                (settings.show_zxcvbn, settings.min_zxcvbn_strength) = (true, 2);
            });
            submit(world, "password").await
        }),
        row!(FormPasswordPwned, 422, |world| {
            world.fake.configure(|settings| settings.password_settings.disable_hibp = false);
            submit(world, "12345678").await
        }),
    ]
}

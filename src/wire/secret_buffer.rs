//! A buffer for text that contains secrets.

use std::io;

use zeroize::Zeroizing;

use super::Secret;

/// Text that contains secrets and that grows.
///
/// When the buffer grows, it wipes the memory that it leaves. A `String` would leave a copy there.
#[derive(Default)]
pub(crate) struct SecretBuffer(Zeroizing<Vec<u8>>);

impl SecretBuffer {
    pub(crate) fn push(&mut self, text: &str) {
        self.extend(text.as_bytes());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the text. It is not copied.
    pub(crate) fn into_secret(mut self) -> Secret {
        // Only text is ever written.
        String::from_utf8(std::mem::take(&mut *self.0)).unwrap_or_default().into()
    }

    fn extend(&mut self, bytes: &[u8]) {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(2 * self.0.capacity()).max(256)));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
    }
}

impl io::Write for SecretBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_while_the_buffer_grows() {
        let mut buffer = SecretBuffer::default();
        let mut expected = String::new();
        for length in 0..200 {
            let text = "é".repeat(length);
            buffer.push(&text);
            expected.push_str(&text);
        }
        assert_eq!(buffer.into_secret().expose(), expected);
    }
}

//! The mistakes that do not compile are in `cases`, each with the compiler's message.

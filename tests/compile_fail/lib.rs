//! The folder `cases` holds mistakes that do not compile, each with the compiler's message.

//! The folder `cases` contains programs that do not compile because of a mistake, and the compiler's message for each.

//! The mistakes that do not compile are in `cases`, with what the compiler says of each.

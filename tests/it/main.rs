//! The integration tests, one binary: linking once is what two cores can afford.

mod rules;
mod vectors;

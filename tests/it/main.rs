//! The integration tests, one binary: linking once is what two cores can afford.

mod controller;
mod layers;
mod properties;
mod rules;
mod schema;
mod vectors;

//! Each row of explanations on played evidence.

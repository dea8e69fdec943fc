//! The parts of a Description as it stands today.

use super::parse::{Found, Piece};

/// A part of today's Description.
#[derive(Debug, Clone)]
pub(super) enum Item<'t> {
    /// Something that we wrote.
    Ours(Slot<'t>),
    /// Something that somebody typed.
    Typed(&'t str),
}

/// Where something that we wrote stands.
#[derive(Debug, Clone)]
pub(super) struct Slot<'t> {
    /// What it is, as we wrote it last.
    pub(super) piece: Piece<'t>,
    /// The block of today that it is, or an old form of.
    pub(super) block: Option<usize>,
    /// It says what the block of today says.
    pub(super) is_current: bool,
    /// Its text, as we wrote it.
    pub(super) text: String,
    /// What somebody typed into it.
    pub(super) typed: Vec<&'t str>,
}

impl<'t> Slot<'t> {
    pub(super) fn of(found: &Found<'t>, text: &str) -> Self {
        Self {
            piece: found.piece.clone(),
            block: found.block,
            is_current: found.block.is_some(),
            text: text.get(found.start..found.end).unwrap_or_default().trim().to_owned(),
            typed: found.insertion.map(str::trim).into_iter().collect(),
        }
    }

    /// The same, without the text that it was read from.
    pub(super) fn owned<'o>(&self) -> Slot<'o> {
        let Self { piece, block, is_current, text, typed: _ } = self;
        let (block, is_current) = (*block, *is_current);
        Slot { piece: piece.owned(), block, is_current, text: text.clone(), typed: Vec::new() }
    }
}

package dev.tinydancer.training.demand;

import java.util.List;

/**
 * A request as the network reads it, and what it teaches.
 *
 * @param weight factor on the loss
 */
record DemandExample(List<StudiedPiece> pieces, DemandLevel level, float weight) {}

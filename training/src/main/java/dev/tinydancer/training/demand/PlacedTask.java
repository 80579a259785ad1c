package dev.tinydancer.training.demand;

import java.util.List;

/**
 * A request of which it is known where the task stands.
 *
 * @param pieces of all of it
 * @param from the task's first piece
 * @param to after the task's last piece
 */
record PlacedTask(List<StudiedPiece> pieces, int from, int to) {}

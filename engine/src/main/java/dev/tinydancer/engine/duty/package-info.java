/**
 * What an engine does beside answering: it listens for notices of the database, says that it is alive, and keeps the log in
 * order. Each duty has a thread of its own or runs on a schedule; none of them ends because something fails once.
 */
@NullMarked
package dev.tinydancer.engine.duty;

import org.jspecify.annotations.NullMarked;

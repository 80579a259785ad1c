package dev.tinydancer.engine.wire;

/** How much an error ends: the query, or the connection. */
enum Severity {
    ERROR,
    FATAL
}

package dev.tinydancer.engine.verb;

/** The arguments of a verb that has none. */
record NoArguments() {}

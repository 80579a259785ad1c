package dev.tinydancer.engine.call;

/** The arguments of a verb that has none. */
record NoArguments() {}

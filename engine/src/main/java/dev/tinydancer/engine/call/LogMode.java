package dev.tinydancer.engine.call;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who writes the decision to the log. */
enum LogMode {
    /** The caller, in its transaction. */
    @JsonProperty("sync")
    SYNC,
    /** The engine, a little later. */
    @JsonProperty("async")
    ASYNC,
    /** Nobody. */
    @JsonProperty("off")
    OFF
}

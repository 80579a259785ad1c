package dev.tinydancer.router.conversation;

/** Who says a message. */
public enum Role {
    /** Whoever made the application: what holds for all that follows. */
    SYSTEM,
    /** Whoever wants an answer. */
    USER,
    /** The agent that answered. */
    ASSISTANT,
    /** A tool that an agent has called. */
    TOOL
}

package dev.tinydancer.benchmark.conversations;

/** How agents are chosen in a dialogue. */
enum Way {
    /** As the router does that is told which conversation a request belongs to. */
    CONVERSATION,
    /** The first turn decides for all. */
    PINNED,
    /** By the text of each turn, and the length of what comes before it. */
    NO_MEMORY,
    /** By the text of each turn alone. */
    TEXT_ALONE;

    String label() {
        return switch (this) {
            case CONVERSATION -> "conversation";
            case PINNED -> "pinned";
            case NO_MEMORY -> "no memory";
            case TEXT_ALONE -> "text alone";
        };
    }
}

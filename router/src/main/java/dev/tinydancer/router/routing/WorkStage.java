package dev.tinydancer.router.routing;

/** When in a pipeline a capability is needed. The order of the constants is the order of the work. */
enum WorkStage {
    /** Find out what is the case and what is to be done. */
    UNDERSTAND,
    /** Make what was asked for. */
    PRODUCE,
    /** See whether it works, and mend it. */
    CHECK;

    /** The stage at which a request needs the capability; a word of the user's own is something to produce. */
    static WorkStage of(String capability) {
        return switch (capability) {
            case "analysis",
                    "classification",
                    "extraction",
                    "knowledge",
                    "math",
                    "planning",
                    "reasoning",
                    "research",
                    "search" -> UNDERSTAND;
            case "code-execution", "debugging", "evaluation", "review", "testing" -> CHECK;
            default -> PRODUCE;
        };
    }

    /** Whether the capability is a kind of work, and does not say how an agent works. */
    static boolean isWork(String capability) {
        return switch (capability) {
            case "fast-response", "simple-tasks" -> false;
            default -> true;
        };
    }
}

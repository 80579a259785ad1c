package dev.tinydancer.workshop.torture;

/** What happens to an installation. */
enum Fault {
    ENGINE_KILLED("an engine killed and started again"),
    ENGINE_RESTARTED("an engine ended by SIGTERM and started again"),
    ENGINE_OUT_OF_MEMORY("an engine out of memory, ended by itself and started again"),
    LARGE_REQUESTS("requests as long as may be, from a dozen sessions at a time"),
    CLOCK_JUMPED("the clock of an engine jumps (1 h, daylight saving, leap day)"),
    ENGINE_FROZEN("an engine frozen for seconds (SIGSTOP)"),
    NETWORK_CUT("all connections to an engine cut"),
    NETWORK_HALF_OPEN("a network that takes everything and passes nothing on"),
    NETWORK_LOSSY("a network that loses packets, which TCP sends again"),
    NETWORK_SLOW("a network that takes 30 ms for every packet"),
    SERVER_CRASHED("PostgreSQL crashed (immediate) and recovered"),
    SERVER_RESTARTED("PostgreSQL restarted"),
    SERVER_FAILED_OVER("PostgreSQL crashed, and its synchronous standby promoted"),
    DISK_FULL("a disk without room for the database, for seconds"),
    INSTALLED_AGAIN("the schema installed over itself");

    private final String description;

    Fault(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }

    /**
     * Whether calls may wait for longer than their deadline, which only a {@code statement_timeout} ends then: connecting to
     * a host that takes connections and says nothing has no deadline in PostgreSQL's dblink, tables that an installation has
     * locked are waited for, and so is a synchronous standby by whoever commits.
     */
    boolean outlastsDeadlines() {
        return switch (this) {
            case ENGINE_FROZEN, NETWORK_HALF_OPEN, SERVER_FAILED_OVER, INSTALLED_AGAIN -> true;
            default -> false;
        };
    }
}

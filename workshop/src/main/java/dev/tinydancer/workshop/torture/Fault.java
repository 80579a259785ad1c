package dev.tinydancer.workshop.torture;

/** What happens to an installation. */
enum Fault {
    ENGINE_KILLED("an engine killed and started again"),
    ENGINE_RESTARTED("an engine ended by SIGTERM and started again"),
    ENGINE_FROZEN("an engine frozen for seconds (SIGSTOP)"),
    NETWORK_CUT("all connections to an engine cut"),
    NETWORK_HALF_OPEN("a network that takes everything and passes nothing on"),
    NETWORK_SLOW("a network that takes 30 ms for every packet"),
    SERVER_CRASHED("PostgreSQL crashed (immediate) and recovered"),
    SERVER_RESTARTED("PostgreSQL restarted"),
    DISK_FULL("a disk without room for the database, for seconds"),
    INSTALLED_AGAIN("the schema installed over itself");

    private final String description;

    Fault(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }
}

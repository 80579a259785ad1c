package dev.tinydancer.engine.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Everything that an engine can be told, under one name: {@code --max-connections} as a flag, {@code max-connections} in a
 * file, {@code TINY_DANCER_MAX_CONNECTIONS} in the environment. The table in {@code docs/configuration.md} is this list.
 */
public enum Setting {
    URL(
            "",
            "the database, `postgresql://user@host:port/name`; the role is a member of `tiny_dancer_engine`. User and"
                    + " password are looked for where libpq looks for them"),
    POOL_SIZE(
            "4",
            "connections that calls reserve with; one tenant takes half of them at a time. Beside them there are up to 3"
                    + " that read catalogs, 4 for duties that no call waits for, and the one that listens for"
                    + " notifications"),
    DATABASE_TIMEOUT_MS(
            "1500",
            "how long a call waits for the database, after which its statement is cancelled there; less than"
                    + " `tiny_dancer.deadline_ms` of the sessions"),
    LISTEN_ADDRESS("127.0.0.1", "where SQL functions connect to; anything but loopback needs `tls-keystore`"),
    PORT("6433", "TCP port; 0 takes any free one"),
    UNIX_SOCKET_DIRECTORY("", "listens at `.s.PGSQL.PORT` in this directory, too"),
    TLS_KEYSTORE("", "PKCS #12 file with key and certificate; with it TLS is offered"),
    TLS_KEYSTORE_PASSWORD("", "password of that file"),
    ALLOW_PLAINTEXT(
            "off",
            "`on` lets it listen beyond loopback without `tls-keystore`: only for a network that encrypts by itself"),
    MAX_CONNECTIONS("1000", "database sessions that are connected at a time; each costs about 0.1 MB"),
    MAX_MESSAGE_BYTES("16777216", "the longest call, which is the longest request or the largest batch"),
    HANDSHAKE_TIMEOUT_MS("10000", "a connection that has not authenticated by then is closed"),
    SHUTDOWN_GRACE_MS("5000", "how long calls in flight may take to finish when the engine stops"),
    HTTP_ADDRESS("127.0.0.1", "where the page, health and metrics are served"),
    HTTP_PORT(
            "",
            "port of the page at `/`, of `/health/live`, `/health/ready` and `/metrics`; 0 takes any free one, empty means"
                    + " none"),
    PAGE(
            "local",
            "who may look at the page and its JSON interface: `local`, those on this machine without a token and others"
                    + " with one; `token`, nobody without; `off`, nobody, there is none"),
    PAGE_ROLE(
            "tiny_dancer_user",
            "the role of the database as which the page asks for those who need no token; the engine's role must be a member"
                    + " of it"),
    OTLP_ENDPOINT(
            "",
            "sends a span of each call by OTLP over HTTP, for example to `http://127.0.0.1:4318/v1/traces`, see"
                    + " [metrics.md](metrics.md); empty for none"),
    LOG_QUEUE_SIZE(
            "10000", "decisions that wait to be written with `tiny_dancer.log_decisions` = `async`; more are dropped"),
    LOG_FLUSH_INTERVAL_MS("100", "how often waiting decisions are written: what a crash of the engine can lose"),
    OUTCOME_POLL_INTERVAL_MS("250", "how often recorded outcomes are looked for"),
    OUTCOME_HISTORY("20000", "how many of a tenant's latest outcomes are read, at the start or when it asks"),
    OUTCOMES_REMEMBERED("80000", "how many outcomes of all tenants are kept in memory, a kilobyte each"),
    TENANTS_KEPT_S(
            "900",
            "how long after its last call the engine keeps a tenant in memory, its catalog and what was learned of its agents;"
                    + " the next call reads them again. Of the tenant that asked last, what was learned stays"),
    EXPLORATION_PERCENT(
            "100", "how much agents of which little is known are tried out, see [routing.md](routing.md); 0 is never"),
    EXPLORATION_SHARE_PERCENT(
            "5",
            "of how many requests in a hundred may try out an agent of which little is known, where neither their policy"
                    + " nor the session says otherwise"),
    EXPLORATION_USD_PER_DAY(
            "10",
            "what requests that try agents out may cost each tenant on a day of UTC, in US dollars as they are estimated;"
                    + " every engine counts its own, from its start; empty means any amount"),
    FEATURES(
            "routing-all",
            "which parts answer, separated by commas: `routing` (always on), `routing-fastgrnn` (the classifier),"
                    + " `routing-semantic` (the sentence model), `routing-optimizer` (plans, batches, budgets),"
                    + " `routing-all`. A part that is off answers with an error, and its models are not loaded"),
    MAINTENANCE_INTERVAL_S("3600", "how often partitions of the log are made and dropped"),
    ROLLUP_INTERVAL_S("120", "how often the log is added up by hour");

    private static final String ENVIRONMENT_PREFIX = "TINY_DANCER_";

    private final String defaultValue;
    private final String description;

    Setting(String defaultValue, String description) {
        this.defaultValue = defaultValue;
        this.description = description;
    }

    /** The name in a file, and behind {@code --} as a flag. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The name of the environment variable. */
    public String environmentName() {
        return ENVIRONMENT_PREFIX + name();
    }

    /** What holds when nothing is said; empty for nothing. */
    public String defaultValue() {
        return defaultValue;
    }

    /** What it governs, with its unit, in Markdown. */
    public String description() {
        return description;
    }

    /** The setting with this key. */
    static Optional<Setting> withKey(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key().equals(key))
                .findFirst();
    }

    /** All keys, for messages. */
    static String keys() {
        return Arrays.stream(values()).map(Setting::key).collect(Collectors.joining(", "));
    }
}

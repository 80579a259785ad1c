package dev.tinydancer.cli.doctor;

import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.install.SchemaVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** A database: what it is, what is installed in it, who may do what, and whether an engine answers. */
final class DatabaseExamination {

    private static final int OLDEST = 140_000;
    private static final int NEWER_THAN_TESTED = 190_000;

    /** More than the way there and back takes. */
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(2);

    /** The version where classes do not come from a jar. */
    private static final String UNPACKED = "development";

    private static final double SLOW_CALL_MILLIS = 100;

    private final Connection connection;
    private final DatabaseUrl url;
    private final String version;
    private final List<Finding> findings = new ArrayList<>();

    private DatabaseExamination(Connection connection, DatabaseUrl url, String version) {
        this.connection = connection;
        this.url = url;
        this.version = version;
    }

    /** Looks at a database; {@code version} is that of this program. */
    static List<Finding> findings(DatabaseUrl url, String version) {
        try (Connection connection = url.dataSource().getConnection()) {
            DatabaseExamination examination = new DatabaseExamination(connection, url, version);
            try {
                examination.examine();
            } catch (SQLException e) {
                examination.add(Finding.failure(
                        "looking further",
                        String.valueOf(e.getMessage()),
                        "GRANT tiny_dancer_user TO the role in the URL"));
            }
            return examination.findings;
        } catch (SQLException e) {
            return List.of(Finding.failure(
                    "database",
                    url + ": " + e.getMessage(),
                    "check host, port, user and password (PGPASSWORD or PGPASSFILE), pg_hba.conf, and that PostgreSQL"
                            + " runs"));
        }
    }

    private void examine() throws SQLException {
        server();
        clock();
        String dblink = text("SELECT extversion || ' in schema ' || extnamespace::regnamespace FROM pg_extension"
                + " WHERE extname = 'dblink'");
        if (!dblink.isEmpty()) {
            add(Finding.ok("dblink", dblink));
        } else if (is("SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'dblink')")) {
            add(Finding.failure("dblink", "available, not created", install()));
        } else {
            add(Finding.failure(
                    "dblink", "not on this server", "install its package, postgresql-contrib on most systems"));
        }
        if (is("SELECT to_regnamespace('tiny_dancer') IS NULL")) {
            add(Finding.failure("Tiny Dancer", "not installed in " + url, install()));
            return;
        }
        if (rights()) {
            schema();
            engine();
        }
        settings();
    }

    private String install() {
        return "tiny-dancer install --url " + url;
    }

    private void server() throws SQLException {
        int number = Integer.parseInt(text("SELECT current_setting('server_version_num')"));
        String found = text("SELECT current_setting('server_version')");
        if (number < OLDEST) {
            add(Finding.failure("PostgreSQL", found, "Tiny Dancer needs PostgreSQL 14 or newer: upgrade the server"));
        } else if (number >= NEWER_THAN_TESTED) {
            add(Finding.warning("PostgreSQL", found, "newer than what this version was tested on, 14 to 18"));
        } else {
            add(Finding.ok("PostgreSQL", found));
        }
        String encoding = text("SELECT current_setting('server_encoding')");
        add(
                encoding.equals("UTF8")
                        ? Finding.ok("encoding", encoding)
                        : Finding.failure(
                                "encoding", encoding, "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"));
    }

    private void clock() throws SQLException {
        Instant before = Instant.now();
        OffsetDateTime there;
        try (PreparedStatement statement = connection.prepareStatement("SELECT clock_timestamp()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            there = row.getObject(1, OffsetDateTime.class);
        }
        Duration apart = Duration.between(before, there.toInstant()).abs();
        String found = apart.toMillis() + " ms between this machine and the database";
        add(
                apart.compareTo(CLOCKS_DIFFER) < 0
                        ? Finding.ok("clock", found)
                        : Finding.warning(
                                "clock", found, "keep both by NTP: decisions and budgets go by the database's time"));
    }

    /** Whether the rest can be asked at all. */
    private boolean rights() throws SQLException {
        String user = text("SELECT current_user");
        if (!is("SELECT pg_has_role('tiny_dancer_user', 'USAGE')")) {
            add(Finding.failure(
                    "rights", user + " is no member of tiny_dancer_user", "GRANT tiny_dancer_user TO " + user));
            return false;
        }
        if (is("SELECT to_regprocedure('ruvector_engine_status()') IS NULL")) {
            String schema = text("SELECT pronamespace::regnamespace::text FROM pg_proc"
                    + " WHERE proname = 'ruvector_engine_status' LIMIT 1");
            add(Finding.failure(
                    "rights",
                    "the functions are not in the search_path of " + user,
                    schema.isEmpty() ? install() : "SET search_path = " + schema + ", …, or ALTER ROLE … SET it"));
            return false;
        }
        add(Finding.ok(
                "rights",
                user
                        + (is("SELECT pg_has_role('tiny_dancer_admin', 'USAGE')")
                                ? " may route and administer"
                                : " may route and read; GRANT tiny_dancer_admin lets it register agents")));
        return true;
    }

    /** Only the engine's role and those above it see tables and inner functions. */
    private boolean seesInside() throws SQLException {
        return is("SELECT pg_has_role('tiny_dancer_engine', 'USAGE') AND has_schema_privilege('tiny_dancer', 'USAGE')");
    }

    private void schema() throws SQLException {
        if (!seesInside()) {
            add(Finding.ok("schema", "its version is for members of tiny_dancer_engine to see"));
            return;
        }
        int installed = Integer.parseInt(text("SELECT tiny_dancer.schema_version()"));
        String found = "version " + installed + ", this program has " + SchemaVersion.NEWEST;
        if (installed < SchemaVersion.NEWEST) {
            add(Finding.failure("schema", found, install()));
        } else if (installed > SchemaVersion.NEWEST) {
            add(Finding.warning("schema", found, "use the program of the version that was installed last"));
        } else {
            add(Finding.ok("schema", found));
        }
    }

    private void engine() throws SQLException {
        long began = System.nanoTime();
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT version, engines, kernels FROM ruvector_engine_status()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            String engineVersion = row.getString(1);
            add(Finding.ok(
                    "database to engine",
                    "version %s, %d alive, %s, after %.1f ms"
                            .formatted(
                                    engineVersion,
                                    row.getInt(2),
                                    row.getString(3),
                                    (System.nanoTime() - began) / 1e6)));
            if (!engineVersion.equals(version) && !version.equals(UNPACKED)) {
                add(Finding.warning(
                        "versions",
                        "the engine is " + engineVersion + ", this program " + version,
                        "restart the engine from the version that was installed last"));
            }
        } catch (SQLException e) {
            add(Finding.failure(
                    "database to engine",
                    String.valueOf(e.getMessage()).replace('\n', ' '),
                    "start one: tiny-dancer serve --url " + url + "; if one runs elsewhere, tiny-dancer install"
                            + " --engine-host H --engine-port P says where"));
            return;
        }
        again();
        heardOf();
    }

    /** The first call of a session opens the connection. */
    private void again() throws SQLException {
        long began = System.nanoTime();
        text("SELECT version FROM ruvector_engine_status()");
        double millis = (System.nanoTime() - began) / 1e6;
        String found = "%.1f ms with the database".formatted(millis);
        add(
                millis < SLOW_CALL_MILLIS
                        ? Finding.ok("a call", found)
                        : Finding.warning("a call", found, "the machine is busy, or the engine far from the database"));
    }

    /** An engine that lost the way to the database still answers, by what it knew. */
    private void heardOf() throws SQLException {
        if (!seesInside()) {
            return;
        }
        double seconds = Double.parseDouble(text(
                "SELECT coalesce(extract(epoch FROM clock_timestamp() - max(seen_at)), 1e9) FROM tiny_dancer.engine"));
        String found = "an engine was here %.0f s ago".formatted(seconds);
        add(
                seconds < 15
                        ? Finding.ok("engine to database", found)
                        : Finding.failure(
                                "engine to database",
                                found,
                                "the engine's log says why it cannot write to its database; its role needs"
                                        + " tiny_dancer_engine"));
    }

    private void settings() throws SQLException {
        biting(
                "tiny_dancer.log_decisions",
                "SELECT current_setting('tiny_dancer.log_decisions', true) = 'off'",
                "decisions are not logged, so that nothing is learned and no outcome can be recorded",
                "RESET tiny_dancer.log_decisions, or ALTER ROLE … RESET it");
        biting(
                "tiny_dancer.deadline_ms",
                "SELECT nullif(current_setting('tiny_dancer.deadline_ms', true), '')::int BETWEEN 1 AND 499",
                "calls under budgets wait for the database, and have less than half a second",
                "SET tiny_dancer.deadline_ms = 2000");
        biting(
                "statement_timeout",
                "SELECT setting::int BETWEEN 1 AND 1999 FROM pg_settings WHERE name = 'statement_timeout'",
                "a call may be cancelled before the deadline of the engine, 2 s, says what is wrong",
                "SET statement_timeout to more than tiny_dancer.deadline_ms");
        biting(
                "log_statement",
                "SELECT current_setting('log_statement') = 'all'"
                        + " OR current_setting('log_min_duration_statement')::text = '0'",
                "PostgreSQL writes the texts of requests to its own log",
                "ALTER SYSTEM SET log_statement = 'ddl', and log_min_duration_statement to more than 0");
        biting(
                "fsync",
                "SELECT current_setting('fsync') = 'off'",
                "a crash of the machine can destroy the database",
                "ALTER SYSTEM SET fsync = on");
        biting(
                "default_transaction_isolation",
                "SELECT current_setting('default_transaction_isolation') <> 'read committed'",
                "transactions see agents and outcomes as they were when they began",
                "SET default_transaction_isolation = 'read committed' for sessions that route");
    }

    private void biting(String setting, String bites, String consequence, String mend) throws SQLException {
        if (is(bites)) {
            add(Finding.warning("setting " + setting, consequence, mend));
        }
    }

    private void add(Finding finding) {
        findings.add(finding);
    }

    private boolean is(String query) throws SQLException {
        return text(query).equals("t");
    }

    /** The first value as text; empty where there is none. */
    private String text(String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            String value = row.next() ? row.getString(1) : null;
            return value == null ? "" : value;
        }
    }
}

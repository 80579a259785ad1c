package dev.tinydancer.postgres.install;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Tiny Dancer as an extension of PostgreSQL, made of the migrations: what {@code CREATE EXTENSION tiny_dancer CASCADE} and
 * {@code ALTER EXTENSION tiny_dancer UPDATE} run. Its versions are those of the schema.
 *
 * <p>All objects but the partitions of the log, which come and go, are members of the extension. So a dump has the extension
 * and the rows of those tables that are empty when it has just been created.
 */
public final class ExtensionScripts {

    private static final String DIRECTORY = "/dev/tinydancer/postgres/migration/";

    private static final String NAME = "tiny_dancer";
    private static final String DESCRIPTION = "asks which AI agent should answer a request";

    /** The first version that could be created as an extension; from it and all later ones it can be updated. */
    private static final int FIRST = 41;

    /** For what is known only where the extension is created. */
    private static final String DBLINK_SCHEMA = "${dblink_schema}";

    /** For who runs a script by hand. */
    private static final String WARNING = "\\echo Use \"%s\" to load this file. \\quit\n";

    private static final String FUNCTION_SCHEMA = "${function_schema}";

    private static final String HISTORY = """
            CREATE TABLE tiny_dancer.schema_history (
                installed_rank int PRIMARY KEY,
                version varchar(50),
                description varchar(200) NOT NULL,
                type varchar(20) NOT NULL,
                script varchar(1000) NOT NULL,
                checksum int,
                installed_by varchar(100) NOT NULL,
                installed_on timestamp NOT NULL DEFAULT now(),
                execution_time int NOT NULL,
                success boolean NOT NULL
            );
            """;

    /**
     * Only empty tables: the rows that the script itself writes would be there twice after a restore. The partition of
     * today would be, too, and the log's maintenance could not drop it one day; it makes that anew, as no member.
     */
    private static final String MEMBERS = """
            DO $members$
            DECLARE
                relation record;
                filled boolean;
            BEGIN
                FOR relation IN
                    SELECT pg_class.oid, relkind, relispartition
                    FROM pg_class
                    JOIN pg_depend ON classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
                    WHERE relnamespace = 'tiny_dancer'::regnamespace AND relkind IN ('r', 'p', 'S')
                LOOP
                    IF relation.relispartition AND relation.oid::regclass::text !~ '_default$' THEN
                        EXECUTE format('DROP TABLE %s', relation.oid::regclass);
                    ELSIF relation.relkind = 'S' THEN
                        PERFORM pg_extension_config_dump(relation.oid::regclass, '');
                    ELSE
                        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', relation.oid::regclass) INTO filled;
                        IF NOT filled THEN
                            PERFORM pg_extension_config_dump(relation.oid::regclass, '');
                        END IF;
                    END IF;
                END LOOP;
            END
            $members$;
            """;

    /** A migration as it stands in its file. */
    private record Migration(String file, String text) {

        boolean isVersioned() {
            return file.startsWith("V");
        }

        /** The numbers of the version, those that are missing as 0. */
        int major() {
            return Integer.parseInt(version().split("\\.")[0]);
        }

        int minor() {
            String[] numbers = version().split("\\.");
            return numbers.length > 1 ? Integer.parseInt(numbers[1]) : 0;
        }

        String version() {
            return file.substring(1, file.indexOf("__")).replace('_', '.');
        }

        String description() {
            return file.substring(file.indexOf("__") + 2, file.length() - ".sql".length())
                    .replace('_', ' ');
        }
    }

    private final List<Migration> versioned;
    private final List<Migration> repeatable;

    private ExtensionScripts(List<Migration> migrations) {
        versioned = migrations.stream()
                .filter(Migration::isVersioned)
                .sorted(Comparator.comparingInt(Migration::major).thenComparingInt(Migration::minor))
                .toList();
        repeatable = migrations.stream()
                .filter(migration -> !migration.isVersioned())
                .sorted(Comparator.comparing(Migration::description))
                .toList();
    }

    /** The scripts of the migrations that come along. */
    public static ExtensionScripts standard() throws IOException {
        try {
            URI directory = requireNonNull(ExtensionScripts.class.getResource(DIRECTORY + "V1__catalog.sql"))
                    .toURI();
            if (!directory.getScheme().equals("jar")) {
                return of(requireNonNull(Path.of(directory).getParent()));
            }
            try (FileSystem jar = FileSystems.newFileSystem(directory, Map.of())) {
                return of(jar.getPath(DIRECTORY));
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the address of a resource is a URI", e);
        }
    }

    /** The scripts of the migrations in a directory. */
    static ExtensionScripts of(Path directory) throws IOException {
        List<Migration> migrations = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".sql")).toList()) {
                migrations.add(new Migration(file.getFileName().toString(), Files.readString(file)));
            }
        }
        return new ExtensionScripts(migrations);
    }

    /** The version that {@code CREATE EXTENSION} creates. */
    public int version() {
        return versioned.getLast().major();
    }

    /**
     * Writes the control file, the script that creates the extension, and those that update older versions to this one.
     *
     * @param directory {@code extension} below what {@code pg_config --sharedir} says, or any other
     * @return the files
     */
    public List<Path> write(Path directory) throws IOException {
        List<Path> written = new ArrayList<>();
        written.add(write(directory, NAME + ".control", """
                # Tiny Dancer: %s
                comment = '%s'
                default_version = '%d'
                requires = 'dblink'
                relocatable = false
                superuser = true
                """.formatted(DESCRIPTION, DESCRIPTION, version())));
        written.add(write(
                directory,
                "%s--%d.sql".formatted(NAME, version()),
                WARNING.formatted("CREATE EXTENSION tiny_dancer CASCADE") + creation()));
        for (int older = FIRST; older < version(); older++) {
            written.add(writeUpdate(directory, older));
        }
        return written;
    }

    /** Writes the script that updates the extension from an older version. */
    Path writeUpdate(Path directory, int older) throws IOException {
        return write(
                directory,
                "%s--%d--%d.sql".formatted(NAME, older, version()),
                WARNING.formatted("ALTER EXTENSION tiny_dancer UPDATE") + update(older));
    }

    /** One file for pg_tle, which keeps extensions in the database: to be run there by a member of pgtle_admin. */
    public Path writeForPgTle(Path directory) throws IOException {
        StringBuilder sql = new StringBuilder();
        sql.append("SELECT pgtle.install_extension('tiny_dancer', '%d', '%s', %s, ARRAY['dblink']);\n"
                .formatted(version(), DESCRIPTION, dollarQuoted("_pgtle_", creation())));
        for (int older = FIRST; older < version(); older++) {
            sql.append("SELECT pgtle.install_update_path('tiny_dancer', '%d', '%d', %s);\n"
                    .formatted(older, version(), dollarQuoted("_pgtle_", update(older))));
        }
        return write(directory, NAME + ".pg_tle.sql", sql.toString());
    }

    private static Path write(Path directory, String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text, StandardCharsets.UTF_8);
    }

    private String creation() {
        StringBuilder sql = new StringBuilder();
        // Of the forms for older versions, which newer ones understand, too. Who creates the extension is a superuser.
        Preparation preparation = new Preparation(140_000, "", "", FUNCTION_SCHEMA, Preparation.OWN_DBLINK_SCHEMA);
        for (PreparationStep step : preparation.stepsOfAnExtension()) {
            sql.append(
                    resolved("""
                    DO $step$
                    BEGIN
                        IF (%s) IS NOT TRUE THEN
                            %s;
                        END IF;
                    END
                    $step$;
                    """.formatted(step.satisfied(), String.join(";\n        ", executed(step.statements())))));
        }
        sql.append(dblinkIsUsable()).append(asOwner()).append(HISTORY);
        return sql.append(migrations(0)).toString();
    }

    private static List<String> executed(List<String> statements) {
        return statements.stream()
                .map(statement -> "EXECUTE " + dollarQuoted("statement", statement))
                .toList();
    }

    private String update(int older) {
        return asOwner() + migrations(older);
    }

    /** The migrations behind a version, and what follows all migrations. */
    private String migrations(int older) {
        StringBuilder sql = new StringBuilder();
        List<Migration> missing = Stream.concat(
                        versioned.stream().filter(migration -> migration.major() > older), repeatable.stream())
                .toList();
        for (Migration migration : missing) {
            sql.append("-- ").append(migration.file()).append('\n').append(resolved(migration.text()));
            sql.append("""

                    INSERT INTO tiny_dancer.schema_history
                        (installed_rank, version, description, type, script, installed_by, execution_time, success)
                    SELECT coalesce(max(installed_rank), 0) + 1, %s, '%s', 'SQL', '%s', session_user, 0, true
                    FROM tiny_dancer.schema_history;
                    """.formatted(
                            migration.isVersioned() ? "'" + migration.version() + "'" : "NULL",
                            migration.description(),
                            migration.file()));
        }
        sql.append("DO $settle$ BEGIN PERFORM tiny_dancer.settle_installation(); END $settle$;\n");
        if (older == 0) {
            sql.append("DO $address$ BEGIN PERFORM tiny_dancer.set_engine_address('%s', '%s'); END $address$;\n"
                    .formatted(EngineAddress.DEFAULT.host(), EngineAddress.DEFAULT.port()));
        }
        return sql.append("RESET ROLE;\n").append(MEMBERS).toString();
    }

    private static String asOwner() {
        return "SET LOCAL ROLE " + Preparation.OWNER + ";\nSET LOCAL search_path = tiny_dancer;\n";
    }

    private static String dblinkIsUsable() {
        return """
                DO $dblink$
                BEGIN
                    EXECUTE format('GRANT USAGE ON SCHEMA %I TO tiny_dancer_owner',
                                   (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'dblink'));
                    GRANT USAGE ON FOREIGN DATA WRAPPER dblink_fdw TO tiny_dancer_owner;
                END
                $dblink$;
                """;
    }

    /** With its placeholders resolved: by PostgreSQL where the schema is its own, when it runs where it is dblink's. */
    private static String resolved(String text) {
        String sql = text.replace(
                        "${raise_problem}",
                        SqlText.resource("raise_problem.sql").strip())
                .replace('"' + FUNCTION_SCHEMA + '"', "@extschema@")
                .replace("'" + FUNCTION_SCHEMA + "'", "'@extschema@'")
                .replace(FUNCTION_SCHEMA, "@extschema@");
        if (!sql.contains(DBLINK_SCHEMA)) {
            return sql;
        }
        return """
                DO $with_dblink$
                BEGIN
                    EXECUTE replace(%s, '%s',
                                    (SELECT format('"%%s"', replace(nspname, '"', '""')) FROM pg_extension
                                     JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'dblink'));
                END
                $with_dblink$;
                """.formatted(dollarQuoted("migration", sql), DBLINK_SCHEMA);
    }

    private static String dollarQuoted(String tag, String text) {
        String sign = "$" + tag + "$";
        if (text.contains(sign)) {
            throw new IllegalStateException("a script has " + sign + " in it");
        }
        return sign + text + sign;
    }
}

package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile text in every argument that can hold text, of every function that anybody may call: what the database's own catalog
 * lists, so that no new function is forgotten. Each is an ordinary value or refused as one; none is read as SQL.
 */
@Timeout(300)
final class InjectionIT {

    /** Of the classes of data, of constraints, and of this program's own. A syntax error or an unknown name is none of them. */
    private static final Pattern ORDINARY_REFUSAL = Pattern.compile("2[23]...|TD4..|TD503");

    /** What breaks out of each kind of quotes, and what formats and patterns would take for theirs. */
    private static final List<String> HOSTILE = List.of(
            "'; CREATE TABLE public.injected (); --",
            "'); CREATE TABLE public.injected (); --",
            "' || (SELECT rolpassword FROM pg_authid LIMIT 1) || '",
            "$$; CREATE TABLE public.injected (); $$",
            "$function$; CREATE TABLE public.injected (); $function$",
            "\"; CREATE TABLE public.injected (); --",
            "\\'; CREATE TABLE public.injected (); --",
            "%I %L %s %1$s %",
            "a,b}{\"c\\",
            "(1,2,\",)\"\\",
            "*/ CREATE TABLE public.injected (); /*",
            "\u202e\u0001\t\n\r ' \" \\ ; -- \ufeff",
            "postgres",
            "pg_catalog.pg_class");

    /** Values with which a function goes as far as it can, by the argument's name and else by its type. */
    private static final Map<String, String> SAMPLES = Map.ofEntries(
            Map.entry("name", "victim"),
            Map.entry("agent_type", "llm"),
            Map.entry("capabilities", "{code}"),
            Map.entry("target_agent", "victim"),
            Map.entry("scope", "all"),
            Map.entry("decision_id", "01234567-89ab-7cde-8f01-23456789abcd"),
            Map.entry("avg_latency_ms", "100"),
            Map.entry("quality_score", "0.5"),
            Map.entry("text", "some text"),
            Map.entry("text[]", "{some,text}"),
            Map.entry("jsonb", "{}"),
            Map.entry("jsonb[]", "{}"),
            Map.entry("double precision", "0.5"),
            Map.entry("double precision[]", "{0.5}"),
            Map.entry("real[]", "{0.5}"),
            Map.entry("integer", "1"),
            Map.entry("bigint", "1"),
            Map.entry("boolean", "true"),
            Map.entry("bytea", "\\x00"),
            Map.entry("uuid", "01234567-89ab-7cde-8f01-23456789abcd"),
            Map.entry("interval", "1 day"),
            Map.entry("timestamp with time zone", "2026-01-01"));

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    /** One argument of a function. */
    private record Argument(String name, String type, boolean required) {

        boolean holdsText() {
            return List.of("text", "text[]", "jsonb", "name").contains(type);
        }

        String sample() {
            String sample = SAMPLES.getOrDefault(name, SAMPLES.get(type));
            if (sample == null) {
                throw new AssertionError("no sample of the type " + type + ", of which " + name + " is");
            }
            return sample;
        }

        /** The text as a value of the argument's type. */
        String hostile(String text) {
            String quoted = "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            return switch (type) {
                case "text[]" -> "{" + quoted + "}";
                case "jsonb" -> "{" + escaped(quoted) + ": " + escaped(quoted) + "}";
                default -> text;
            };
        }

        private static String escaped(String json) {
            return json.chars()
                    .mapToObj(c -> c < ' ' ? "\\u%04x".formatted(c) : String.valueOf((char) c))
                    .collect(Collectors.joining());
        }
    }

    @BeforeAll
    static void registerAnAgent() throws SQLException {
        database.execute("""
                SELECT ruvector_register_agent('victim', 'llm', '{code}', avg_latency_ms := 1, quality_score := 0.5)""");
    }

    @AfterAll
    static void nothingWasMade() throws SQLException {
        try (Connection connection = database.connect()) {
            assertThat(Rows.first(connection, "SELECT to_regclass('public.injected') IS NULL"))
                    .containsExactly("t");
        }
    }

    static List<String> functions() throws SQLException {
        try (Connection connection = database.connect()) {
            return Rows.all(connection, """
                            SELECT DISTINCT pg_proc.oid::regprocedure::text
                            FROM pg_proc, LATERAL aclexplode(proacl) AS granted
                            WHERE proowner = 'tiny_dancer_owner'::regrole
                              AND granted.grantee IN ('tiny_dancer_user'::regrole, 'tiny_dancer_admin'::regrole)
                              AND has_schema_privilege(granted.grantee, pronamespace, 'USAGE')
                            ORDER BY 1""").stream().map(List::getFirst).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("functions")
    void text_inAnyArgument_isAValueAndNoSql(String function) throws SQLException {
        List<Argument> arguments = arguments(function);
        try (Connection connection = database.connectAsAdmin()) {
            connection.setAutoCommit(false);
            for (Argument argument : arguments) {
                if (argument.holdsText()) {
                    for (String text : HOSTILE) {
                        call(connection, function, arguments, argument, argument.hostile(text));
                    }
                }
            }
        }
    }

    private static List<Argument> arguments(String function) throws SQLException {
        try (Connection connection = database.connect()) {
            return Rows.all(connection, """
                            SELECT argument.name, format_type(argument.type, NULL),
                                   argument.place <= pronargs - pronargdefaults
                            FROM pg_proc,
                                 LATERAL unnest(proargnames[1:pronargs], proargtypes::oid[]) WITH ORDINALITY
                                     AS argument (name, type, place)
                            WHERE pg_proc.oid = '%s'::regprocedure
                            ORDER BY argument.place""".formatted(function)).stream()
                    .map(row -> new Argument(row.get(0), row.get(1), row.get(2).equals("t")))
                    .toList();
        }
    }

    private static void call(
            Connection connection, String function, List<Argument> arguments, Argument tested, String value)
            throws SQLException {
        List<String> given = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Argument argument : arguments) {
            if (argument.equals(tested) || argument.required()) {
                given.add("\"" + argument.name() + "\" => ?::" + argument.type());
                values.add(argument.equals(tested) ? value : argument.sample());
            }
        }
        String name = function.substring(0, function.indexOf('('));
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT * FROM " + name + "(" + String.join(", ", given) + ")")) {
            for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            statement.execute();
        } catch (SQLException e) {
            assertThat(e.getSQLState())
                    .as("%s with %s => %s: %s", function, tested.name(), value, e.getMessage())
                    .matches(ORDINARY_REFUSAL);
        } finally {
            connection.rollback();
        }
    }
}

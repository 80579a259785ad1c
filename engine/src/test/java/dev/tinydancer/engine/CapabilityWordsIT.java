package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.postgres.testing.TestDatabase;
import dev.tinydancer.router.agent.CapabilityWords;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What SQL says that a capability is understood as is what the engine understands. */
final class CapabilityWordsIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    @Test
    void listedWords_areTheSameInSqlAndInTheRouter() throws SQLException {
        Map<String, Set<String>> listed = new TreeMap<>();
        try (Connection connection = database.connect()) {
            for (List<String> row : Rows.all(
                    connection, "SELECT capability, array_to_string(words, ',') FROM tiny_dancer.capability_words()")) {
                listed.put(row.get(0), new TreeSet<>(List.of(row.get(1).split(","))));
            }
        }
        Map<String, Set<String>> known = new TreeMap<>();
        CapabilityWords.listed().forEach((capability, words) -> known.put(capability, new TreeSet<>(words)));
        assertThat(listed).isEqualTo(known);
    }

    @Test
    void meanings_ofWordsOfAllKinds_areTheSameInSqlAndInTheRouter() throws SQLException {
        try (Connection connection = database.connect()) {
            for (String word : List.of(
                    "programing",
                    "Coding ",
                    "data  analysis",
                    "cobol_programming",
                    "chat",
                    "billing",
                    "q&a",
                    "ss",
                    "summaries",
                    "unit test",
                    "code-review-summary",
                    "testings",
                    "translation-assistant",
                    "chat llm",
                    "general_purpose",
                    "any-assistants",
                    "übersetzen")) {
                String meanings = Rows.first(
                                connection,
                                "SELECT array_to_string(tiny_dancer.capability_meanings('" + word + "'), ',')")
                        .getFirst();
                assertThat(meanings)
                        .as(word)
                        .isEqualTo(String.join(",", new TreeSet<>(CapabilityWords.meanings(word))));
            }
        }
    }
}

package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.embedding.WordPieceTokenizer;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import dev.tinydancer.training.classifier.ClassifierOptions;
import dev.tinydancer.training.classifier.ClassifierTrainer;
import dev.tinydancer.training.classifier.LabelledRequest;
import dev.tinydancer.training.classifier.LabelledRequests;
import dev.tinydancer.training.classifier.RequestGrammar;
import dev.tinydancer.training.classifier.TrainingMonitor;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A running engine takes up the classifier that is installed in its database, and keeps what it has where it cannot. */
@Tag("once")
final class ModelReloadIT {

    private static final String INVOICE = "Where is the invoice for my order?";
    private static final String OWN_CATEGORIES = "[billing, shipping]";
    private static final int BUILT_IN_CATEGORIES = 12;

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private static byte[] own = {};

    @BeforeAll
    static void trainAnOwnClassifier() throws IOException {
        own = trained(StaticEmbedder.standard());
    }

    @AfterEach
    void goBackToTheBuiltIn() throws SQLException {
        database.execute("SELECT ruvector_remove_model('classifier')");
        Eventually.succeeds(() -> assertThat(categories()).hasSize(BUILT_IN_CATEGORIES));
    }

    @Test
    void installing_isTakenUpWithoutARestart_andRemovingGoesBack() throws SQLException {
        assertThat(categories()).hasSize(BUILT_IN_CATEGORIES);
        assertThat(description()).isEqualTo("FastGRNN, 12 categories, built in");

        assertThat(install(own)).isEqualTo("t");

        Eventually.succeeds(() -> assertThat(categories()).hasToString(OWN_CATEGORIES));
        assertThat(description()).startsWith("FastGRNN, 2 categories, installed, sha256 ");
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.first(connection, "SELECT ruvector_classify_request('" + INVOICE + "') ->> 'top_category'"))
                    .containsExactly("billing");
            assertThat(Rows.all(connection, "SELECT capability FROM ruvector_classify_capabilities('" + INVOICE + "')"))
                    .containsExactly(List.of("billing"));
        }
        database.execute("SELECT ruvector_remove_model('classifier')");
        Eventually.succeeds(() -> assertThat(description()).isEqualTo("FastGRNN, 12 categories, built in"));
    }

    @Test
    void routing_usesTheInstalledOne() throws SQLException {
        try (Connection connection = database.connect()) {
            for (String capability : List.of("billing", "shipping")) {
                Rows.execute(connection, """
                        SELECT ruvector_register_agent('%1$s desk', 'human', ARRAY['%1$s'], cost_per_call := 1,
                            avg_latency_ms := 100, quality_score := 0.9)""".formatted(capability));
            }
            install(own);
            Eventually.succeeds(() -> {
                assertThat(chosen(connection, INVOICE)).isEqualTo("billing desk");
                assertThat(chosen(connection, "When does the parcel arrive?")).isEqualTo("shipping desk");
            });
        }
    }

    @Test
    void whatCannotBeUsed_isRefused_andTheOneBeforeStays() throws SQLException, IOException {
        install(own);
        Eventually.succeeds(() -> assertThat(categories()).hasToString(OWN_CATEGORIES));

        refuses(Arrays.copyOf(own, own.length - 100), "is not a valid safetensors file");
        byte[] damaged = own.clone();
        damaged[own.length / 2] ^= 4;
        refuses(damaged, "the content is damaged");
        refuses("what is this?".getBytes(StandardCharsets.UTF_8), "is not a valid safetensors file");
        refuses(
                Safetensors.of(Map.of("w", Tensor.ofFloats(new float[] {1}, 1)), Map.of("format", "pt"))
                        .toBytes(),
                "the file's format is \"pt\"");
        refuses(trained(tinyVocabulary()), "was trained with a vocabulary of ");

        // Installed again, the good one is no longer said to be refused.
        install(own);
        Eventually.succeeds(() -> assertThat(description())
                .startsWith("FastGRNN, 2 categories, installed")
                .doesNotContain("refused"));
    }

    @Test
    void engineThatStarts_takesWhatIsInstalled_andTheBuiltInWhereThatIsDamaged() throws Exception {
        install(own);
        try (Engine second = Engine.start(TestEngine.config(database.engineUrl(), Map.of()))) {
            database.pointAtEngine(second.address().getPort());
            assertThat(categories()).hasToString(OWN_CATEGORIES);
        }
        install(Arrays.copyOf(own, 1_000));
        try (Engine third = Engine.start(TestEngine.config(database.engineUrl(), Map.of()))) {
            database.pointAtEngine(third.address().getPort());
            assertThat(categories()).hasSize(BUILT_IN_CATEGORIES);
            assertThat(description()).startsWith("FastGRNN, 12 categories, built in; refused the installed one");
        } finally {
            database.pointAtEngine(engine.engine().address().getPort());
        }
    }

    /** Calls in flight use the classifier they began with; none is lost while it changes. */
    @Test
    void callsDuringChanges_areAllAnsweredByOneOrTheOther() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> caller = callers.submit(() -> {
                int calls = 0;
                try (Connection connection = database.connectAsUser()) {
                    while (!done.get()) {
                        assertThat(categories(connection).size()).isIn(2, BUILT_IN_CATEGORIES);
                        calls++;
                    }
                }
                return calls;
            });
            for (int change = 0; change < 3; change++) {
                install(own);
                Eventually.succeeds(() -> assertThat(categories()).hasSize(2));
                database.execute("SELECT ruvector_remove_model('classifier')");
                Eventually.succeeds(() -> assertThat(categories()).hasSize(BUILT_IN_CATEGORIES));
            }
            done.set(true);
            assertThat(caller.get()).isPositive();
        }
    }

    /** Installs a file that cannot be used; the engine says why, and goes on with the classifier of two categories. */
    private static void refuses(byte[] content, String reason) throws SQLException {
        install(content);
        Eventually.succeeds(() -> assertThat(description())
                .startsWith("FastGRNN, 2 categories, installed, sha256 ")
                .contains("; refused the installed one, sha256 ", reason));
        assertThat(categories()).hasToString(OWN_CATEGORIES);
    }

    private static String install(byte[] content) throws SQLException {
        try (Connection connection = database.connectAsAdmin();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT ruvector_install_model('classifier', ?)")) {
            statement.setBytes(1, content);
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static String chosen(Connection connection, String request) throws SQLException {
        return Rows.first(connection, "SELECT agent_name FROM ruvector_route('" + request + "', 'quality')")
                .getFirst();
    }

    private static List<String> categories() throws SQLException {
        try (Connection connection = database.connect()) {
            return categories(connection);
        }
    }

    private static List<String> categories(Connection connection) throws SQLException {
        return Rows.all(connection, """
                        SELECT x ->> 'category' FROM jsonb_array_elements(
                            ruvector_classify_request('%s') -> 'classifications') AS x ORDER BY 1""".formatted(INVOICE)).stream()
                .map(List::getFirst)
                .toList();
    }

    private static String description() throws SQLException {
        try (Connection connection = database.connect()) {
            return Rows.first(connection, "SELECT models ->> 'classifier' FROM ruvector_engine_status()")
                    .getFirst();
        }
    }

    /** Two kinds of requests of a shop. */
    private static byte[] trained(StaticEmbedder vectors) throws IOException {
        List<String> billing = List.of("invoice", "refund", "payment", "price", "credit");
        List<String> shipping = List.of("parcel", "delivery", "courier", "address", "package");
        List<String> asks = List.of("where is the %s", "when does the %s come", "I need the %s", "my %s is wrong");
        LabelledRequests requests = consumer -> {
            for (String ask : asks) {
                billing.forEach(
                        word -> consumer.accept(new LabelledRequest(ask.formatted(word), "billing", "shop", Set.of())));
                shipping.forEach(word ->
                        consumer.accept(new LabelledRequest(ask.formatted(word), "shipping", "shop", Set.of())));
            }
        };
        ClassifierOptions options = new ClassifierOptions(
                new ClassifierOptions.Size(8, 8, 50, 8, 4),
                new ClassifierOptions.Schedule(8, 8, 4, 5e-3f, 100),
                new ClassifierOptions.Regularization(0, 0, 0, 0),
                0,
                new ClassifierOptions.Storage(1, true),
                1);
        return new ClassifierTrainer(vectors, RequestGrammar.standard(), options)
                .train(requests, Set.of(), null, TrainingMonitor.SILENT)
                .file()
                .toBytes();
    }

    private static StaticEmbedder tinyVocabulary() throws IOException {
        List<String> vocabulary = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "invoice", "parcel", "the");
        return StaticEmbedder.of(
                WordPieceTokenizer.read(new StringReader(String.join("\n", vocabulary))),
                8,
                new float[8 * vocabulary.size()]);
    }
}

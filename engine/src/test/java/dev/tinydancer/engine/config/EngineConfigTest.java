package dev.tinydancer.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineConfigTest {

    private static final Map<String, String> URL = Map.of("url", "postgresql://engine:secret@db.example.com/app");

    @TempDir
    private Path directory;

    @Test
    void load_withTheUrlAlone_takesTheDefaults() throws IOException {
        EngineConfig config = EngineConfig.load(URL, Map.of(), null);
        assertThat(config.database().url().user()).isEqualTo("engine");
        assertThat(config.database().timeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(config.listen().address().getPort()).isEqualTo(6433);
        assertThat(config.listen().address().getAddress().isLoopbackAddress()).isTrue();
        assertThat(config.listen().maxMessageBytes()).isEqualTo(16 << 20);
        assertThat(config.listen().keystore()).isEmpty();
        assertThat(config.http()).isEmpty();
        assertThat(config.log().queueSize()).isEqualTo(10_000);
    }

    @Test
    void load_flagsWinOverEnvironment_andEnvironmentOverFile() throws IOException {
        Path file = file(
                "port = 1111", "pool-size = 11", "max-connections = 111", "# a comment", "url = postgresql://file/x");
        EngineConfig config = EngineConfig.load(
                Map.of("port", "3333"),
                Map.of("TINY_DANCER_PORT", "2222", "TINY_DANCER_POOL_SIZE", "22", "TINY_DANCER_DATA", "ignored"),
                file);
        assertThat(config.listen().address().getPort()).isEqualTo(3333);
        assertThat(config.database().poolSize()).isEqualTo(22);
        assertThat(config.listen().maxConnections()).isEqualTo(111);
        assertThat(config.database().url().hosts()).startsWith("file");
    }

    @Test
    void load_exploration() throws IOException {
        assertThat(EngineConfig.load(URL, Map.of(), null).exploration()).isEqualTo(new ExplorationConfig(1, 0.05, 10));
        assertThat(EngineConfig.load(URL, Map.of("TINY_DANCER_EXPLORATION_USD_PER_DAY", ""), null)
                        .exploration()
                        .usdPerDay())
                .isInfinite();
        assertThat(EngineConfig.load(URL, Map.of("TINY_DANCER_EXPLORATION_USD_PER_DAY", "0.25"), null)
                        .exploration()
                        .usdPerDay())
                .isEqualTo(0.25);
        assertThatThrownBy(() -> EngineConfig.load(URL, Map.of("TINY_DANCER_EXPLORATION_USD_PER_DAY", "much"), null))
                .isInstanceOf(ConfigException.class)
                .hasMessage("exploration-usd-per-day must be a number of at least 0, or empty, got 'much' from the"
                        + " environment variable TINY_DANCER_EXPLORATION_USD_PER_DAY");
    }

    @Test
    void load_withAnHttpPort_servesHttp() throws IOException {
        EngineConfig config = EngineConfig.load(Map.of("url", URL.get("url"), "http-port", "0"), Map.of(), null);
        assertThat(config.http()).isPresent();
    }

    @Test
    void load_withoutUrl_saysWhereItCanBeGiven() {
        assertThatThrownBy(() -> EngineConfig.load(Map.of(), Map.of(), null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--url")
                .hasMessageContaining("TINY_DANCER_URL");
    }

    @Test
    void load_unknownKey_listsTheValidOnes() throws IOException {
        Path file = file("prot = 1111");
        assertThatThrownBy(() -> EngineConfig.load(URL, Map.of(), file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'prot' in the file")
                .hasMessageContaining("port, ")
                .hasMessageContaining("max-connections");
        assertThatThrownBy(() -> EngineConfig.load(Map.of("nonsense", "1"), Map.of(), null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("the flag --nonsense");
    }

    @Test
    void load_badNumber_namesKeyValueRangeAndOrigin() {
        for (String value : List.of("x", "-1", "65536", "1e3", "")) {
            assertThatThrownBy(() -> EngineConfig.load(URL, Map.of("TINY_DANCER_PORT", value), null))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("port must be a whole number from 0 to 65535, got '" + value
                            + "' from the environment variable TINY_DANCER_PORT");
        }
    }

    @Test
    void load_features_partsOrAll() throws IOException {
        assertThat(load("routing-all").features()).containsExactlyInAnyOrder(Feature.values());
        assertThat(load("routing, routing-optimizer").features())
                .containsExactlyInAnyOrder(Feature.ROUTING, Feature.ROUTING_OPTIMIZER);
        assertThat(load("routing-semantic").features())
                .as("routing is always on")
                .contains(Feature.ROUTING);
        assertThatThrownBy(() -> load("routing,semantic"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("features must be a list of routing, routing-fastgrnn")
                .hasMessageContaining("got 'routing,semantic'");
    }

    private static EngineConfig load(String features) throws IOException {
        return EngineConfig.load(
                Map.of("url", "postgresql://user@localhost/test", "features", features), Map.of(), null);
    }

    @Test
    void load_beyondLoopback_needsTls_orANetworkThatEncrypts() throws IOException {
        Map<String, String> everywhere = Map.of("url", URL.get("url"), "listen-address", "0.0.0.0");
        assertThatThrownBy(() -> EngineConfig.load(everywhere, Map.of(), null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("listen-address 0.0.0.0 is beyond loopback")
                .hasMessageContaining("tls-keystore");
        assertThat(EngineConfig.load(everywhere, Map.of("TINY_DANCER_TLS_KEYSTORE", "keys.p12"), null)
                        .listen()
                        .keystore())
                .isPresent();
        assertThat(EngineConfig.load(everywhere, Map.of("TINY_DANCER_ALLOW_PLAINTEXT", "on"), null)
                        .listen()
                        .keystore())
                .isEmpty();
        assertThatThrownBy(() -> EngineConfig.load(everywhere, Map.of("TINY_DANCER_ALLOW_PLAINTEXT", "yes"), null))
                .hasMessageContaining("allow-plaintext must be on or off");
    }

    @Test
    void load_badUrl_isNotRepeated() {
        assertThatThrownBy(() -> EngineConfig.load(Map.of("url", "mysql://u:secret@h/d"), Map.of(), null))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("url: ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void load_missingFile_fails() {
        assertThatThrownBy(() -> EngineConfig.load(URL, Map.of(), directory.resolve("none.properties")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void toString_tellsNoSecret() throws IOException {
        EngineConfig config = EngineConfig.load(
                Map.of("url", URL.get("url"), "tls-keystore", "keys.p12", "tls-keystore-password", "hush"),
                Map.of(),
                null);
        assertThat(config.toString()).doesNotContain("secret").doesNotContain("hush");
    }

    /** The one table of {@code docs/configuration.md} is the list of settings, word for word. */
    @Test
    void documentation_hasEverySetting() throws IOException {
        String document = Files.readString(Path.of("../docs/configuration.md"));
        List<String> rows = Arrays.stream(Setting.values())
                .map(setting -> "| `%s` | %s | %s |"
                        .formatted(
                                setting.key(),
                                setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`",
                                setting.description()))
                .toList();
        assertThat(document).contains(String.join("\n", rows));
    }

    private Path file(String... lines) throws IOException {
        return Files.write(directory.resolve("engine.properties"), List.of(lines));
    }
}

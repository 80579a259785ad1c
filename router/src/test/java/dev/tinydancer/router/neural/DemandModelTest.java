package dev.tinydancer.router.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.safetensors.Safetensors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DemandModelTest {

    private static final StaticEmbedder EMBEDDER = StaticEmbedder.standard();
    private static final DemandModel MODEL = DemandModel.standard(EMBEDDER);

    private static final String MATERIAL =
            ("The harbour office keeps a list of all boats that lie at the quay, with the name"
                            + " of the owner and the day of arrival. In the last winter some of the older boats were moved to the"
                            + " northern basin, because the wall had to be repaired.\n")
                    .repeat(12);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hi there",
                "what is 8 times 7",
                "Print \"hi\" in Lua.",
                "Wie viele Tage hat eine Woche?",
                "Is this text positive or negative?\n\n" + "We liked the room and will come again.",
            })
    void difficulty_plainTask_isFarBelowOrdinary(String text) {
        assertThat(difficulty(text)).isLessThan(-0.7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Prove the Poincaré conjecture.",
                "Write a compiler from Scheme to x86-64.",
                "Design a multi-region ledger that survives the loss of two data centres",
                "Entwirf einen verteilten Konsensalgorithmus und beweise seine Sicherheit.",
            })
    void difficulty_demandingTaskInOneLine_isFarAboveOrdinary(String text) {
        assertThat(difficulty(text)).isGreaterThan(0.5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Explain photosynthesis.",
                "Write a cover letter for a junior accountant.",
                "What is the difference between TCP and UDP?",
                "Solve x^2 - 5x + 6 = 0",
            })
    void difficulty_ordinaryRequest_isNearZero(String text) {
        assertThat(difficulty(text)).isBetween(-0.35, 0.35);
    }

    @Test
    void difficulty_longMaterial_isNotWhatDecides() {
        assertThat(difficulty("Give this text a title\n\n" + MATERIAL)).isLessThan(-0.4);
        assertThat(difficulty(MATERIAL + "\n\nGive this text a title")).isLessThan(-0.4);
        assertThat(difficulty(
                        "Derive a queueing model of what is described and prove when it is stable\n\n" + MATERIAL))
                .isGreaterThan(0.3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "?", "🙂", "ᚠᚢᚦ", "\n\n\n"})
    void difficulty_textWithoutWords_isInRange(String text) {
        assertThat(difficulty(text)).isBetween(DemandModel.UNDEMANDING, DemandModel.DEMANDING);
    }

    @Test
    void difficulty_veryLongText_isInRange() {
        assertThat(difficulty(MATERIAL.repeat(60))).isBetween(DemandModel.UNDEMANDING, DemandModel.DEMANDING);
    }

    @Test
    void of_fileOfAnotherKind_isRefused() throws IOException {
        try (InputStream classifier = resource("request-classifier.safetensors")) {
            Safetensors file = Safetensors.read("classifier", classifier);
            assertThatExceptionOfType(InvalidModelException.class)
                    .isThrownBy(() -> DemandModel.of(file, EMBEDDER))
                    .withMessageContaining(DemandModel.FORMAT);
        }
    }

    @Test
    void of_damagedFile_isRefused() throws IOException {
        try (InputStream stream = resource("demand.safetensors")) {
            byte[] bytes = stream.readAllBytes();
            bytes[bytes.length / 2] ^= 1;
            assertThatExceptionOfType(InvalidModelException.class)
                    .isThrownBy(() ->
                            DemandModel.of(Safetensors.read("damaged", new ByteArrayInputStream(bytes)), EMBEDDER));
        }
    }

    private static InputStream resource(String name) {
        InputStream stream = DemandModel.class.getResourceAsStream(name);
        if (stream == null) {
            throw new AssertionError("no resource " + name);
        }
        return stream;
    }

    private static double difficulty(String text) {
        return MODEL.difficulty(EMBEDDER.tokenizer().tokenize(text));
    }
}

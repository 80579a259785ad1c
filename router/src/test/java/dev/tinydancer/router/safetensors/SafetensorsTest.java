package dev.tinydancer.router.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafetensorsTest {

    private static final String ONE_FLOAT = "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";

    @TempDir
    private Path folder;

    @Test
    void write_readAgain_givesTheSameTensorsAndMetadata() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("weights", Tensor.ofFloats(new float[] {1.5f, -2, 3e-30f, 0, -0f, 7}, 2, 3));
        tensors.put("table", Tensor.ofBytes(new byte[] {-128, 127, 0, 5}, 4));
        tensors.put("numbers", Tensor.ofInts(new int[] {Integer.MIN_VALUE, 7}, 2));
        tensors.put("scalar", Tensor.ofFloats(new float[] {42}));
        tensors.put("nothing", Tensor.ofFloats(new float[0], 0, 8));
        Path file = folder.resolve("model.safetensors");

        Safetensors.of(tensors, Map.of("form", "paper", "grüße", "\"quoted\"\n"))
                .write(file);
        Safetensors read = Safetensors.read(file);

        assertThat(read.metadata())
                .containsExactlyInAnyOrderEntriesOf(Map.of("form", "paper", "grüße", "\"quoted\"\n"));
        assertThat(read.tensors().keySet()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
        assertThat(read.tensor("weights", 2, 3).toFloats()).containsExactly(1.5f, -2, 3e-30f, 0, -0f, 7);
        assertThat(read.tensor("table", 4).toBytes()).containsExactly(-128, 127, 0, 5);
        assertThat(read.tensor("numbers", Tensor.ElementType.I32, 2).toInts()).containsExactly(Integer.MIN_VALUE, 7);
        assertThat(read.tensor("scalar").toFloats()).containsExactly(42);
        assertThat(read.tensor("nothing", 0, 8).size()).isZero();
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void sealed_writtenAndRead_isIntact() throws IOException {
        Path file = folder.resolve("model.safetensors");
        Safetensors.of(Map.of("w", Tensor.ofFloats(new float[] {1, 2}, 2)), Map.of("note", "mine"))
                .sealed()
                .write(file);

        Safetensors read = Safetensors.read(file);

        read.requireIntact();
        assertThat(read.metadata()).containsKeys("note", "sha256");
        assertThat(read.sealed().metadata()).isEqualTo(read.metadata());
    }

    @Test
    void requireIntact_anyOtherContent_isRefused() {
        Map<String, String> metadata = Safetensors.of(
                        Map.of("w", Tensor.ofFloats(new float[] {1, 2}, 2)), Map.of("note", "mine"))
                .sealed()
                .metadata();
        Safetensors otherTensor = Safetensors.of(Map.of("w", Tensor.ofFloats(new float[] {1, 3}, 2)), metadata);
        Safetensors otherName = Safetensors.of(Map.of("v", Tensor.ofFloats(new float[] {1, 2}, 2)), metadata);
        Map<String, String> changed = new LinkedHashMap<>(metadata);
        changed.put("note", "yours");
        Safetensors otherNote = Safetensors.of(Map.of("w", Tensor.ofFloats(new float[] {1, 2}, 2)), changed);
        Safetensors unsealed = Safetensors.of(Map.of("w", Tensor.ofFloats(new float[] {1, 2}, 2)), Map.of());

        for (Safetensors damaged : List.of(otherTensor, otherName, otherNote)) {
            assertThatExceptionOfType(InvalidModelException.class)
                    .isThrownBy(damaged::requireIntact)
                    .withMessageStartingWith("the content is damaged: its checksum is ");
        }
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(unsealed::requireIntact)
                .withMessageContaining("sha256");
    }

    /** Bytes put together from the format's description, not by this writer. */
    @Test
    void read_everyElementType_decodesLittleEndian() throws IOException {
        String header = "{\"f32\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                + "\"f16\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[4,8]},"
                + "\"bf16\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[8,12]},"
                + "\"i8\":{\"dtype\":\"I8\",\"shape\":[1,2],\"data_offsets\":[12,14]}}  ";
        byte[] data = {
            0,
            0,
            (byte) 0x80,
            0x3f, // 1.0
            0,
            0x3c,
            0,
            (byte) 0xc0, // 1.0, -2.0
            (byte) 0x80,
            0x3f,
            0x20,
            (byte) 0xc1, // 1.0, -10.0
            (byte) 0xff,
            3 // -1, 3
        };

        Safetensors read = read(file(header, data));

        assertThat(floats(read, "f32")).containsExactly(1);
        assertThat(floats(read, "f16")).containsExactly(1, -2);
        assertThat(floats(read, "bf16")).containsExactly(1, -10);
        assertThat(floats(read, "i8")).containsExactly(-1, 3);
    }

    /** The header may name the tensors in any order. */
    @Test
    void read_headerOrderOtherThanFileOrder_isAccepted() throws IOException {
        String header = "{\"b\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[1,3]},"
                + "\"a\":{\"dtype\":\"I8\",\"shape\":[],\"data_offsets\":[0,1]}}";

        Safetensors read = read(file(header, new byte[] {1, 2, 3}));

        assertThat(read.tensors().keySet()).containsExactly("a", "b");
        assertThat(floats(read, "b")).containsExactly(2, 3);
    }

    @Test
    void toBytes_dataAfterHeader_isAlignedToEightBytes() {
        for (int length = 1; length < 12; length++) {
            byte[] bytes = Safetensors.of(Map.of("w".repeat(length), Tensor.ofFloats(new float[] {1}, 1)), Map.of())
                    .toBytes();
            assertThat((bytes.length - Float.BYTES) % 8).isZero();
        }
    }

    @Test
    void read_cutAnywhere_isRefused() {
        byte[] whole = Safetensors.of(
                        Map.of("w", Tensor.ofFloats(new float[] {1, 2}, 2), "b", Tensor.ofBytes(new byte[3], 3)),
                        Map.of("k", "v"))
                .toBytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(InvalidModelException.class)
                    .as("%d of %d bytes", length, whole.length)
                    .isThrownBy(() -> read(cut));
        }
    }

    /** Damage may hit a value or a name and pass; it must never end in another exception or an endless allocation. */
    @Test
    void read_randomDamage_givesTensorsOrTheOneException() throws IOException {
        byte[] whole = Safetensors.of(
                        Map.of("w", Tensor.ofFloats(new float[] {1, 2}, 2), "b", Tensor.ofBytes(new byte[3], 3)),
                        Map.of("k", "v"))
                .toBytes();
        Random random = new Random(2024);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = whole.clone();
            for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(read(damaged).tensors()).isNotEmpty();
            } catch (InvalidModelException e) {
                assertThat(e).hasMessageStartingWith("test is not a valid safetensors file: ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE})
    void read_absurdHeaderLength_isRefused(long length) {
        byte[] bytes = ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put("{}".getBytes(StandardCharsets.UTF_8))
                .array();
        refused(bytes).withMessageContaining("header should have");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[1,2]|does not start with a brace",
                "{\"w\":|header is not JSON",
                "{\"w\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,4]}}|dtype of tensor \"w\" is \"F64\"",
                "{\"w\":{\"shape\":[1],\"data_offsets\":[0,4]}}|dtype of tensor \"w\"",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}|needs 8 bytes",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}|shape of tensor \"w\" must hold",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}|shape of tensor \"w\" must hold",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}|shape of tensor \"w\" must be an array",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[65536,65536],\"data_offsets\":[0,4]}}|too many elements",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}|must be [begin, end]",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}|must be [begin, end]",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,9999999999]}}|data_offsets of tensor",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|starts at byte 4",
                "{\"w\":{\"dtype\":\"I8\",\"shape\":[3],\"data_offsets\":[0,3]}}|should fill 3 bytes",
                "{\"w\":{\"dtype\":\"I8\",\"shape\":[9],\"data_offsets\":[0,9]}}|should fill 9 bytes",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                        + "\"v\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[2,4]}}|starts at byte 2",
                "{\"w\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]},"
                        + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|header is not JSON",
                "{\"__metadata__\":[],\"w\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]}}|must be an object",
                "{\"__metadata__\":{\"k\":1},\"w\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]}}|be a string"
            })
    void read_faultyHeader_saysWhatIsWrong(String header, String message) {
        refused(file(header, new byte[4])).withMessageContaining(message);
    }

    @Test
    void read_foreignFile_isRefused() {
        refused("PK\u0003\u0004 this is something else altogether".getBytes(StandardCharsets.UTF_8))
                .withMessageStartingWith("test is not a valid safetensors file: ");
    }

    @Test
    void tensor_absentOrOfAnotherShape_namesBoth() throws IOException {
        Safetensors read = read(file(ONE_FLOAT, new byte[4]));
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> read.tensor("u", 1))
                .withMessage("there is no tensor \"u\"; those present are [w]");
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> read.tensor("w", 1, 1))
                .withMessage("tensor \"w\" must have the shape [1, 1], found [1]");
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> read.tensor("w", Tensor.ElementType.I8, 1))
                .withMessage("tensor \"w\" must have the type I8, found F32");
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> read.metadata("k", Integer::valueOf))
                .withMessage("there is no metadata entry \"k\"; those present are []");
    }

    @Test
    void metadata_unreadableValue_isQuoted() {
        Safetensors model = Safetensors.of(Map.of(), Map.of("hidden", "many"));
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> model.metadata("hidden", Integer::valueOf))
                .withMessageContaining("\"many\"");
        Integer hidden = Safetensors.of(Map.of(), Map.of("hidden", "64")).metadata("hidden", Integer::valueOf);
        assertThat(hidden).isEqualTo(64);
    }

    @Test
    void factories_misuse_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.ofFloats(new float[3], 2, 2))
                .withMessage("a tensor of shape [2, 2] cannot hold 3 elements");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Safetensors.of(Map.of("__metadata__", Tensor.ofBytes(new byte[1], 1)), Map.of()))
                .withMessageContaining("__metadata__");
        assertThatIllegalStateException()
                .isThrownBy(() -> Tensor.ofFloats(new float[1], 1).toBytes())
                .withMessageContaining("F32");
    }

    private static ThrowableAssertAlternative<InvalidModelException> refused(byte[] bytes) {
        return assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> read(bytes));
    }

    private static float[] floats(Safetensors file, String name) {
        return Objects.requireNonNull(file.tensors().get(name), name).toFloats();
    }

    private static Safetensors read(byte[] bytes) throws IOException {
        return Safetensors.read("test", new ByteArrayInputStream(bytes));
    }

    private static byte[] file(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
    }
}

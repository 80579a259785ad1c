package dev.tinydancer.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class WireInputTest {

    private static final int LONG = LongMessages.PROMPT_BYTES + 100_000;
    private static final int LONGEST = 16 << 20;

    /** For one long message and not for two. */
    private final LongMessages room = new LongMessages(LONG + LONG / 2, Duration.ZERO);

    @Test
    void longMessages_beyondTheRoomForThem_areSkipped() throws IOException {
        WireInput first = reading(LONG, 3);
        WireInput second = reading(LONG, 5);

        assertThat(bodyOfNext(first)).isEqualTo(LONG);
        assertThatThrownBy(() -> second.readMessage(LONGEST))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.state()).isEqualTo(SqlState.OUT_OF_MEMORY));
        assertThat(second.type()).isEqualTo((byte) 'Q');
        // Short ones are not held up, and what follows the message that was skipped is whole.
        assertThat(bodyOfNext(second)).isEqualTo(5);
        assertThat(second.buffer()[second.bodyOffset()]).isEqualTo((byte) 1);
    }

    @Test
    void theRoomOfALongMessage_isFreeWhenTheNextIsRead() throws IOException {
        WireInput first = reading(LONG, 3);
        WireInput second = reading(LONG);
        assertThat(bodyOfNext(first)).isEqualTo(LONG);

        assertThat(bodyOfNext(first)).isEqualTo(3);

        assertThat(first.buffer()[first.bodyOffset()]).isEqualTo((byte) 1);
        assertThat(first.buffer().length).isLessThanOrEqualTo(LongMessages.SHORT_BYTES);
        assertThat(bodyOfNext(second)).isEqualTo(LONG);
    }

    @Test
    void theRoomOfALongMessage_isFreeWhenItsSessionEnds() throws IOException {
        WireInput first = reading(LONG);
        WireInput second = reading(LONG);
        assertThat(bodyOfNext(first)).isEqualTo(LONG);

        first.close();
        first.close();

        assertThat(bodyOfNext(second)).isEqualTo(LONG);
        assertThatThrownBy(() -> reading(LONG).readMessage(LONGEST)).isInstanceOf(EngineException.class);
    }

    @Test
    void aLongMessageBehindAnother_takesItsRoom() throws IOException {
        WireInput pipelined = reading(LONG, LONG, LONG);

        for (int i = 0; i < 3; i++) {
            assertThat(bodyOfNext(pipelined)).isEqualTo(LONG);
        }
        assertThat(pipelined.readMessage(LONGEST)).isEqualTo(WireInput.END_OF_STREAM);
    }

    @Test
    void messageThatNeverHasRoom_isRefusedByWhatThereIs_atOnce() throws IOException {
        int longer = LONG + LONG / 2 + 1;
        WireInput input = reading(longer, 3);

        assertThatThrownBy(() -> input.readMessage(LONGEST)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.state()).isEqualTo(SqlState.OUT_OF_MEMORY);
            assertThat(e).hasMessageEndingWith("is beyond the %d that the engine has memory for", room.room());
        });
        assertThat(bodyOfNext(input)).isEqualTo(3);
    }

    @Test
    void messageThatFillsTheRoom_isOnlyToWait() throws IOException {
        WireInput first = reading(LONG);
        assertThat(bodyOfNext(first)).isEqualTo(LONG);

        assertThatThrownBy(() -> reading(LONG + LONG / 2).readMessage(LONGEST))
                .hasMessageEndingWith("bytes beside other long ones");
        first.close();
        assertThat(bodyOfNext(reading(LONG + LONG / 2))).isEqualTo(LONG + LONG / 2);
    }

    @Test
    void aPrompt_isCountedApartFromLongerMessages_andLeavesAShortBuffer() throws IOException {
        int prompt = LongMessages.PROMPT_BYTES - 50_000;
        WireInput first = reading(prompt, 3);
        WireInput second = reading(prompt);
        assertThat(bodyOfNext(reading(LONG))).isEqualTo(LONG);
        assertThat(bodyOfNext(first)).isEqualTo(prompt);

        assertThatThrownBy(() -> second.readMessage(LONGEST))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.state()).isEqualTo(SqlState.OUT_OF_MEMORY));
        assertThat(bodyOfNext(first)).isEqualTo(3);
        assertThat(first.buffer().length).isLessThanOrEqualTo(16 * 1024);
        assertThat(bodyOfNext(reading(prompt))).isEqualTo(prompt);
    }

    @Test
    void room_isAPartOfTheHeap() {
        assertThat(LongMessages.of(240 << 20).room()).isEqualTo(10 << 20);
        assertThat(LongMessages.of(1L << 40).room()).isEqualTo(Integer.MAX_VALUE);
    }

    private static int bodyOfNext(WireInput input) throws IOException {
        assertThat(input.readMessage(LONGEST)).isEqualTo((byte) 'Q');
        return input.bodyLength();
    }

    /** Messages whose bodies have so many bytes, all 1. */
    private WireInput reading(int... lengths) {
        int all = 0;
        for (int length : lengths) {
            all += 1 + Integer.BYTES + length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(all);
        for (int length : lengths) {
            bytes.put((byte) 'Q').putInt(Integer.BYTES + length);
            for (int i = 0; i < length; i++) {
                bytes.put((byte) 1);
            }
        }
        WireInput input = new WireInput(new ByteArrayInputStream(bytes.array()));
        input.allowLongMessages(room);
        return input;
    }
}

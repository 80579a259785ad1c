package dev.tinydancer.router.conversation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.router.quality.RequestFeatures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConversationTest {

    private static final RequestEncoder ENCODER = RequestEncoder.standard();
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static final String HARD_CODE = "Implement a lock-free concurrent hash map in C++ with hazard pointers and"
            + " explain the memory ordering of each atomic operation";

    private static final String LONG_PROMPT =
            "You are the assistant of a bank. Be polite and brief. " + "Never give legal advice. ".repeat(400);

    @ParameterizedTest
    @ValueSource(strings = {"yes, do it", "continue", "try again", "that didn't work", "ja, mach das", "好的,继续", "👍"})
    void read_nodAfterTask_isTheTask(String nod) {
        RequestFeatures features =
                read(List.of(Message.user(HARD_CODE), Message.assistant("Shall I?"), Message.user(nod)));

        assertThat(features.topCategory()).isEqualTo("code");
        assertThat(features.difficulty()).isGreaterThan(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"What is the capital of France?", "who wrote the novel War and Peace"})
    void read_otherQuestion_isThatQuestion(String question) {
        RequestFeatures features =
                read(List.of(Message.user(HARD_CODE), Message.assistant("…"), Message.user(question)));

        assertThat(features.topCategory()).isEqualTo("knowledge_qa");
        assertThat(features.difficulty()).isLessThan(0.4);
    }

    @Test
    void read_otherTask_fades() {
        List<Message> messages = new ArrayList<>(List.of(Message.user(HARD_CODE)));
        messages.add(Message.user("Translate the following sentence into German: The house at the lake is very old."));

        assertThat(read(with(messages, "yes, do it")).topCategory()).isEqualTo("translation");
    }

    @Test
    void read_longSystemPrompt_doesNotDrownTheQuestion() {
        RequestFeatures alone = ENCODER.encode(HARD_CODE);

        RequestFeatures features = read(List.of(Message.system(LONG_PROMPT), Message.user(HARD_CODE)));

        assertThat(features.topCategory()).isEqualTo("code");
        assertThat(features.difficulty()).isCloseTo(alone.difficulty(), within(0.2));
        assertThat(features.inputTokens())
                .isGreaterThan(alone.inputTokens() + ENCODER.encode(LONG_PROMPT).inputTokens());
    }

    @Test
    void read_systemPrompt_saysWhatToDoWithATextThatDoesNot() {
        RequestFeatures features = read(List.of(
                Message.system("Translate all that the user writes from English into German."),
                Message.user("The weather was nice.")));

        assertThat(features.topCategory()).isEqualTo("translation");
    }

    @Test
    void read_tokens_areThoseOfAllMessages() {
        String answer = "word ".repeat(2_000);

        RequestFeatures features = read(List.of(
                Message.user(HARD_CODE),
                Message.assistant(answer),
                new Message(Role.TOOL, answer, 0, 0),
                new Message(Role.USER, "and now?", 2, 1)));

        assertThat(features.inputTokens()).isBetween(4_000 + 2 * 765 + 600, 4_100 + 2 * 765 + 600);
    }

    @Test
    void read_stateWithoutMessages_isReadAsMessagesAre() {
        Conversation first = Conversation.NONE.as(ConversationState.NEW, NOW);
        Reading turn = first.read(ENCODER.encode(HARD_CODE), ENCODER::encode);
        ConversationState state = after(turn, "gpt-4", 900);

        RequestFeatures second = first.as(state, NOW)
                .read(ENCODER.encode("yes, do it"), ENCODER::encode)
                .features();

        RequestFeatures byMessages = read(List.of(Message.user(HARD_CODE), Message.user("yes, do it")));
        assertThat(second.topCategory()).isEqualTo("code");
        assertThat(second.difficulty()).isCloseTo(byMessages.difficulty(), within(1e-6));
        assertThat(second.inputTokens())
                .isEqualTo(turn.features().inputTokens()
                        + 900
                        + ENCODER.encode("yes, do it").inputTokens());
        assertThat(state.turns()).isEqualTo(1);
        assertThat(state.agent()).isEqualTo("gpt-4");
    }

    @Test
    void read_withoutConversation_changesNothing() {
        RequestFeatures own = ENCODER.encode(HARD_CODE);

        Reading reading = Conversation.NONE.read(own, ENCODER::encode);

        assertThat(reading.features()).isSameAs(own);
        assertThat(reading.after("gpt-4", 1)).isNull();
    }

    @Test
    void newestRequest_skipsWhatCannotBeRead() {
        Conversation conversation = Conversation.of(List.of(
                Message.user("What is in this picture?"),
                new Message(Role.USER, " ", 1, 0),
                new Message(Role.TOOL, "a cat", 0, 0)));

        assertThat(conversation.newestRequest()).contains("What is in this picture?");
        assertThat(conversation.hasImages()).isTrue();
        assertThat(conversation.hasSounds()).isFalse();
        assertThat(Conversation.of(List.of(Message.system("Be brief."))).newestRequest())
                .isEmpty();
    }

    @Test
    void stayingWith_cacheOfLastAgent_untilItsLifetimeEnds() {
        Reading turn = begun().read(features(5_000), ENCODER::encode);
        ConversationState state = after(turn, "gpt-4", 500);

        assertThat(staying(state, "gpt-4", 6_000, Duration.ofMinutes(4))).isEqualTo(new Staying(true, 5_000, 2.5));
        assertThat(staying(state, "gpt-4", 3_000, Duration.ofMinutes(4))).isEqualTo(new Staying(true, 3_000, 1.5));
        assertThat(staying(state, "gpt-4", 6_000, Duration.ofMinutes(5))).isEqualTo(new Staying(true, 0, 0));
        assertThat(staying(state, "haiku", 6_000, Duration.ofMinutes(4))).isEqualTo(Staying.NONE);
    }

    @Test
    void stayingWith_cacheOfEarlierAgent_isWarmStill() {
        ConversationState first = after(begun().read(features(5_000), ENCODER::encode), "gpt-4", 500);
        ConversationState second =
                after(begun().as(first, NOW.plusSeconds(60)).read(features(10), ENCODER::encode), "haiku", 500);

        assertThat(staying(second, "gpt-4", 9_000, Duration.ofMinutes(2))).isEqualTo(new Staying(false, 5_000, 2.5));
        assertThat(staying(second, "haiku", 9_000, Duration.ofMinutes(2))).isEqualTo(new Staying(true, 5_510, 2.755));
    }

    @Test
    void stayingWith_shortPrefix_isNotCached() {
        ConversationState state = after(begun().read(features(1_000), ENCODER::encode), "gpt-4", 500);

        assertThat(staying(state, "gpt-4", 1_600, Duration.ZERO)).isEqualTo(new Staying(true, 0, 0));
    }

    @Test
    void stayingWith_failedAgent_isWorthNothing() {
        ConversationState state = after(begun().read(features(5_000), ENCODER::encode), "gpt-4", 500);
        ConversationState failed = new ConversationState(
                state.turns(), "gpt-4", true, state.contextTokens(), state.topic(), state.caches());

        assertThat(staying(failed, "gpt-4", 6_000, Duration.ZERO)).isEqualTo(Staying.NONE);
    }

    @Test
    void after_manyAgents_keepsTheCachesOfTheLastOnes() {
        ConversationState state = ConversationState.NEW;
        for (int i = 0; i < 10; i++) {
            state = after(begun().as(state, NOW.plusSeconds(i)).read(features(10), ENCODER::encode), "agent " + i, 1);
        }

        assertThat(state.caches()).containsOnlyKeys("agent 6", "agent 7", "agent 8", "agent 9");
        assertThat(state.turns()).isEqualTo(10);
    }

    @Test
    void topic_invalidFigures_areRefused() {
        Topic topic = Topic.of(features(1));

        assertThatThrownBy(() -> new Topic(0, Map.of(), topic.embedding(), 0))
                .hasMessage("weight must be a finite number of more than 0, got 0.0");
        assertThatThrownBy(() -> new Topic(1, Map.of("code", 1.5), topic.embedding(), 0))
                .hasMessage("the probability of code must be in [0, 1], got 1.5");
        assertThatThrownBy(() -> new Topic(1, Map.of(), topic.embedding(), Double.NaN))
                .hasMessage("difficulty must be finite, got NaN");
    }

    private static Staying staying(ConversationState state, String agent, int inputTokens, Duration later) {
        Agent asked = Agent.named(agent)
                .capabilities("code")
                .usdPer1kTokens(1)
                .usdPer1kCachedInputTokens(0.5)
                .averageLatencyMillis(100)
                .quality(0.9)
                .build();
        return begun().as(state, NOW.plus(later)).stayingWith(asked, inputTokens);
    }

    private static ConversationState after(Reading reading, String agent, int outputTokens) {
        return requireNonNull(reading.after(agent, outputTokens));
    }

    private static Conversation begun() {
        return Conversation.NONE.as(ConversationState.NEW, NOW);
    }

    private static RequestFeatures features(int tokens) {
        return new RequestFeatures(tokens, new float[] {1}, Map.of("code", 1.0), Map.of());
    }

    private static List<Message> with(List<Message> messages, String text) {
        List<Message> all = new ArrayList<>(messages);
        all.add(Message.user(text));
        return all;
    }

    private static RequestFeatures read(List<Message> messages) {
        Conversation conversation = Conversation.of(messages);
        String newest = conversation.newestRequest().orElseThrow();
        return conversation.read(ENCODER.encode(newest), ENCODER::encode).features();
    }
}

package dev.tinydancer.engine.conversation;

import static java.util.stream.Collectors.joining;

import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.router.conversation.Message;
import dev.tinydancer.router.conversation.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Messages in the form of chat completions: an array of objects with {@code role} and {@code content}, a text or an array of
 * parts. What else a message has, names and ids, says nothing to a router and is passed over.
 *
 * <p>Errors name the place, {@code messages[3].content}, and never show what is said there.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">Chat completions</a>
 */
public final class MessagesDocument {

    private static final Map<String, Role> ROLES = roles();

    private static final String TEXT = "text";
    private static final String IMAGE = "image_url";
    private static final String SOUND = "input_audio";

    private MessagesDocument() {}

    private static Map<String, Role> roles() {
        Map<String, Role> roles = new LinkedHashMap<>();
        roles.put("system", Role.SYSTEM);
        roles.put("developer", Role.SYSTEM);
        roles.put("user", Role.USER);
        roles.put("assistant", Role.ASSISTANT);
        roles.put("tool", Role.TOOL);
        roles.put("function", Role.TOOL);
        return roles;
    }

    /** The messages, at least one. Throws {@code 22023} if they are not of the form. */
    public static List<Message> read(JsonNode messages) {
        if (!messages.isArray()) {
            throw malformed("messages", "must be a JSON array", messages);
        }
        if (messages.isEmpty()) {
            throw new EngineException(SqlState.INVALID_PARAMETER_VALUE, "messages must not be empty");
        }
        List<Message> read = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            read.add(message("messages[" + i + "]", messages.get(i)));
        }
        return read;
    }

    private static Message message(String place, JsonNode message) {
        if (!message.isObject()) {
            throw malformed(place, "must be a JSON object with role and content", message);
        }
        Role role = Arguments.oneOf(
                place + ".role",
                text(place + ".role", message.path("role")),
                name -> Optional.ofNullable(ROLES.get(name)),
                () -> List.copyOf(ROLES.keySet()));
        // What an agent has a tool do is read by the next one as well.
        String calls = message.path("tool_calls").isArray()
                ? message.path("tool_calls").toString()
                : "";
        JsonNode content = message.path("content");
        if (content.isArray()) {
            return ofParts(role, place + ".content", content, calls);
        }
        if (role == Role.ASSISTANT && (content.isNull() || content.isMissingNode())) {
            return new Message(role, calls, 0, 0);
        }
        if (!content.isString()) {
            throw malformed(place + ".content", "must be a text or an array of parts", content);
        }
        return new Message(role, content.stringValue() + calls, 0, 0);
    }

    private static Message ofParts(Role role, String place, JsonNode parts, String calls) {
        List<String> texts = new ArrayList<>();
        int images = 0;
        int sounds = 0;
        for (int i = 0; i < parts.size(); i++) {
            JsonNode part = parts.get(i);
            String here = place + "[" + i + "]";
            if (!part.isObject()) {
                throw malformed(here, "must be a JSON object with a type", part);
            }
            String type = text(here + ".type", part.path("type"));
            Arguments.oneOf(here + ".type", type, List.of(TEXT, IMAGE, SOUND));
            switch (type) {
                case IMAGE -> images++;
                case SOUND -> sounds++;
                default -> texts.add(text(here + ".text", part.path(TEXT)));
            }
        }
        return new Message(role, texts.stream().collect(joining("\n")) + calls, images, sounds);
    }

    private static String text(String place, JsonNode value) {
        if (!value.isString()) {
            throw malformed(place, "must be a text", value);
        }
        return value.stringValue();
    }

    private static EngineException malformed(String place, String rule, JsonNode value) {
        String type =
                value.isMissingNode() ? "nothing" : value.getNodeType().name().toLowerCase(Locale.ROOT);
        return new EngineException(SqlState.INVALID_PARAMETER_VALUE, place + " " + rule + ", got " + type);
    }
}

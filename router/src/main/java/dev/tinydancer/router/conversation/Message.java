package dev.tinydancer.router.conversation;

import static java.util.Objects.requireNonNull;

/**
 * One message of a conversation.
 *
 * @param text what is said, empty where it is all images and sounds
 * @param images how many there are, at least 0
 * @param sounds how many recordings there are, at least 0
 */
public record Message(Role role, String text, int images, int sounds) {

    public Message {
        requireNonNull(role, "role");
        requireNonNull(text, "text");
        if (images < 0 || sounds < 0) {
            throw new IllegalArgumentException(
                    "images and sounds must be at least 0, got " + images + " and " + sounds);
        }
    }

    /** What the application says to all that follows. */
    public static Message system(String text) {
        return new Message(Role.SYSTEM, text, 0, 0);
    }

    /** What a user says. */
    public static Message user(String text) {
        return new Message(Role.USER, text, 0, 0);
    }

    /** What an agent has answered. */
    public static Message assistant(String text) {
        return new Message(Role.ASSISTANT, text, 0, 0);
    }

    /** Whether a user has said something in it that can be read. */
    boolean asks() {
        return role == Role.USER && !text.isBlank();
    }
}

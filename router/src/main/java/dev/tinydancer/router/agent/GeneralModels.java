package dev.tinydancer.router.agent;

import java.util.Locale;
import java.util.regex.Pattern;

/** Language models that are known to do whatever is asked, by the names of their families. */
public final class GeneralModels {

    /** A provider may stand before the name. */
    private static final Pattern FAMILIES = Pattern.compile("(?:.*/)?"
            + "(?:chatgpt|claude|command|deepseek|falcon|gemini|gemma|glm|gpt|grok|jamba|kimi|llama|minimax|mistral|mixtral|nova"
            + "|o[134](?:-|$)|olmo|phi|qwen|qwq|sonar|yi-)"
            + ".*");

    /** What says that a model of such a family was made for one thing. */
    private static final Pattern SPECIAL =
            Pattern.compile(".*(?:code|coder|math|embed|guard|moderation|audio|image|tts|ocr|rerank|translat).*");

    private GeneralModels() {}

    /** Whether a name is that of such a model. */
    public static boolean include(String name) {
        String normal = name.strip().toLowerCase(Locale.ROOT);
        return FAMILIES.matcher(normal).matches() && !SPECIAL.matcher(normal).matches();
    }
}

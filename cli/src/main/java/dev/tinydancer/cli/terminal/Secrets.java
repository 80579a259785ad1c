package dev.tinydancer.cli.terminal;

import java.util.regex.Pattern;

/** Takes passwords out of texts that hold what a caller has typed. */
public final class Secrets {

    private static final Pattern IN_LOGIN = Pattern.compile("(://[^:/?#\\s]*):\\S*@");
    private static final Pattern IN_PARAMETER = Pattern.compile("(password=)[^&\\s'\"]*", Pattern.CASE_INSENSITIVE);

    private Secrets() {}

    /** The text with an ellipsis in place of each password of a URL. */
    public static String hidden(String text) {
        String withoutLogin = IN_LOGIN.matcher(text).replaceAll("$1:…@");
        return IN_PARAMETER.matcher(withoutLogin).replaceAll("$1…");
    }
}

package dev.tinydancer.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Links of the documentation lead somewhere: to a file of the repository, and to a heading in it. */
@Tag("once")
final class LinksIT {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** The links of templates, which are resources, lead from where their pages are. */
    private static final Set<String> PASSED_OVER = Set.of("target", "resources", ".git", ".mvn");

    private static final long MOST_BYTES_OF_A_PICTURE = 150_000;

    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern ADDRESS = Pattern.compile("^[a-z]+:.*");

    @Test
    void links_leadToFilesAndHeadings() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(prose(page));
            while (link.find()) {
                String target = link.group(1);
                if (!ADDRESS.matcher(target).matches() && !leadsSomewhere(page, target)) {
                    dead.add(ROOT.relativize(page) + ": " + target);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void everyPage_isLinkedFromAnother() throws IOException {
        String everything = pages().stream().map(LinksIT::prose).collect(Collectors.joining());
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            assertThat(docs.map(page -> page.getFileName().toString()).filter(name -> name.endsWith(".md")))
                    .allMatch(everything::contains);
        }
    }

    @Test
    void pictures_areShown_andSmall() throws IOException {
        String everything = pages().stream().map(LinksIT::prose).collect(Collectors.joining());
        try (Stream<Path> pictures = Files.list(ROOT.resolve("docs/images"))) {
            assertThat(pictures)
                    .allSatisfy(picture -> assertThat(everything).contains("images/" + picture.getFileName()))
                    .allSatisfy(
                            picture -> assertThat(Files.size(picture)).isLessThanOrEqualTo(MOST_BYTES_OF_A_PICTURE));
        }
    }

    private static boolean leadsSomewhere(Path page, String target) {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return Files.exists(file)
                && (parts.length == 1
                        || !file.toString().endsWith(".md")
                        || HEADING.matcher(prose(file))
                                .results()
                                .anyMatch(heading -> anchor(heading.group(1)).equals(parts[1])));
    }

    /** As GitHub makes them. */
    private static String anchor(String heading) {
        return heading.replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-');
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> Stream.iterate(file, each -> each != null && !each.equals(ROOT), Path::getParent)
                            .noneMatch(each ->
                                    PASSED_OVER.contains(each.getFileName().toString())))
                    .toList();
        }
    }

    private static String prose(Path page) {
        try {
            return CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

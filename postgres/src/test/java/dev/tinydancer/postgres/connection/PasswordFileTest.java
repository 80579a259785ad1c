package dev.tinydancer.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tinydancer.postgres.connection.PasswordFile.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PasswordFileTest {

    @TempDir
    Path directory;

    @Test
    void find_takesTheFirstLineThatMatches() throws IOException {
        PasswordFile file = write(
                new Entry("other", "1", "app", "alice", "first"),
                new Entry("h", Entry.ANY, Entry.ANY, "alice", "second"),
                new Entry(Entry.ANY, Entry.ANY, Entry.ANY, Entry.ANY, "third"));

        assertThat(file.find("h", "1", "app", "alice")).hasValue("second");
        assertThat(file.find("h", "1", "app", "bob")).hasValue("third");
    }

    @Test
    void find_afterReplace_givesEveryCharacterBack() throws IOException {
        String awkward = "a:b\\c:\\*#ü";
        PasswordFile file = write(new Entry("::1", "1", "app:x", "al\\ice", awkward));

        assertThat(file.find("::1", "1", "app:x", "al\\ice")).hasValue(awkward);
    }

    @Test
    void find_skipsCommentsAndShortLines() throws IOException {
        Path path = directory.resolve("passwords");
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(path, "# *:*:*:*:comment\n\nh:1:app:alice\n*:*:*:*:a:colon\n");

        assertThat(new PasswordFile(path).find("h", "1", "app", "alice")).hasValue("a:colon");
    }

    @Test
    void find_withoutFile() throws IOException {
        assertThat(new PasswordFile(directory.resolve("none")).find("h", "1", "app", "alice"))
                .isEmpty();
    }

    @Test
    void find_inFileThatOthersMayRead_isRefused() throws IOException {
        PasswordFile file = write(new Entry(Entry.ANY, Entry.ANY, Entry.ANY, Entry.ANY, "secret"));
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-r-----"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.find("h", "1", "app", "alice"))
                .withMessageContaining("chmod 600");
    }

    @Test
    void replace_letsOnlyTheOwnerRead() throws IOException {
        assertThat(Files.getPosixFilePermissions(write().path()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    private PasswordFile write(Entry... entries) throws IOException {
        PasswordFile file = new PasswordFile(directory.resolve("passwords"));
        file.replace(List.of(entries));
        return file;
    }
}

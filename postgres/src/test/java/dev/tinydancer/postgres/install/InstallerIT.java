package dev.tinydancer.postgres.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class InstallerIT {

    private static final InstallOptions OPTIONS =
            new InstallOptions(new EngineAddress(EngineAddress.DEFAULT_HOST, EngineAddress.DEFAULT_PORT));

    @RegisterExtension
    static final TestDatabase database = TestDatabase.empty();

    @Test
    void install_twice() throws SQLException {
        assertThat(new Installer(database.superuser(), OPTIONS).install().changes())
                .isNotEmpty();

        assertThat(new Installer(database.superuser(), OPTIONS).install().changes())
                .isEmpty();
    }
}

package dev.tinydancer.postgres.install;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** A version of the schema that does not exist yet: this one with more migrations. */
public final class NewerVersion {

    private NewerVersion() {}

    /**
     * Installs this version with one more migration, and with those added to the directory before.
     *
     * @return what the installer did
     */
    public static List<String> install(DataSource database, Path directory, String file, String sql)
            throws IOException, SQLException {
        Files.writeString(directory.resolve(file), sql);
        return new Installer(
                        database, InstallOptions.defaults(), List.of(Migrations.LOCATION, "filesystem:" + directory))
                .install()
                .changes();
    }
}

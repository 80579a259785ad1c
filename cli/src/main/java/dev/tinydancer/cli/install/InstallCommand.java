package dev.tinydancer.cli.install;

import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.ProgressBar;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.install.AdministratorNeededException;
import dev.tinydancer.postgres.install.EngineAddress;
import dev.tinydancer.postgres.install.InstallOptions;
import dev.tinydancer.postgres.install.InstallReport;
import dev.tinydancer.postgres.install.Installer;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Installs the schema and the functions, or brings them up to date. */
@Command(
        name = "install",
        description = "Installs Tiny Dancer into a PostgreSQL 14 to 18 with contrib's dblink, or brings it up to date.",
        footer = {
            "",
            "A superuser can do all of it. An ordinary owner of the database with CREATEROLE can once an administrator has"
                    + " made dblink available; the SQL that he has to run is printed, and nothing is changed until then.",
            "Installing again changes only what is missing."
        })
public final class InstallCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Mixin
    private final DatabaseOption database = new DatabaseOption();

    @Option(
            names = "--engine-host",
            paramLabel = "H",
            description = "Where the database finds the engine; several with commas between them (default: 127.0.0.1,"
                    + " or where an older installation has it).")
    private @Nullable String engineHost;

    @Option(
            names = "--engine-port",
            paramLabel = "P",
            description =
                    "The engine's port; several with commas between them, as many as hosts (default: 6433, or what"
                            + " an older installation has).")
    private @Nullable String enginePort;

    @Option(
            names = "--engine-option",
            paramLabel = "NAME=VALUE",
            description =
                    "A further option of libpq for the way to the engine, with --engine-host; may be repeated, for"
                            + " example sslmode=verify-full. Beyond this machine the default is sslmode=require.")
    private Map<String, String> engineOptions = Map.of();

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            defaultValue = InstallOptions.DEFAULT_FUNCTION_SCHEMA,
            description = "Where the functions ruvector_* go (default: ${DEFAULT-VALUE}).")
    private String schema;

    @Option(
            names = "--json",
            description = "Prints one JSON object: what was changed, or what an administrator has to run.")
    private boolean json;

    public InstallCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws SQLException {
        DatabaseUrl url = database.get();
        try {
            InstallReport report = install(new Installer(url.dataSource(), options()));
            if (json) {
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("installed", true);
                result.put("url", url.toString());
                result.put("version", report.schemaVersion());
                result.put("changes", report.changes());
                terminal.json(result);
                return ExitCode.OK;
            }
            report.changes().forEach(terminal::remark);
            terminal.plainResult(
                    report.changedNothing()
                            ? "nothing to do: version " + report.schemaVersion() + " is installed in " + url
                            : "installed version " + report.schemaVersion() + " in " + url);
            return ExitCode.OK;
        } catch (AdministratorNeededException e) {
            terminal.remark("tiny-dancer: " + e.reason());
            if (json) {
                Map<String, Object> result = new LinkedHashMap<>();
                result.put("installed", false);
                result.put("url", url.toString());
                result.put("reason", e.reason());
                result.put("statements", e.statements());
                terminal.json(result);
            } else {
                e.statements().forEach(terminal::plainResult);
            }
            return ExitCode.FAILED;
        }
    }

    /** On a terminal with a bar; elsewhere what was done is told at the end. */
    private InstallReport install(Installer installer) throws SQLException {
        if (!terminal.ansi().enabled()) {
            return installer.install();
        }
        ProgressBar bar = new ProgressBar(terminal);
        try {
            return installer.install((done, all, what) -> bar.show((double) done / all, what));
        } finally {
            bar.end();
        }
    }

    private InstallOptions options() {
        try {
            InstallOptions options = InstallOptions.defaults().withFunctionSchema(schema);
            if (engineHost == null && !engineOptions.isEmpty()) {
                throw new IllegalArgumentException("--engine-option is for --engine-host, which is not given");
            }
            if (engineHost == null && enginePort == null) {
                return options;
            }
            return options.withEngine(new EngineAddress(
                    engineHost == null ? EngineAddress.DEFAULT.host() : engineHost,
                    enginePort == null ? EngineAddress.DEFAULT.port() : enginePort,
                    engineOptions));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}

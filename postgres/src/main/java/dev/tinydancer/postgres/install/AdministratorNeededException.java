package dev.tinydancer.postgres.install;

import java.util.ArrayList;
import java.util.List;

/** The installing role lacks rights that only an administrator can give. Nothing was changed. */
public final class AdministratorNeededException extends InstallException {

    private static final long serialVersionUID = 1L;

    private final String reason;
    private final ArrayList<String> statements;

    AdministratorNeededException(String role, String database, List<String> statements) {
        this(
                "role " + role + " may not do all that the installation of database " + database
                        + " needs; nothing was changed. Let a superuser run this in it once, then install again:",
                statements);
    }

    private AdministratorNeededException(String reason, List<String> statements) {
        super(reason + "\n" + String.join("\n", statements));
        this.reason = reason;
        this.statements = new ArrayList<>(statements);
    }

    /** The message without the statements. */
    public String reason() {
        return reason;
    }

    /** Complete SQL statements, in the order in which to run them. */
    public List<String> statements() {
        return List.copyOf(statements);
    }
}

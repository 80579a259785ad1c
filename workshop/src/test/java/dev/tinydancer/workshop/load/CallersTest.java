package dev.tinydancer.workshop.load;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CallersTest {

    private static final Duration SHORT = Duration.ofMillis(20);

    private final Callers callers = new Callers(failingDatabase(), List.of());

    @Test
    void call_whereTheObserverFails_ends() {
        assertThatThrownBy(() -> callers.call(2, List.of("SELECT 1"), SHORT, SHORT, () -> {
                    throw new IOException("no such process");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no such process");
    }

    @Test
    void call_thatFails_saysWhatTheFirstOneSaid() {
        assertThatThrownBy(() -> callers.call(1, List.of("SELECT 1"), SHORT, SHORT, () -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("not one call succeeded, [1-9]\\d* failed: no answer");
    }

    /** One whose statements fail. */
    private static DataSource failingDatabase() {
        Statement statement = proxy(Statement.class, (_, method, _) -> {
            if (method.getName().equals("executeQuery")) {
                Thread.sleep(1);
                throw new SQLException("no answer");
            }
            return null;
        });
        Connection connection = proxy(
                Connection.class, (_, method, _) -> method.getName().equals("createStatement") ? statement : null);
        return proxy(DataSource.class, (_, method, _) -> method.getName().equals("getConnection") ? connection : null);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}

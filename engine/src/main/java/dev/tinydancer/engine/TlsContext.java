package dev.tinydancer.engine;

import dev.tinydancer.engine.config.ListenConfig;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Makes the TLS context of a key store. */
final class TlsContext {

    private TlsContext() {}

    static SSLContext of(ListenConfig.Keystore keystore) {
        char[] password = keystore.password().toCharArray();
        try {
            KeyStore keys = KeyStore.getInstance(keystore.file().toFile(), password);
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new EngineStartException(
                    "the key store " + keystore.file() + " cannot be used: " + e.getMessage(), e);
        }
    }
}

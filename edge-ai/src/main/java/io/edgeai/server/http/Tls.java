package io.edgeai.server.http;

import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Server certificates for TLS. */
public final class Tls {
    private Tls() {}

    /**
     * A context that shows the certificate of a key store (PKCS #12 or JKS) whose keys have the store's password.
     *
     * @throws InvalidInputException where it cannot be opened or holds no private key
     */
    public static SSLContext context(Path keyStore, char[] password) {
        try {
            KeyStore keys = KeyStore.getInstance(keyStore.toFile(), password);
            requireKey(keys, keyStore);
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new InvalidInputException(
                    "Key store (" + keyStore + ") cannot be opened: " + e.getMessage()
                            + ". Maybe the password is another, or the file is no PKCS #12 or JKS.",
                    e);
        }
    }

    private static void requireKey(KeyStore keys, Path keyStore) throws GeneralSecurityException {
        for (String alias : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(alias)) {
                return;
            }
        }
        throw new InvalidInputException("Key store (" + keyStore
                + ") holds no private key. Maybe it is a trust store; make one with 'keytool -genkeypair'.");
    }
}

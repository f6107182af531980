package io.edgeai.samples.sites;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.remote.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** Self-signed certificates for this machine, made by the JDK's keytool: good for a sample, not for a deployment. */
public final class Keytool {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path folder;

    public Keytool(Path folder) {
        this.folder = folder;
    }

    /** Writes {@code <name>.crt} and {@code <name>.key} for a common name. */
    public TlsFiles make(String name) {
        Path store = folder.resolve(name + ".p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD),
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2");
        try {
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (keytool.waitFor() != 0) {
                throw new StorageException("keytool made no certificate of (" + name + "): " + said);
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD);
            }
            return TlsFiles.showing(
                    pem(name + ".crt", "CERTIFICATE", keys.getCertificate("own").getEncoded()),
                    pem(
                            name + ".key",
                            "PRIVATE KEY",
                            keys.getKey("own", PASSWORD).getEncoded()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException("keytool was interrupted", e);
        } catch (IOException | GeneralSecurityException e) {
            throw new StorageException("keytool made no certificate of (" + name + "): " + e.getMessage(), e);
        }
    }

    private Path pem(String file, String what, byte[] bytes) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(
                folder.resolve(file), "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }

    /** One file with the certificates of several. */
    public Path together(String file, List<TlsFiles> several) throws IOException {
        StringBuilder all = new StringBuilder();
        for (TlsFiles one : several) {
            Path certificate = one.certificates();
            all.append(certificate == null ? "" : Files.readString(certificate));
        }
        return Files.writeString(folder.resolve(file), all);
    }
}

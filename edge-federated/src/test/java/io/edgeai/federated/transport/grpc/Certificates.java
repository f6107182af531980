package io.edgeai.federated.transport.grpc;

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

/** Self-signed certificates for 127.0.0.1, made by the JDK's keytool, as PEM files in a folder. */
final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path folder;

    Certificates(Path folder) {
        this.folder = folder;
    }

    /** Writes {@code <name>.crt} and {@code <name>.key}. */
    TlsFiles make(String name) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
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
                        "CN=" + name + ", O=test",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2")
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return TlsFiles.showing(
                pem(name + ".crt", "CERTIFICATE", keys.getCertificate("own").getEncoded()),
                pem(name + ".key", "PRIVATE KEY", keys.getKey("own", PASSWORD).getEncoded()));
    }

    private Path pem(String file, String what, byte[] bytes) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return Files.writeString(
                folder.resolve(file), "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }

    /** One file with the certificates of several. */
    Path together(List<TlsFiles> several) throws IOException {
        StringBuilder all = new StringBuilder();
        for (TlsFiles one : several) {
            all.append(Files.readString(one.certificates()));
        }
        return Files.writeString(folder.resolve("trusted.crt"), all);
    }
}

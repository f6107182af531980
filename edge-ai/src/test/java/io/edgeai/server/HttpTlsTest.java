package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.EdgeAI;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.server.http.Tls;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with a certificate that the JDK's keytool makes for this run. */
class HttpTlsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    private static Path folder;

    private static Path keys;

    @BeforeAll
    static void makeKeys() throws IOException, InterruptedException {
        keys = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        PASSWORD,
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1"))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
    }

    @Test
    void aClientThatTrustsTheCertificateIsAnswered(@TempDir Path home) throws Exception {
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            TestModels.times(edge, "double", 2, true);
            EdgeServer server =
                    edge.server().tls(keys, PASSWORD.toCharArray()).token("t").start();
            Client client = new Client(
                    server.uri(), HttpClient.newBuilder().sslContext(trusting()).build());

            assertThat(server.uri().getScheme()).isEqualTo("https");
            assertThat(client.post("/v2/models/double/infer", TestModels.request(1, 2), "Authorization", "Bearer t")
                            .body())
                    .contains("\"data\":[2.0,4.0]");
            assertThatThrownBy(() -> new Client(server.uri()).get("/v2/health/live"))
                    .hasStackTraceContaining("unable to find valid certification path");
            assertThat(plainAnswer(server)).doesNotContain("200").doesNotContain("live");
        }
    }

    @Test
    void grpcHasTheSameCertificate(@TempDir Path home) throws Exception {
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            TestModels.times(edge, "double", 2, true);
            int port = edge.server()
                    .tls(keys, PASSWORD.toCharArray())
                    .grpcPort(0)
                    .start()
                    .grpcPort()
                    .orElseThrow();
            var trusting = NettyChannelBuilder.forAddress(
                            "localhost",
                            port,
                            TlsChannelCredentials.newBuilder()
                                    .trustManager(trustManagers())
                                    .build())
                    .build();
            var plain = NettyChannelBuilder.forAddress("localhost", port)
                    .usePlaintext()
                    .build();
            try {
                byte[] request = WireClient.infer("double", "", 1, 2);
                assertThat(new WireClient(trusting).code("ModelInfer", request)).isEqualTo("OK");
                assertThat(new WireClient(plain).code("ModelInfer", request)).isEqualTo("UNAVAILABLE");
            } finally {
                trusting.shutdownNow();
                plain.shutdownNow();
            }
        }
    }

    @Test
    void aStoreThatCannotBeUsedSaysWhy() throws Exception {
        Path trust = folder.resolve("trust.p12");
        KeyStore empty = KeyStore.getInstance("PKCS12");
        empty.load(null, null);
        try (var out = Files.newOutputStream(trust)) {
            empty.store(out, PASSWORD.toCharArray());
        }

        assertThatThrownBy(() -> Tls.context(keys, "wrong".toCharArray()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(keys.toString())
                .hasMessageContaining("Maybe the password is another");
        assertThatThrownBy(() -> Tls.context(folder.resolve("none.p12"), PASSWORD.toCharArray()))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Tls.context(trust, PASSWORD.toCharArray()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("holds no private key");
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trustManagers(), null);
        return context;
    }

    private static TrustManager[] trustManagers() throws Exception {
        KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store.getCertificate("server"));
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        return managers.getTrustManagers();
    }

    private static String plainAnswer(EdgeServer server) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                InputStream in = socket.getInputStream()) {
            socket.getOutputStream()
                    .write("GET /v2/health/live HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}

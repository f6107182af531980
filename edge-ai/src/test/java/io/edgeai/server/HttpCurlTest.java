package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.EdgeAI;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** curl as a client written by others: what it does on its own that the JDK's client does not. */
class HttpCurlTest {
    @TempDir
    private Path folder;

    private EdgeAI edge;
    private EdgeServer server;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        try {
            Process curl = new ProcessBuilder("curl", "--version")
                    .redirectErrorStream(true)
                    .start();
            curl.getInputStream().readAllBytes();
            assumeTrue(curl.waitFor() == 0, "curl does not work here");
        } catch (IOException e) {
            assumeTrue(false, "curl is not installed: " + e.getMessage());
        }
        edge = EdgeAI.builder().home(folder.resolve("home")).build();
        TestModels.times(edge, "double", 2, true);
        server = edge.server().start();
    }

    @AfterEach
    void stop() {
        if (edge != null) {
            edge.close();
        }
    }

    @Test
    void aBodyOfTwoMegabytesIsAnnouncedFirst() throws Exception {
        int rows = 250_000;
        Path request = Files.writeString(
                folder.resolve("request.json"),
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[" + rows + ",2],\"datatype\":\"FP32\",\"data\":["
                        + ",1,2".repeat(rows).substring(1) + "]}]}");

        Said said = curl("-H", "Expect: 100-continue", "--data-binary", "@" + request, "/v2/models/double/infer");

        assertThat(said.log()).contains("HTTP/1.1 100 Continue", "HTTP/1.1 200 OK");
        assertThat(said.body()).endsWith("\"data\":[" + ",2.0,4.0".repeat(rows).substring(1) + "]}]}");
    }

    @Test
    void aRefusedBodyIsNotSentAtAll() throws Exception {
        Path request = Files.write(folder.resolve("large"), new byte[80 << 20]);

        Said said = curl("-H", "Expect: 100-continue", "--data-binary", "@" + request, "/v2/models/double/infer");

        assertThat(said.log()).contains("HTTP/1.1 413").doesNotContain("100 Continue");
        assertThat(said.body()).contains("longer than (67108864) bytes");
    }

    @Test
    void chunksAndPackedAnswersAreUnderstood() throws Exception {
        Path request = Files.writeString(
                folder.resolve("request.json"),
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[300,2],\"datatype\":\"FP32\",\"data\":["
                        + ",1,2".repeat(300).substring(1) + "]}]}");

        Said said = curl(
                "--compressed",
                "-H",
                "Transfer-Encoding: chunked",
                "--data-binary",
                "@" + request,
                "/v2/models/double/infer");

        assertThat(said.log().toLowerCase(Locale.ROOT)).contains("content-encoding: gzip");
        assertThat(said.body()).endsWith("\"data\":[" + ",2.0,4.0".repeat(300).substring(1) + "]}]}");
    }

    @Test
    void oldClientsWithoutKeepAliveAreAnswered() throws Exception {
        assertThat(curl("--http1.0", "/v2/health/ready").body()).isEqualTo("{\"ready\":true,\"live\":true}");
    }

    /** What curl told of the exchange, and the body. */
    private record Said(String log, String body) {}

    private Said curl(String... arguments) throws IOException, InterruptedException {
        Path body = folder.resolve("answer");
        List<String> command = new ArrayList<>(
                List.of("curl", "-sSv", "--max-time", "300", "--expect100-timeout", "120", "-o", body.toString()));
        command.addAll(Arrays.asList(arguments).subList(0, arguments.length - 1));
        command.add(server.uri() + arguments[arguments.length - 1]);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(log).isZero();
        return new Said(log, Files.readString(body));
    }
}

package io.edgeai.placement.deploy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.placement.deploy.Artifact;
import io.edgeai.placement.deploy.Models;
import io.edgeai.placement.deploy.SiteTarget;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.ServiceRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many replicas of a service answer, as it is heard over HTTP. */
class ReadyReplicasTest {
    @TempDir
    private Path folder;

    @Test
    void anAgentCountsTheReplicasOfItsRunner() {
        Artifact model = Artifact.of(Models.noise(folder.resolve("model"), 100, 1));
        ServiceRunner twoOfAny = new ServiceRunner() {
            @Override
            public int ready(Release release) {
                return 2;
            }

            @Override
            public boolean healthy(Release release) {
                return release.replicas() == 2;
            }
        };
        try (SiteAgent agent = SiteAgent.builder(folder.resolve("site"))
                        .runner(twoOfAny)
                        .start();
                SiteTarget target = SiteTarget.of(new AgentClient(agent.uri(), null))) {
            assertThat(target.ready("defects")).isZero();
            target.fetch(model, Progress.NONE);
            target.activate(new Release("defects", "v1", model.digest(), 3, 8));
            assertThat(target.ready("defects")).isEqualTo(2);
            assertThat(target.healthy("defects")).isFalse();
            assertThat(target.release("defects"))
                    .as("the size of batches travels too")
                    .contains(new Release("defects", "v1", model.digest(), 3, 8));
        }
    }

    /** An agent from before there was a count. */
    @ParameterizedTest
    @CsvSource({"true, 3", "false, 0"})
    void whereTheAgentDoesNotCountItIsAllOrNone(boolean healthy, int ready) throws IOException {
        String release = "{\"service\": \"defects\", \"variant\": \"v1\", \"artifact\": \"" + "0".repeat(64)
                + "\", \"replicas\": 3}";
        HttpServer old = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        old.createContext("/", exchange -> {
            byte[] answer =
                    ("{\"release\": " + release + ", \"healthy\": " + healthy + "}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        old.start();
        try {
            URI address = URI.create("http://127.0.0.1:" + old.getAddress().getPort());
            assertThat(new AgentClient(address, null).ready("defects")).isEqualTo(ready);
        } finally {
            old.stop(0);
        }
    }
}

package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.EdgeAI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpMetricsTest {
    /** A sample, a description or the end, by the grammar of OpenMetrics 1.0.0 as far as it is used here. */
    private static final Pattern LINE = Pattern.compile(
            "# (TYPE [a-z_]+ (counter|gauge|histogram|summary)|UNIT [a-z_]+ (seconds|bytes|joules)|HELP [a-z_]+ [^\\n]+|EOF)"
                    + "|[a-z_]+(\\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*\\})? ([0-9.e+-]+|NaN)");

    @Test
    void requestsAndInferencesAreCountedByWhatTheyWere(@TempDir Path home) {
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            TestModels.times(edge, "double", 2, true);
            Client client = new Client(edge.server().start().uri());
            for (int i = 0; i < 3; i++) {
                client.post("/v2/models/double/infer", TestModels.request(1, 2));
            }
            client.post("/v2/models/double/infer", "{");
            client.get("/nowhere");

            HttpResponse<String> answer = client.get("/metrics");

            assertThat(answer.headers().firstValue("Content-Type"))
                    .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
            assertThat(answer.body().lines())
                    .allMatch(line -> LINE.matcher(line).matches());
            assertThat(answer.body())
                    .contains("edgeai_server_requests_total{code=\"200\",protocol=\"http\",route=\"infer\"} 3\n")
                    .contains("edgeai_server_requests_total{code=\"400\",protocol=\"http\",route=\"infer\"} 1\n")
                    .contains("edgeai_server_requests_total{code=\"404\",protocol=\"http\",route=\"none\"} 1\n")
                    .contains("edgeai_server_received_bytes_total{protocol=\"http\"} "
                            + (3 * TestModels.request(1, 2).length() + 1) + "\n")
                    .contains("edgeai_inferences_total{model=\"double\",version=\"1\"} 3\n")
                    .contains("edgeai_inference_latency_seconds_bucket{le=\"+Inf\",model=\"double\",version=\"1\"} 3\n")
                    .endsWith("# EOF\n");
        }
    }
}

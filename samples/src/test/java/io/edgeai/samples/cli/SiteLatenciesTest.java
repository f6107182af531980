package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.model.Dim;
import io.edgeai.placement.cost.CalibrationTimes;
import io.edgeai.placement.cost.LatencyEstimator.Prediction;
import io.edgeai.placement.deploy.agent.SiteAgent;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents on loopback whose machines are made up: what is printed follows from the times that they say. */
class SiteLatenciesTest {
    private static final String TOKEN = "a secret of sixteen or more";

    @TempDir
    Path dir;

    private static CalibrationTimes times(double factor) {
        return CalibrationTimes.of(Map.of(
                "convolutions", 0.9 * factor,
                "separable", 0.8 * factor,
                "attention", 0.6 * factor,
                "recurrent", 0.3 * factor,
                "pieces", 0.05 * factor));
    }

    private SiteAgent agent(String name, double factor) {
        return SiteAgent.builder(dir.resolve(name))
                .token(TOKEN)
                .calibration(each -> times(factor))
                .start();
    }

    private Path affine(long elements) {
        return Graphs.write(Graphs.affine(Dim.of(elements)), dir.resolve("affine" + elements + ".onnx"));
    }

    @Test
    void eachSitePredictsEachModelByItsOwnTimes() throws IOException {
        Path token = Files.writeString(dir.resolve("token"), TOKEN);
        try (SiteAgent quick = agent("quick", 1);
                SiteAgent slow = agent("slow", 20)) {
            Object[] command = {
                "place",
                "--estimate",
                affine(10),
                affine(1_000_000),
                "--site",
                quick.uri(),
                "--site",
                slow.uri(),
                "--token-file",
                token,
                "--each",
                "20ms"
            };
            Object[] json = java.util.Arrays.copyOf(command, command.length + 1);
            json[command.length] = "--json";
            JsonNode sites = Answers.json(Console.run(json), 0).get("sites");

            assertThat(sites).hasSize(2);
            for (int i = 0; i < 2; i++) {
                JsonNode models = sites.get(i).get("models");
                Prediction large = times(i == 0 ? 1 : 20)
                        .estimator()
                        .predict(LatencyEstimates.cost(Graphs.affine(Dim.of(1_000_000))));
                double predicted = models.get(1).get("predictedMillis").doubleValue();
                assertThat(predicted).isCloseTo(large.millis(), within(1e-9 * large.millis()));
                assertThat(models.get(1).get("lowMillis").doubleValue())
                        .isCloseTo(large.lowMillis(), within(1e-9 * large.millis()));
                assertThat(predicted)
                        .as("a million elements against ten")
                        .isGreaterThan(2 * models.get(0).get("predictedMillis").doubleValue());
            }
            assertThat(sites.get(1).at("/calibrationMillis/attention").doubleValue())
                    .isEqualTo(12.0);
            Console page = Console.run(command);
            assertThat(page.out())
                    .contains("affine10.onnx", "affine1000000.onnx", slow.uri().toString(), "nine of ten");
        }
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        String nobody = "http://127.0.0.1:1";
        Answers.refused(Console.run("place", "--site", nobody), "--estimate");
        Answers.refused(
                Console.run("place", "--site", nobody, "--estimate", affine(1), "--measured", affine(1)), "--measured");
        Answers.refused(Console.run("place", "--estimate", affine(1), "--site", "a b"), "(a b)");
        Answers.refused(Console.run("place", "--estimate", affine(1), "--site", nobody), "does not answer");
    }
}

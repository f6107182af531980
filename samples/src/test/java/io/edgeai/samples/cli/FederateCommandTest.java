package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.samples.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FederateCommandTest {
    private static final String CONFIG =
            """
            {"strategy": "fedavg", "rounds": 6, "epochs": 2, "seed": 3, "selection": {"count": 5},
             "data": {"type": "synthetic", "participants": 12, "features": 8, "classes": 3, "alpha": 0, "beta": 0}}
            """;

    @TempDir
    Path dir;

    private Path file(String text) {
        try {
            return Files.writeString(dir.resolve("config.json"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> rounds(Console console) {
        assertThat(console.code()).as(console.err()).isZero();
        return console.out().lines().map(Answers::parse).toList();
    }

    @Test
    void participantsMeasureWhereAsked() {
        String sites = CONFIG.replace(
                "\"rounds\": 6", "\"rounds\": 4, \"siteEvaluation\": {\"every\": 4, \"participants\": 7}");
        Console console = Console.run("federate", "simulate", file(sites));
        JsonNode last = rounds(console).get(3);
        assertThat(last.get("sites").get("asked").intValue()).isEqualTo(7);
        assertThat(last.get("sites").get("reported").intValue()).isEqualTo(7);
        assertThat(last.get("sites").get("worst").doubleValue())
                .isLessThanOrEqualTo(last.get("sites").get("tenth").doubleValue());
        assertThat(last.get("sites").get("summed").booleanValue()).isFalse();
        assertThat(console.err()).contains("at 7 of 7 sites, on ");
        Console summed = Console.run(
                "federate",
                "simulate",
                file(sites.replaceFirst("\\{", "{\"secureAggregation\": {\"minimumSurvivors\": 5}, ")));
        assertThat(rounds(summed).get(3).get("sites").get("summed").booleanValue())
                .isTrue();
        assertThat(summed.err()).contains("samples that were only added up");
        Console spent = Console.run(
                "federate",
                "simulate",
                file(sites.replaceFirst("\\{", "{\"privacy\": {\"epsilon\": 4, \"delta\": 1e-3}, ")));
        assertThat(spent.code()).isEqualTo(2);
        assertThat(spent.err()).contains("which the budget of privacy(..) does not count");
    }

    @Test
    void robustRulesAreOverSumsOfGroups() {
        String twelve = CONFIG.replace("{\"count\": 5}", "{\"count\": 12}").replace("\"rounds\": 6", "\"rounds\": 3");
        String groups = "{\"secureAggregation\": {\"groupSize\": 4}, \"aggregator\": {\"type\": \"median\"}, ";
        List<JsonNode> rounds = rounds(Console.run("federate", "simulate", file(twelve.replaceFirst("\\{", groups))));
        assertThat(rounds).hasSize(3).allMatch(round -> round.get("reported").intValue() == 12);
        assertThat(rounds.get(2).get("accuracy").doubleValue()).isGreaterThan(0.5);
        Console refused = Console.run(
                "federate", "simulate", file(twelve.replaceFirst("\\{", groups.replace("{\"groupSize\": 4}", "{}"))));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("coordinate-median looks at single updates", "grouped(..)");
    }

    @Test
    void everyRoundIsOneLineOfJson() {
        List<JsonNode> rounds = rounds(Console.run("federate", "simulate", file(CONFIG)));

        assertThat(rounds).hasSize(6);
        for (int i = 0; i < 6; i++) {
            JsonNode round = rounds.get(i);
            assertThat(round.get("round").intValue()).isEqualTo(i + 1);
            assertThat(round.get("accuracy").doubleValue()).isBetween(0.0, 1.0);
            assertThat(round.get("loss").doubleValue()).isPositive();
            // 8·3 weights and 3 biases of 4 bytes, to 5 participants and back.
            assertThat(round.get("bytes").longValue()).isEqualTo(2L * 5 * 4 * (8 * 3 + 3));
            assertThat(round.get("epsilon").isNull()).isTrue();
            assertThat(round.get("seconds").doubleValue()).isPositive();
            assertThat(round.get("selected").intValue()).isEqualTo(5);
        }
        // Chance is one in three.
        assertThat(rounds.get(5).get("accuracy").doubleValue()).isGreaterThan(0.6);
    }

    @Test
    void aRuleThatThrowsAwayMuchSaysSo() {
        String krum = CONFIG.replace("\"fedavg\"", "\"fedavg\", \"aggregator\": {\"type\": \"krum\"}");
        Console console = Console.run("federate", "simulate", file(krum));

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.err()).contains("note: Aggregator (krum");
        assertThat(Console.run("federate", "simulate", file(CONFIG)).err()).isEmpty();
    }

    @Test
    void theSameSeedGivesTheSameRounds() {
        Path config = file(CONFIG);

        List<JsonNode> one = rounds(Console.run("federate", "simulate", config));
        List<JsonNode> two = rounds(Console.run("federate", "simulate", config, "--json"));

        for (int i = 0; i < one.size(); i++) {
            assertThat(one.get(i).get("loss")).isEqualTo(two.get(i).get("loss"));
            assertThat(one.get(i).get("accuracy")).isEqualTo(two.get(i).get("accuracy"));
        }
    }

    @Test
    void theModelLearnedRuns() throws IOException {
        Path model = dir.resolve("learned.onnx");
        Console console = Console.run("federate", "simulate", file(CONFIG), "-o", model);

        assertThat(rounds(console)).hasSize(6);
        assertThat(console.err()).isEqualTo("note: the model is in (" + model + ")\n");
        assertThat(OnnxReader.read(model).outputs()).hasSize(1);
        Path input = Files.writeString(dir.resolve("x.csv"), "1,2,3,4,5,6,7,8\n0,0,0,0,0,0,0,0\n");
        JsonNode answer = Answers.json(Console.run("run", model, "-i", input, "--json"), 0);
        for (JsonNode row : answer.elements().next()) {
            double sum = 0;
            for (JsonNode value : row) {
                sum += value.doubleValue();
            }
            assertThat(sum).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
        }
    }

    @Test
    void relativePathsCountFromTheConfig() {
        Path mnist =
                Answers.testdata("federated/mnist/t10k-images-idx3-ubyte.gz").getParent();
        Path config =
                file("{\"rounds\": 1, \"selection\": {\"count\": 2}, \"data\": {\"type\": \"mnist\", \"folder\": \""
                        + dir.toAbsolutePath().relativize(mnist.toAbsolutePath())
                        + "\", \"partition\": {\"type\": \"iid\"}}}");

        List<JsonNode> rounds = rounds(Console.run("federate", "simulate", config));

        assertThat(rounds.get(0).get("accuracy").doubleValue()).isBetween(0.3, 1.0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{;JSON",
                "{\"rounds\": 3};data",
                "{\"rounds\": 0, \"data\": {}};rounds",
                "{\"round\": 3, \"data\": {}};round",
                "{\"data\": {\"type\": \"mnist\", \"folder\": \"none\", \"partition\": {}}};none",
                "{\"privacy\": {}, \"data\": {}};privacy",
            })
    void badDescriptionsAreRefused(String text, String says) {
        Answers.refused(Console.run("federate", "simulate", file(text)), says);
    }
}

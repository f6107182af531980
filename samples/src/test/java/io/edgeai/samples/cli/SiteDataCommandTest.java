package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.samples.Console;
import io.edgeai.samples.Patience;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.data.NpzFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sites whose data nobody described. */
class SiteDataCommandTest {
    private static final List<String> CLASSES = List.of("good", "bent");
    private static final double[] MEAN = {10, -1};
    private static final double[] DEVIATION = {5, 2};
    private static final String CONFIG =
            """
            {"strategy": "fedavg", "rounds": 8, "learningRate": 0.2, "selection": {"fraction": 1},
             "siteEvaluation": {"every": 3, "minimum": 2},
             "data": {"type": "sites", "features": ["long", "wide"], "classes": ["good", "bent"],
                      "mean": [10, -1], "deviation": [5, 2]}}
            """;

    @TempDir
    Path folder;

    /** Two classes along a line, in columns of another order than the description's. */
    private LabelledSet write(String name, int rows, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder("serial,wide,verdict,long\n");
        float[] values = new float[2 * rows];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = random.nextInt(2);
            values[2 * i] = (float) (10 + (labels[i] == 0 ? -4 : 4) + random.nextGaussian(0, 2));
            values[2 * i + 1] = (float) random.nextGaussian(-1, 2);
            text.append(String.format(
                    Locale.ROOT,
                    "S-%d,%s,%s,%s%n",
                    i,
                    Float.toString(values[2 * i + 1]),
                    CLASSES.get(labels[i]),
                    Float.toString(values[2 * i])));
        }
        Files.writeString(folder.resolve(name), text);
        return LabelledSet.of(values, 2, labels, 2);
    }

    private static CompletableFuture<Console> started(Console console, Object... args) {
        return CompletableFuture.supplyAsync(() -> console.execute(args), SiteDataCommandTest::inItsOwnThread);
    }

    private static void inItsOwnThread(Runnable command) {
        Thread thread = new Thread(command, "command");
        thread.setDaemon(true);
        thread.start();
    }

    private static int port(Console coordinator) {
        Pattern told = Pattern.compile("waiting for participants on [^:]+:(\\d+)");
        return Patience.patiently()
                .until(
                        () -> {
                            Matcher found = told.matcher(coordinator.err());
                            return found.find() ? Integer.parseInt(found.group(1)) : 0;
                        },
                        found -> found > 0);
    }

    @Test
    @Timeout(300)
    void theyLearnTheModelOfOneProcessThatHasAllFiles() throws Exception {
        LabelledSet a = write("a.csv", 60, 1);
        LabelledSet b = write("b.csv", 40, 2);
        LabelledSet test = write("test.csv", 200, 3);
        Path config = Files.writeString(folder.resolve("config.json"), CONFIG);
        Console coordinator = Console.create();
        CompletableFuture<Console> rounds = started(
                coordinator,
                "coordinator",
                config,
                "--port",
                "0",
                "--minimum",
                "2",
                "--test",
                folder.resolve("test.csv"),
                "--test-label",
                "verdict",
                "--register",
                "parts",
                "--register-every",
                "4",
                "--keep-best",
                "--home",
                folder.resolve("registry"));
        int port = port(coordinator);
        Console first = Console.create();
        CompletableFuture<Console> one = started(
                first,
                "participant",
                config,
                "--name",
                "a",
                "--port",
                port,
                "--data",
                folder.resolve("a.csv"),
                "--label",
                "verdict",
                "--hold-out",
                "0.25",
                "--split-seed",
                "5");
        // Numbers are given as participants come.
        Patience.patiently().until(() -> first.err().contains("takes part"));
        CompletableFuture<Console> two = started(
                Console.create(),
                "participant",
                config,
                "--name",
                "b",
                "--port",
                port,
                "--data",
                folder.resolve("b.csv"),
                "--label",
                "verdict");
        assertThat(rounds.get().code()).as(coordinator.err()).isZero();
        assertThat(one.get().code()).as(first.err()).isZero();
        assertThat(two.get().code()).isZero();
        ParticipantData partOfA = ParticipantData.split("a", a, 0.25, 5);
        assertThat(first.err())
                .contains(
                        "trains on " + partOfA.train().size() + " samples of",
                        "keeps " + partOfA.test().size() + " to evaluate on; none leaves");

        Standardization scaling = Standardization.of(MEAN, DEVIATION);
        DenseNetwork model = DenseNetwork.softmax(2, 2);
        FederatedRun expected = FederatedCoordinator.builder()
                .model(model)
                .participant(
                        FederatedParticipant.training(model, ParticipantData.split("a", scaling.apply(a), 0.25, 5)))
                .participant(FederatedParticipant.training(model, ParticipantData.split("b", scaling.apply(b), 0.2, 1)))
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .learningRate(0.2)
                .rounds(8)
                .evaluation(scaling.apply(test), 1)
                .build()
                .run();
        List<JsonNode> lines = coordinator.out().lines().map(Answers::parse).toList();
        assertThat(lines).hasSize(8);
        for (int i = 0; i < 8; i++) {
            assertThat(lines.get(i).get("loss").doubleValue())
                    .isCloseTo(expected.rounds().get(i).loss(), within(1e-12));
        }
        // After rounds 3, 6 and 8 both measured on what they keep.
        assertThat(lines)
                .extracting(line -> line.has("sites"))
                .containsExactly(false, false, true, false, false, true, false, true);
        LabelledSet kept = LabelledSet.union(List.of(
                scaling.apply(partOfA.test()),
                scaling.apply(ParticipantData.split("b", b, 0.2, 1).test())));
        JsonNode sites = lines.get(7).get("sites");
        assertThat(sites.get("samples").intValue()).isEqualTo(kept.size());
        assertThat(sites.get("accuracy").doubleValue())
                .isCloseTo(expected.model().evaluate(kept).accuracy(), within(1e-12));
        assertThat(sites.get("loss").doubleValue())
                .isCloseTo(expected.model().evaluate(kept).loss(), within(1e-9));
        assertThat(sites.get("worst").doubleValue())
                .isLessThanOrEqualTo(sites.get("median").doubleValue());
        assertThat(coordinator.err()).contains("at 2 of 2 sites, on " + kept.size() + " samples: accuracy ");
        assertRegistered(lines, expected, scaling);
        // Two clouds 4 deviations apart: the best rule is right in 97.7 of 100.
        assertThat(lines.get(7).get("accuracy").doubleValue()).isGreaterThan(0.93);
    }

    /** Versions take samples as they are in files. */
    private void assertRegistered(List<JsonNode> lines, FederatedRun expected, Standardization scaling) {
        try (EdgeAI edge = EdgeAI.builder().home(folder.resolve("registry")).build()) {
            List<ModelVersion> versions = edge.registry().versions("parts").stream()
                    .sorted(Comparator.comparingInt(ModelVersion::number))
                    .toList();
            assertThat(versions).hasSize(3);
            assertThat(versions.get(1).parent()).contains(versions.get(0).ref());
            assertThat(versions.get(2).parent()).contains(versions.get(1).ref());
            double best = lines.stream()
                    .mapToDouble(line -> line.get("accuracy").doubleValue())
                    .max()
                    .orElseThrow();
            assertThat(versions.get(2).tags()).containsEntry("accuracy", Double.toString(best));
            assertThat(versions.get(1).tags()).containsEntry("rounds", "8").containsKey("siteAccuracy");
            assertThat(OnnxWriter.toBytes(edge.graph(versions.get(1))))
                    .isEqualTo(OnnxWriter.toBytes(expected.model().toOnnx("parts", scaling)));
            assertThat(OnnxWriter.toBytes(edge.graph(versions.get(2))))
                    .isEqualTo(OnnxWriter.toBytes(expected.best().toOnnx("parts", scaling)));
            Path model = folder.resolve("parts.onnx");
            OnnxWriter.write(edge.graph(versions.get(1)), model);
            assertRuns(model, expected, scaling);
        }
    }

    private void assertRuns(Path model, FederatedRun expected, Standardization scaling) {
        float[] raw = {13, -2};
        NpyFile.write(Tensor.of(raw, 1, 2), folder.resolve("raw.npy"));
        Console console =
                Console.run("run", model, "-i", folder.resolve("raw.npy"), "-o", folder.resolve("scores.npz"));
        assertThat(console.code()).as(console.err()).isZero();
        float[] scores = NpzFile.read(folder.resolve("scores.npz"), DataLimits.DEFAULT)
                .values()
                .iterator()
                .next()
                .floats();
        LabelledSet scaled = scaling.apply(LabelledSet.of(raw, 2, new int[] {0}, 2));
        assertThat(scores).containsExactly(expected.model().predict(scaled.sample(0)), within(2e-5f));
    }

    @Test
    void dataThatDoNotFitAreRefusedBeforeAnybodyIsAsked() throws IOException {
        write("a.csv", 10, 1);
        Path config = Files.writeString(folder.resolve("config.json"), CONFIG);
        Path data = folder.resolve("a.csv");
        Answers.refused(Console.run("participant", config, "--name", "a", "--data", data), "has no column (label)");
        Path wrong = Files.writeString(folder.resolve("wrong.csv"), "long,wide,label\n1,,good\n");
        Answers.refused(
                Console.run("participant", config, "--name", "a", "--data", wrong),
                "Column (wide) has no number in row 1");
        Answers.refused(
                Console.run(
                        "participant", config, "--name", "a", "--data", data, "--label", "verdict", "--hold-out", "1"),
                "must be 0 to below 1");
        Answers.refused(
                Console.run("participant", config, "--name", "a", "--label", "verdict"), "Maybe give --data FILE");
        Answers.refused(Console.run("participant", config, "--name", "a"), "at the sites", "--data FILE");
        Answers.refused(Console.run("coordinator", config, "--keep-best"), "Maybe give --register NAME");
        Answers.refused(Console.run("coordinator", config, "--test-label", "verdict"), "Maybe give --test FILE");
        Answers.refused(Console.run("coordinator", config, "--test", wrong), "Column (wide) has no number");
        Answers.refused(Console.run("federate", "simulate", config), "at the sites");
    }
}

package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.EdgeAI;
import io.edgeai.Serving;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program runs an experiment, and the command line tells of it what the test counted. */
class ExperimentStatusTest {
    @TempDir
    Path dir;

    private final Map<String, Long> units = new HashMap<>();

    /** @param score of an arm and a unit's number; NaN where the unit never asks */
    private void run(
            int number,
            Consumer<io.edgeai.core.experiment.ExperimentBuilder> plan,
            ToDoubleBiFunction<String, Integer> score) {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("m.onnx"));
        try (EdgeAI edge = EdgeAI.builder()
                .home(dir.resolve("home"))
                .serving(Serving::noDeadline)
                .build()) {
            ModelVersion first = edge.registry().register("m", model, r -> {});
            ModelVersion second = edge.registry().register("m", model, r -> {});
            try (ModelEndpoint endpoint =
                    edge.serve("m", s -> s.split(first, 1).split(second, 1).experiment(plan))) {
                var split = endpoint.split();
                for (int i = 0; i < number; i++) {
                    String arm = split.arms()
                            .get(split.armOfBits(split.bitsOf("u" + i)))
                            .version()
                            .toString();
                    double value = score.applyAsDouble(arm, i);
                    if (!Double.isNaN(value)) {
                        endpoint.predict("u" + i, new float[] {1, 2, 3});
                        endpoint.predict("u" + i, new float[] {1, 2, 3});
                        edge.experiment("m").outcome("u" + i, "score", value);
                        units.merge(arm, 1L, Long::sum);
                    }
                }
            }
        }
    }

    private Console status(Object... more) {
        Object[] words = {"experiment", "status", "m", "--home", dir.resolve("home")};
        Object[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Console.run(all);
    }

    private static JsonNode of(JsonNode answer, String metric) {
        for (JsonNode row : answer.get("comparisons")) {
            if (row.get("metric").textValue().equals(metric)) {
                return row;
            }
        }
        throw new AssertionError("no " + metric + " in " + answer);
    }

    @Test
    void tellsUnitsDifferencesAndTheDecision() {
        run(
                1000,
                e -> e.metric("score", Direction.HIGHER_IS_BETTER).sharpestAt(200),
                (arm, i) -> arm.equals("m@2") ? 3 : 2 + i % 2);
        JsonNode answer = Answers.json(status("--json"), 0);
        assertThat(answer.at("/units/m@1").longValue()).isEqualTo(units.get("m@1"));
        assertThat(answer.at("/units/m@2").longValue()).isEqualTo(units.get("m@2"));
        assertThat(answer.get("trustworthy").booleanValue()).isTrue();
        JsonNode score = of(answer, "score");
        assertThat(score.get("outcome").textValue()).isEqualTo("BETTER");
        assertThat(score.get("pairs").longValue()).isEqualTo(Math.min(units.get("m@1"), units.get("m@2")));
        assertThat(score.get("difference").doubleValue()).isCloseTo(0.5, within(0.1));
        assertThat(score.get("low").doubleValue()).isPositive().isLessThan(0.5);
        assertThat(score.get("high").doubleValue()).isGreaterThan(0.5);
        assertThat(of(answer, "errors").get("outcome").textValue()).isEqualTo("UNDECIDED");
        assertThat(status().out())
                .containsPattern("(?m)^m@1 +" + units.get("m@1") + "$")
                .contains("units fit the planned shares")
                .contains("m@2: ", "score");
    }

    @Test
    void lostUnitsAreAFinding() {
        run(
                1500,
                e -> e.metric("score", Direction.HIGHER_IS_BETTER),
                (arm, i) -> arm.equals("m@2") && i % 2 == 0 ? Double.NaN : 1);
        JsonNode answer = Answers.json(status("--json"), 1);
        assertThat(answer.get("trustworthy").booleanValue()).isFalse();
        assertThat(answer.at("/verdicts/0/decision").textValue()).isEqualTo("none");
        Console page = status();
        assertThat(page.code()).isEqualTo(1);
        assertThat(page.out()).contains("units do not fit the planned shares", "m@2: none, since the units");
    }

    /** To look from outside uses up nothing: looks are the serving process's, and none was made here. */
    @Test
    void watchingAnExperimentOfFixedSizeIsNoLook() {
        run(
                1000,
                e -> e.metric("score", Direction.HIGHER_IS_BETTER).maxPairs(5000),
                (arm, i) -> arm.equals("m@2") ? 9 : i % 2);
        for (int i = 0; i < 3; i++) {
            JsonNode score = of(Answers.json(status("--json"), 0), "score");
            assertThat(score.get("outcome").textValue()).isEqualTo("UNDECIDED");
            assertThat(score.get("difference").doubleValue()).isGreaterThan(8);
        }
    }

    @Test
    void saysWhatIsMissing() {
        Answers.refused(status(), "There is no registry in (");
        run(0, e -> e.metric("score", Direction.HIGHER_IS_BETTER), (arm, i) -> 0);
        Answers.refused(status(), "Of model (m) no experiment is kept");
        Answers.refused(
                Console.run("experiment", "status", "n", "--home", dir.resolve("home")), "There is no model (n)");
    }
}

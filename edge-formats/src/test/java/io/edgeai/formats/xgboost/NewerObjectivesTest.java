package io.edgeai.formats.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Tensor;
import io.edgeai.formats.xgboost.Boosters.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Objectives of XGBoost 3.3 and 3.4, against their definition in its sources: expectiles are a first value and positive
 * steps, quantiles of a row are sorted since 3.4, {@code reg:normal} gives mean and logarithm of the variance as they are.
 */
class NewerObjectivesTest {
    private static final float NAN = Float.NaN;

    @TempDir
    Path folder;

    private static ObjectNode model(String objective, String base, int minor, int outputs, float... leaves) {
        List<Node> trees = new ArrayList<>();
        int[] groups = new int[outputs];
        for (int g = 0; g < outputs; g++) {
            groups[g] = g;
            trees.add(Boosters.stump(0, 0.5f, true, leaves[g], -leaves[g]));
        }
        ObjectNode model = Boosters.model(objective, base, 1, outputs, trees, groups);
        model.putArray("version").add(3).add(minor).add(0);
        return model;
    }

    /** What each way answers to a row below the threshold, one above it and one without a value. */
    private void answers(ObjectNode model, float[][] expected) throws IOException, OrtException {
        Path file = Files.write(folder.resolve("model.json"), Boosters.json(model));
        float[][] rows = {{0}, {1}, {NAN}};
        float[][] graph = Boosters.run(file, "prediction", rows);
        try (XgboostSession session = new XgboostSession(Boosters.read(model))) {
            Tensor java = session.run(Map.of("input", Tensor.of(new float[] {0, 1, NAN}, 3, 1)), null)
                    .get("prediction");
            float[] flat = java.floats();
            for (int r = 0; r < rows.length; r++) {
                for (int g = 0; g < expected[r].length; g++) {
                    double wanted = expected[r][g];
                    double room = 2e-6 * Math.max(1, Math.abs(wanted));
                    assertThat((double) graph[r][g])
                            .as("graph, row %d output %d", r, g)
                            .isCloseTo(wanted, within(room));
                    assertThat((double) flat[r * expected[r].length + g])
                            .as("Java, row %d output %d", r, g)
                            .isCloseTo(wanted, within(room));
                }
            }
        }
    }

    @Test
    void quantilesAreSortedSince34AndNotBefore() throws IOException, OrtException {
        float[][] crossing = {{3, -1, 2}, {-3, 1, -2}, {3, -1, 2}};
        answers(model("reg:quantileerror", "0", 3, 3, 3, -1, 2), crossing);
        answers(model("reg:quantileerror", "0", 4, 3, 3, -1, 2), new float[][] {{-1, 2, 3}, {-3, -2, 1}, {-1, 2, 3}});
        answers(model("reg:quantileerror", "1", 4, 1, 3), new float[][] {{4}, {-2}, {4}});
    }

    @Test
    void theMarginOfQuantilesStaysAsItIs() throws IOException, OrtException {
        Path file = Files.write(
                folder.resolve("model.json"), Boosters.json(model("reg:quantileerror", "0", 4, 3, 3, -1, 2)));

        assertThat(Boosters.run(file, "margin", new float[] {0})[0]).containsExactly(3, -1, 2);
    }

    @Test
    void meanAndVarianceAreAsTheyAre() throws IOException, OrtException {
        answers(model("reg:normal", "[1,-2]", 5, 2, 3, -1), new float[][] {{4, -3}, {-2, -1}, {4, -3}});
    }

    @Test
    void expectilesAreAFirstValueAndPositiveSteps() throws IOException, OrtException {
        Random random = new Random(3);
        for (int round = 0; round < 20; round++) {
            float[] base = {random.nextFloat() * 4 - 2, 0, 0, 0};
            float[] leaves = new float[4];
            for (int g = 0; g < 4; g++) {
                leaves[g] = (random.nextFloat() - 0.5f) * 20;
                base[g] = g == 0 ? base[0] : base[g - 1] + random.nextFloat() * 3;
            }
            float[][] expected = new float[3][4];
            for (int r = 0; r < 3; r++) {
                double sign = r == 1 ? -1 : 1;
                double value = 0;
                for (int g = 0; g < 4; g++) {
                    double margin = start(base, g) + sign * leaves[g];
                    value = g == 0 ? margin : value + 1e-6 + Math.log1p(Math.exp(margin));
                    expected[r][g] = (float) value;
                }
            }
            String scores = "[" + base[0] + "," + base[1] + "," + base[2] + "," + base[3] + "]";
            answers(model("reg:expectileerror", scores, 3, 4, leaves), expected);
        }
    }

    /** The number whose softplus is what is between two base scores: log(exp(d) - 1). */
    private static double start(float[] base, int output) {
        if (output == 0) {
            return base[0];
        }
        double between = Math.max(1e-6, (double) base[output] - base[output - 1] - 1e-6);
        return Math.log(Math.exp(between) - 1);
    }

    @Test
    void baseScoresAloneComeBackFromTheirMargins() throws IOException, OrtException {
        float[] same = {0.25f, 0.75f, 2.5f};
        answers(model("reg:expectileerror", "[0.25,0.75,2.5]", 3, 3, 0, 0, 0), new float[][] {same, same, same});
        answers(model("reg:expectileerror", "0.5", 3, 1, 2), new float[][] {{2.5f}, {-1.5f}, {2.5f}});
    }

    @Test
    void equalBaseScoresAreTheLeastApart() {
        float[] margins = Boosters.read(model("reg:expectileerror", "1", 3, 3, 0, 0, 0)).baseMargin;

        assertThat(margins[0]).isEqualTo(1);
        assertThat((double) margins[1]).isCloseTo(Math.log(1e-6), within(1e-5));
        assertThat(margins[2]).isEqualTo(margins[1]);
    }

    @Test
    void aBaseScoreThatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> Boosters.read(model("reg:expectileerror", "[0,nan,1]", 3, 3, 0, 0, 0)))
                .isInstanceOf(ModelFormatException.class);
    }
}

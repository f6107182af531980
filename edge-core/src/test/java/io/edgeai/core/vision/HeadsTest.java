package io.edgeai.core.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.processor.Activation;
import io.edgeai.core.processor.Box;
import io.edgeai.core.processor.Detection;
import io.edgeai.core.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads against their published formulas. */
class HeadsTest {
    private static final DetectionHead.Size FRAME = new DetectionHead.Size(200, 100);
    private static final List<String> LABELS = List.of("cat", "dog", "bus");

    private static void assertClose(Box actual, double x1, double y1, double x2, double y2) {
        assertThat(new double[] {actual.x1(), actual.y1(), actual.x2(), actual.y2()})
                .usingComparatorWithPrecision(1e-4)
                .containsExactly(x1, y1, x2, y2);
    }

    private static Tensor transposed(float[][] rows) {
        float[] values = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[0].length; j++) {
                values[j * rows.length + i] = rows[i][j];
            }
        }
        return Tensor.of(values, 1, rows[0].length, rows.length);
    }

    private static Tensor straight(float[][] rows) {
        float[] values = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * rows[0].length, rows[0].length);
        }
        return Tensor.of(values, 1, rows.length, rows[0].length);
    }

    /** Ten boxes, of which the fourth is a bus. */
    private static float[][] yolo(boolean objectness) {
        float[][] rows = new float[10][objectness ? 8 : 7];
        float[] bus = rows[3];
        bus[0] = 50;
        bus[1] = 40;
        bus[2] = 20;
        bus[3] = 10;
        int at = 4;
        if (objectness) {
            bus[at++] = 0.5f;
        }
        bus[at + 1] = 0.1f;
        bus[at + 2] = 0.8f;
        return rows;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void yoloBoxesAreReadWhicheverWayTheyLie(boolean objectness) {
        YoloHead head = objectness ? YoloHead.withObjectness() : YoloHead.withoutObjectness();
        for (Tensor output : List.of(straight(yolo(objectness)), transposed(yolo(objectness)))) {
            List<Detection> found = head.decode(Map.of("o", output), FRAME, LABELS, 0.3);

            assertThat(found).singleElement().satisfies(one -> {
                assertThat(one.label()).isEqualTo("bus");
                assertThat(one.score()).isCloseTo(objectness ? 0.4 : 0.8, within(1e-6));
                assertClose(one.box(), 40, 35, 60, 45);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(SsdHead.Form.class)
    void ssdBoxesArePartsOfTheImage(SsdHead.Form form) {
        float[] numbers =
                switch (form) {
                    case X1_Y1_X2_Y2 -> new float[] {0.1f, 0.2f, 0.5f, 0.6f};
                    case Y1_X1_Y2_X2 -> new float[] {0.2f, 0.1f, 0.6f, 0.5f};
                    case CENTRED -> new float[] {0.3f, 0.4f, 0.4f, 0.4f};
                };
        Map<String, Tensor> outputs = Map.of(
                "boxes", Tensor.of(numbers, 1, 1, 4), "scores", Tensor.of(new float[] {0.05f, 0.6f, 0.35f}, 1, 1, 3));

        List<Detection> found = SsdHead.ofDefaults("boxes", "scores").form(form).decode(outputs, FRAME, LABELS, 0.3);

        assertThat(found).extracting(Detection::label).containsExactly("dog", "bus");
        assertClose(found.get(0).box(), 20, 20, 100, 60);
    }

    /** x = prior.x + 0.1·dx·prior.w, w = prior.w·exp(0.2·dw), likewise y and h. */
    @Test
    void ssdOffsetsAreFromTheirPriors() {
        Random random = new Random(6);
        List<double[]> priors = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            priors.add(
                    new double[] {random.nextDouble(), random.nextDouble(), random.nextDouble(), random.nextDouble()});
        }
        float[] offsets = Ort.normal(random, 20);
        float[] logits = Ort.normal(random, 10);
        Map<String, Tensor> outputs = Map.of("b", Tensor.of(offsets, 1, 5, 4), "s", Tensor.of(logits, 1, 5, 2));
        List<Detection> found = SsdHead.ofDefaults("b", "s")
                .priors(priors)
                .activation(Activation.SOFTMAX)
                .decode(outputs, FRAME, List.of(), 0);

        assertThat(found).hasSize(5);
        for (int i = 0; i < 5; i++) {
            double[] prior = priors.get(i);
            double x = (prior[0] + 0.1 * offsets[4 * i] * prior[2]) * 200;
            double h = prior[3] * Math.exp(0.2 * offsets[4 * i + 3]) * 100;
            Box box = found.get(i).box();
            assertThat((box.x1() + box.x2()) / 2).as("prior %d, seed 6", i).isCloseTo(x, within(1e-4));
            assertThat(box.y2() - box.y1()).as("prior %d, seed 6", i).isCloseTo(h, within(1e-4));
            double other = Math.exp(logits[2 * i]);
            double own = Math.exp(logits[2 * i + 1]);
            assertThat(found.get(i).score()).isCloseTo(own / (own + other), within(1e-6));
        }
    }

    @Test
    void fastestDetsCellsAreDecodedByItsFormula() {
        Random random = new Random(9);
        int rows = 3;
        int columns = 4;
        float[] values = Ort.normal(random, 8 * rows * columns);
        for (int i = 0; i < values.length; i++) {
            boolean score = i / (rows * columns) == 0 || i / (rows * columns) >= 5;
            values[i] = score ? random.nextFloat() : values[i];
        }
        List<Detection> found = FastestDetHead.ofDefaults()
                .decode(Map.of("o", Tensor.of(values, 1, 8, rows, columns)), FRAME, LABELS, 0);

        assertThat(found).hasSize(rows * columns);
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                Detection one = found.get(y * columns + x);
                int cell = y * columns + x;
                double best = 0;
                for (int label = 5; label < 8; label++) {
                    best = Math.max(best, values[label * 12 + cell]);
                }
                assertThat(one.score()).isCloseTo(Math.pow(values[cell], 0.6) * Math.pow(best, 0.4), within(1e-9));
                double middle = (x + Math.tanh(values[12 + cell])) / columns * 200;
                double width = 200 / (1 + Math.exp(-values[3 * 12 + cell]));
                assertThat(one.box().x1()).as("cell %d, seed 9", cell).isCloseTo(middle - width / 2, within(1e-6));
            }
        }
    }

    @Test
    void outputsOfAnotherFormAreNamed() {
        Tensor batch = Tensor.of(new float[2 * 3 * 7], 2, 3, 7);
        assertThatThrownBy(() -> YoloHead.withoutObjectness().decode(Map.of("o", batch), FRAME, LABELS, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("of one image");
        assertThatThrownBy(() -> FastestDetHead.ofDefaults().decode(Map.of("o", batch), FRAME, LABELS, 0))
                .hasMessageContaining("[1, 5 + classes, rows, columns]");
        Tensor scores = Tensor.of(new float[3], 1, 1, 3);
        assertThatThrownBy(
                        () -> SsdHead.ofDefaults("b", "s").decode(Map.of("b", scores, "s", scores), FRAME, LABELS, 0))
                .hasMessageContaining("not boxes of 4 numbers");
        assertThatThrownBy(() -> SsdHead.ofDefaults("b", "s").decode(Map.of("s", scores), FRAME, LABELS, 0))
                .hasMessageContaining("no output (b)");
        assertThatThrownBy(() -> YoloHead.withoutObjectness()
                        .decode(Map.of("o", straight(yolo(false))), FRAME, List.of("one"), 0.3))
                .hasMessageContaining("Class (2) has no name among 1");
    }
}

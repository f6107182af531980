package io.edgeai.core.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random boxes against ONNX Runtime's NonMaxSuppression. */
class NonMaxSuppressionPropertyTest {
    private static final int CLASSES = 3;
    private static final float IOU = 0.437f;
    private static final float SCORE = 0.3f;

    /** Boxes on whole pixels, so that overlaps are the same fractions in float and double. */
    private static Box box(Random random) {
        int x = random.nextInt(20);
        int y = random.nextInt(20);
        return new Box(x, y, x + 1 + random.nextInt(12), y + 1 + random.nextInt(12));
    }

    private static long[] onnx(List<Box> boxes, float[] scores, int most) {
        float[] corners = new float[4 * boxes.size()];
        for (int i = 0; i < boxes.size(); i++) {
            Box box = boxes.get(i);
            corners[4 * i] = (float) box.y1();
            corners[4 * i + 1] = (float) box.x1();
            corners[4 * i + 2] = (float) box.y2();
            corners[4 * i + 3] = (float) box.x2();
        }
        GraphBuilder builder = new GraphBuilder(17, 0).input("boxes", 1, -1, 4).input("scores", 1, CLASSES, -1);
        builder.longs("most", most)
                .constant("iou", OnnxTensor.ofFloats(new float[] {IOU}, 1))
                .constant("score", OnnxTensor.ofFloats(new float[] {SCORE}, 1));
        builder.node("NonMaxSuppression", "kept", "boxes", "scores", "most", "iou", "score");
        Map<String, Tensor> feed = Map.of(
                "boxes", Tensor.of(corners, 1, boxes.size(), 4),
                "scores", Tensor.of(scores, 1, CLASSES, boxes.size()));
        return Ort.run(builder.output("kept").graph(), feed).get("kept").longs();
    }

    @Test
    void theSameBoxesAreKept() {
        for (long seed = 0; seed < 120; seed++) {
            Random random = new Random(seed);
            int count = 1 + random.nextInt(40);
            int most = 1 + random.nextInt(8);
            List<Box> boxes = new ArrayList<>();
            float[] scores = new float[CLASSES * count];
            List<Detection> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                boxes.add(box(random));
                for (int index = 0; index < CLASSES; index++) {
                    scores[index * count + i] = random.nextFloat();
                    all.add(new Detection(Integer.toString(i), index, scores[index * count + i], boxes.get(i)));
                }
            }
            long[] kept = onnx(boxes, scores, most);
            Set<String> expected = new HashSet<>();
            for (int i = 0; i < kept.length; i += 3) {
                expected.add(kept[i + 1] + ":" + kept[i + 2]);
            }
            NonMaxSuppression rule =
                    NonMaxSuppression.ofDefaults().iou(IOU).score(SCORE).mostPerClass(most);
            List<Detection> ours = rule.apply(all);

            assertThat(ours.stream().map(one -> one.index() + ":" + one.label()))
                    .as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(ours).as("seed %d", seed).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
        }
    }

    @Test
    void acrossClassesTheSurestOfAllIsKept() {
        Box box = new Box(0, 0, 10, 10);
        List<Detection> two = List.of(new Detection("a", 0, 0.5, box), new Detection("b", 1, 0.6, box));

        assertThat(NonMaxSuppression.ofDefaults().apply(two)).hasSize(2);
        assertThat(NonMaxSuppression.ofDefaults().acrossClasses(true).apply(two))
                .extracting(Detection::label)
                .containsExactly("b");
    }

    @Test
    void overlapsAreFractionsOfArea() {
        Box square = new Box(0, 0, 2, 2);
        assertThat(square.iou(new Box(1, 0, 3, 2))).isEqualTo(1 / 3.0);
        assertThat(square.iou(square)).isEqualTo(1);
        assertThat(square.iou(new Box(2, 0, 3, 2))).isZero();
        assertThat(new Box(1, 1, 1, 1).iou(new Box(1, 1, 1, 1))).isZero();
        assertThat(Box.centred(5, 6, 2, 4)).isEqualTo(new Box(4, 4, 6, 8));
    }

    @Test
    void thresholdsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> NonMaxSuppression.ofDefaults().iou(1.1)).hasMessageContaining("iou 1.1");
        assertThatThrownBy(() -> NonMaxSuppression.ofDefaults().mostPerClass(0)).hasMessageContaining("most 0");
    }
}

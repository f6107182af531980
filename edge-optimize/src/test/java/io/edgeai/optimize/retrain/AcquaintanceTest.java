package io.edgeai.optimize.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks of one matrix whose classes are known by construction: upper or lower half, left or right half brighter. */
class AcquaintanceTest {
    private static final int SIDE = 32;
    private static final int EXAMPLES = 200;

    private static OnnxGraph halves(int side, boolean leftRight) {
        float[] weights = new float[side * side * 2];
        for (int i = 0; i < side * side; i++) {
            int at = leftRight ? i % side : i / side;
            weights[2 * i + (at < side / 2 ? 0 : 1)] = 1;
        }
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 1, side, side);
        b.constant("w", OnnxTensor.ofFloats(weights, (long) side * side, 2));
        b.node("Flatten", "flat", "x");
        b.node("MatMul", "y", "flat", "w");
        return b.output("y", 2).graph();
    }

    /** One half of each image is brighter by far more than the noise. */
    private static TrainingData images(int side, boolean leftRight, int wrong) {
        Random random = new Random(2);
        float[] pixels = Ort.normal(random, EXAMPLES * side * side);
        long[] labels = new long[EXAMPLES];
        for (int i = 0; i < EXAMPLES; i++) {
            int half = random.nextInt(2);
            labels[i] = i < wrong ? 1 - half : half;
            for (int j = 0; j < side * side; j++) {
                int at = leftRight ? j % side : j / side;
                pixels[i * side * side + j] += (at < side / 2 ? 0 : 1) == half ? 3 : 0;
            }
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("x", Tensor.of(pixels, EXAMPLES, 1, side, side));
        tensors.put(LabelledData.LABELS, Tensor.of(labels, EXAMPLES));
        return TensorData.of(tensors);
    }

    private static Acquaintance asked(OnnxGraph model, TrainingData data) {
        return new Acquaintance(Ort.runtime(), model, model, data);
    }

    @Test
    void whatMirroringMakesAnotherClassIsOnlyMoved() {
        assertThat(asked(halves(SIDE, true), images(SIDE, true, 0)).bears()).isEqualTo(new ImageAugmentation(false, 2));
        assertThat(asked(halves(SIDE, false), images(SIDE, false, 0)).bears())
                .isEqualTo(new ImageAugmentation(true, 2));
    }

    @ParameterizedTest
    @CsvSource({"15, 0", "16, 1", "28, 1", "64, 4", "256, 8"})
    void imagesMoveByASixteenthOfTheirSide(int side, int shift) {
        assertThat(asked(halves(side, false), images(side, false, 0)).bears())
                .isEqualTo(shift == 0 ? ImageAugmentation.NONE : new ImageAugmentation(true, shift));
    }

    @ParameterizedTest
    @CsvSource({"0, true", "6, true", "7, false", "40, false"})
    void itKnowsExamplesWhereNineteenOfTwentyAreRight(int wrong, boolean knows) {
        assertThat(asked(halves(SIDE, true), images(SIDE, true, wrong)).knows())
                .as("%d of the 128 that are asked about", wrong)
                .isEqualTo(knows);
    }

    @Test
    void oneThatIsMostlyWrongOrSaysOneThingSaysNothingAboutChanges() {
        assertThat(asked(halves(SIDE, false), images(SIDE, false, EXAMPLES)).bears())
                .isEqualTo(ImageAugmentation.NONE);
        OnnxGraph same = halves(SIDE, false);
        same.initializers().put("w", OnnxTensor.ofFloats(new float[SIDE * SIDE * 2], (long) SIDE * SIDE, 2));
        assertThat(asked(same, images(SIDE, false, 0)).bears()).isEqualTo(ImageAugmentation.NONE);
    }

    @Test
    void whatIsNoImageIsLeftAlone() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 40).weight("w", 1, 40, 3);
        b.node("MatMul", "y", "x", "w");
        TrainingData rows = TensorData.of(Map.of("x", Tensor.of(Ort.normal(new Random(1), 4000), 100, 40)));
        Acquaintance found = asked(b.output("y", 2).graph(), rows);
        assertThat(found.bears()).isEqualTo(ImageAugmentation.NONE);
        assertThat(found.knows()).as("there are no labels").isFalse();
        assertThat(rows.allocate(1).get("x").type()).isEqualTo(ElementType.FLOAT);
    }

    @Test
    void onlyWhatIsLeftOpenIsDecided() {
        TrainingData data = images(SIDE, true, 0);
        Acquaintance found = asked(halves(SIDE, true), data);
        TrainSettings open = TrainSettings.defaults();
        assertThat(open.decided(found, true, true))
                .isEqualTo(open.images(new ImageAugmentation(false, 2)).teacherShare(0.9));
        assertThat(open.decided(found, false, true)).isEqualTo(open.images(new ImageAugmentation(false, 2)));
        TrainSettings own = open.images(ImageAugmentation.NONE).teacherShare(0.3);
        assertThat(own.decided(found, true, true)).isEqualTo(own);
    }
}

package io.edgeai.core.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.processor.Activation;
import io.edgeai.core.processor.Box;
import io.edgeai.core.processor.Classification;
import io.edgeai.core.processor.Detection;
import io.edgeai.core.processor.Framing;
import io.edgeai.core.processor.Image;
import io.edgeai.core.processor.Images;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small graphs whose answers to plain colours are known. */
class VisionModelTest {
    private static final Map<String, String> COLOURS = Map.of("vision.labels", "red\ngreen\nblue");

    /** The mean of each channel, times 10. */
    private static InferenceSession means(long images) {
        GraphBuilder builder = new GraphBuilder(17, 0).input("x", images, 3, 8, 8);
        builder.node("GlobalAveragePool", "pool", "x");
        builder.node("Flatten", "flat", "pool");
        builder.constant("ten", OnnxTensor.scalar(10f));
        builder.node("Mul", "y", "flat", "ten");
        return Ort.open(builder.output("y", 2).graph());
    }

    /** Regression: a classifier that answers bytes, as quantized TensorFlow Lite models do, was refused. */
    @ParameterizedTest
    @EnumSource(names = {"UINT8", "INT8"})
    void bytesAreWhatTheirScaleSays(ElementType type) {
        int zero = type == ElementType.UINT8 ? 20 : -108;
        GraphBuilder builder = new GraphBuilder(17, 0).input("x", 1, 3, 8, 8);
        builder.node("GlobalAveragePool", "pool", "x");
        builder.node("Flatten", "flat", "pool");
        builder.constant("step", OnnxTensor.scalar(1 / 128f));
        builder.constant("zero", OnnxTensor.ofBytes(type, new byte[] {(byte) zero}));
        builder.node("QuantizeLinear", "y", "flat", "step", "zero");
        OnnxGraph graph = builder.output("y", 2).graph();
        graph.outputs().clear();
        graph.outputs().add(OnnxValue.tensor("y", type, 1, 3));
        Image green = Images.plain(8, 8, 0, 255, 51);
        try (InferenceSession session = Ort.open(graph)) {
            VisionSettings settings =
                    VisionModel.of(session, COLOURS).settings().activation(Activation.NONE);
            VisionModel plain = VisionModel.of(session, COLOURS).with(settings);
            VisionModel scaled = plain.with(settings.scores(new OutputScale(1 / 128.0, zero)));

            assertThat(plain.classify(green, 1).get(0).score()).isEqualTo(128 + zero);
            assertThat(scaled.classify(green, 2))
                    .extracting(Classification::label)
                    .containsExactly("green", "blue");
            assertThat(scaled.classify(green, 1).get(0).score()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1})
    void imagesAreNamedByTheirColourTogetherOrOneByOne(long images) {
        List<Image> three = List.of(
                Images.plain(30, 20, 0, 0, 255), Images.plain(5, 50, 255, 0, 0), Images.plain(8, 8, 0, 255, 51));
        try (InferenceSession session = means(images)) {
            VisionModel model = VisionModel.of(session, COLOURS);
            List<List<Classification>> answers = model.classify(three, 2);

            assertThat(answers).map(best -> best.get(0).label()).containsExactly("blue", "red", "green");
            double sum = 1 + Math.exp(10) + Math.exp(2);
            assertThat(answers.get(2).get(0).score()).isCloseTo(Math.exp(10) / sum, within(1e-5));
            assertThat(answers.get(2).get(1)).satisfies(second -> {
                assertThat(second.label()).isEqualTo("blue");
                assertThat(second.score()).isCloseTo(Math.exp(2) / sum, within(1e-5));
            });
            assertThat(model.classify(List.of(), 1)).isEmpty();
            assertThat(model.with(model.settings().activation(Activation.NONE)).classify(three.get(0), 1))
                    .singleElement()
                    .satisfies(one -> assertThat(one.score()).isCloseTo(10, within(1e-4)));
        }
    }

    /** A network of one opinion: a box 8..24 × 16..32 and, less sure, one almost the same, in an input of 64 × 64. */
    private static VisionModel detecting(InferenceSession session) {
        float[] rows = new float[20 * 6];
        float[][] boxes = {{16, 24, 16, 16, 0.9f, 0.1f}, {17, 24, 16, 16, 0.8f, 0.1f}, {50, 50, 10, 10, 0.1f, 0.6f}};
        for (int i = 0; i < boxes.length; i++) {
            System.arraycopy(boxes[i], 0, rows, 6 * i, 6);
        }
        return new VisionModel(
                session.signature(),
                inputs -> Map.of("y", Tensor.of(rows, 1, 20, 6)),
                VisionSettings.of(session.signature(), Map.of("vision.labels", "cup\nkey", "vision.head", "yolo")));
    }

    private static InferenceSession square() {
        return Ort.open(
                new GraphBuilder(17, 0).input("y", 1, 3, 64, 64).output("y", 4).graph());
    }

    @Test
    void boxesComeOnTheOriginalAndTwiceTheSameThingOnce() {
        Image wide = Images.plain(128, 64, 1, 2, 3);
        try (InferenceSession session = square()) {
            VisionModel model = detecting(session);
            List<Detection> stretched = model.detect(wide);
            assertThat(stretched).extracting(Detection::label).containsExactly("cup", "key");
            assertThat(stretched.get(0).box()).isEqualTo(new Box(16, 16, 48, 32));

            VisionModel letterboxed = model.with(model.settings().framing(Framing.letterbox(64, 64)));
            assertThat(letterboxed.detect(wide).get(0).box())
                    .as("the image lies in rows 16 to 48 of the input, halved")
                    .isEqualTo(new Box(16, 0, 48, 32));
        }
    }

    @Test
    void withoutAHeadThereAreNoBoxes() {
        try (InferenceSession session = means(1)) {
            VisionModel model = VisionModel.of(session, COLOURS);
            assertThatThrownBy(() -> model.detect(Images.plain(8, 8, 0, 0, 0)))
                    .hasMessageContaining("no head (null)")
                    .hasMessageContaining("vision.head");
            assertThatThrownBy(() -> model.with(model.settings().labels(List.of("one")))
                            .classify(Images.plain(8, 8, 0, 0, 0), 1))
                    .hasMessageContaining("(3) scores but there are (1) labels");
        }
    }
}

package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.processor.Activation;
import io.edgeai.core.processor.Classification;
import io.edgeai.core.processor.Image;
import io.edgeai.core.vision.DetectionHead;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From image files to labels, through registry and endpoint. */
class VisionTest {
    @TempDir
    Path home;

    private EdgeAI edge;

    @BeforeEach
    void build() {
        edge = EdgeAI.builder()
                .home(home.resolve("registry"))
                .serving(s -> s.noDeadline())
                .build();
    }

    @AfterEach
    void close() {
        edge.close();
    }

    /** Scores are 10 times the mean of each channel, 0 to 1. */
    private ModelVersion colours(String labels) {
        OnnxGraph graph = OnnxGraph.create("colours", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, -1, 3, 8, 8));
        graph.initializers().put("ten", OnnxTensor.scalar(10f));
        graph.add("GlobalAveragePool", "pool", List.of("x"), List.of("p"));
        graph.add("Flatten", "flat", List.of("p"), List.of("f"));
        graph.add("Mul", "mul", List.of("f", "ten"), List.of("y"));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, -1, 3));
        if (!labels.isEmpty()) {
            graph.info().metadata().put("vision.labels", labels);
        }
        return edge.registry().register("colours", OnnxWriter.toBytes(graph), registration -> {});
    }

    private static Image plain(int red, int green, int blue) {
        byte[] rgb = new byte[3 * 20 * 10];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) red;
            rgb[i + 1] = (byte) green;
            rgb[i + 2] = (byte) blue;
        }
        return Image.ofRgb(20, 10, rgb);
    }

    @Test
    void anImageIsAnsweredByTheActiveVersion() throws Exception {
        edge.registry().promote(colours("red\ngreen\nblue").ref(), "first");
        BufferedImage drawn = new BufferedImage(30, 30, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 900; i++) {
            drawn.setRGB(i % 30, i / 30, 0x00ff00);
        }
        Path file = home.resolve("green.png");
        ImageIO.write(drawn, "png", file.toFile());
        try (VisionEndpoint vision = edge.vision("colours")) {
            assertThat(vision.classify(file).label()).isEqualTo("green");
            assertThat(vision.classify(plain(0, 0, 250)).label()).isEqualTo("blue");
            assertThat(vision.scores(plain(255, 128, 0)))
                    .extracting(Classification::label)
                    .containsExactly("red", "green", "blue");
            assertThat(vision.endpoint().answered().values()).containsExactly(3L);
        }
    }

    @Test
    void settingsGivenHereComeLast() {
        edge.registry().promote(colours("red\ngreen\nblue").ref(), "first");
        DetectionHead nothing = (outputs, frame, labels, least) -> List.of();
        try (VisionEndpoint vision = edge.vision(
                "colours",
                s -> s.labels(List.of("rot", "grün", "blau"))
                        .activation(Activation.NONE)
                        .head(nothing),
                serving -> {})) {
            assertThat(vision.classify(plain(0, 255, 0)))
                    .satisfies(best -> assertThat(best.label()).isEqualTo("grün"))
                    .satisfies(best -> assertThat(best.score()).isEqualTo(10));
            assertThat(vision.detect(plain(0, 255, 0))).isEmpty();
        }
    }

    @Test
    void aCallThatMeetsAPromotionIsAnsweredByTheNewVersion() {
        edge.registry().promote(colours("red\ngreen\nblue").ref(), "first");
        ModelVersion second = colours("R\nG\nB");
        AtomicBoolean promoted = new AtomicBoolean();
        try (VisionEndpoint vision = edge.vision("colours")) {
            String label = vision.with(model -> {
                if (promoted.compareAndSet(false, true)) {
                    edge.registry().promote(second.ref(), "in between");
                }
                return model.classify(plain(255, 0, 0), 1).get(0).label();
            });
            assertThat(label).isEqualTo("R");
        }
    }

    @Test
    void modelsThatTakeNoImagesAndSplitsAreRefused() {
        edge.registry().promote(Fixtures.times(edge, "numbers", 2).ref(), "first");
        ModelVersion first = colours("");
        ModelVersion second = colours("");
        try (VisionEndpoint numbers = edge.vision("numbers");
                VisionEndpoint two =
                        edge.vision("colours", s -> s, s -> s.split(first, 1).split(second, 1))) {
            assertThatThrownBy(() -> numbers.classify(plain(1, 1, 1)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("not one image");
            assertThatThrownBy(() -> two.classify(plain(1, 1, 1))).hasMessageContaining("Maybe give one version");
        }
    }

    @Test
    void closingTheInstanceClosesTheVision() {
        edge.registry().promote(colours("").ref(), "first");
        VisionEndpoint vision = edge.vision("colours");
        assertThat(vision.classify(plain(0, 0, 9)).label())
                .as("no labels: the number")
                .isEqualTo("2");
        edge.close();
        assertThatThrownBy(() -> vision.classify(plain(1, 1, 1))).isInstanceOf(LifecycleException.class);
    }
}

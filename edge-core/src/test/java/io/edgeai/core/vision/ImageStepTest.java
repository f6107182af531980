package io.edgeai.core.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.ensemble.ModelGraph;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** A graph that is asked with files. */
class ImageStepTest {
    private static final TensorSpec PIXELS = TensorSpec.of(ImageStep.IMAGE, ElementType.FLOAT, 1, 3, 4, 4);
    private static final VisionSettings SETTINGS =
            VisionSettings.of(new Signature(List.of(PIXELS), List.of()), Map.of());

    private static byte[] png(int colour) throws IOException {
        BufferedImage image = new BufferedImage(10, 6, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 60; i++) {
            image.setRGB(i % 10, i / 10, colour);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    /** The file's mean of each channel, 0 to 1. */
    private static ModelGraph means() {
        GraphBuilder means = new GraphBuilder(17, 0).input(ImageStep.IMAGE, 1, 3, 4, 4);
        means.node("GlobalAveragePool", "means", ImageStep.IMAGE);
        return ModelGraph.builder()
                .input(TensorSpec.of(ImageStep.FILE, ElementType.UINT8, -1))
                .step("read", new ImageStep(SETTINGS), w -> w.input(ImageStep.FILE)
                        .output(PIXELS))
                .step("means", Ort.open(means.output("means", 4).graph()))
                .output("means")
                .build();
    }

    @Test
    void bytesOfAFileBecomeTheModelsInput() throws IOException {
        byte[] file = png(0xff3300);
        try (ModelGraph graph = means()) {
            Tensor bytes = Tensor.ofBytes(ElementType.UINT8, file, file.length);
            assertThat(graph.run(Map.of(ImageStep.FILE, bytes)).get("means").floats())
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(1, 0.2f, 0);
        }
    }

    @Test
    void whatIsNoFileIsNamed() {
        try (ModelGraph graph = means()) {
            Tensor nothing = Tensor.ofBytes(ElementType.UINT8, new byte[9], 9);
            assertThatThrownBy(() -> graph.run(Map.of(ImageStep.FILE, nothing)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no image");
        }
        assertThatThrownBy(() -> new ImageStep(SETTINGS).apply(Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(file) as UINT8");
    }
}

package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.VisionEndpoint;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.processor.Detection;
import io.edgeai.core.processor.Framing;
import io.edgeai.core.vision.VisionMetadata;
import io.edgeai.core.vision.VisionSettings;
import io.edgeai.core.vision.YoloHead;
import io.edgeai.samples.terminal.Terminal;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * An image file in, boxes out. The network is written by hand and knows one thing, red crates on a grey floor; what it needs
 * to know of images travels in its metadata.
 */
public final class S13_Vision {
    private static final int SIDE = 128;
    private static final int CELLS = 8;

    private S13_Vision() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s13"), Terminal.system());
    }

    static List<Detection> run(Path home, Terminal terminal) throws IOException {
        Path photograph = home.resolve("floor.png");
        ImageIO.write(floor(), "png", photograph.toFile());
        try (EdgeAI edge = EdgeAI.builder()
                .home(home.resolve("registry"))
                .serving(s -> s.noDeadline())
                .build()) {
            ModelVersion version = edge.registry().register("crates", OnnxWriter.toBytes(network()), r -> {});
            edge.registry().promote(version.ref(), "first release");
            try (VisionEndpoint crates = edge.vision("crates")) {
                List<Detection> found = crates.detect(photograph);
                for (Detection each : found) {
                    terminal.line(String.format(
                            Locale.ROOT,
                            "%s %.2f at x %.0f to %.0f, y %.0f to %.0f",
                            each.label(),
                            each.score(),
                            each.box().x1(),
                            each.box().x2(),
                            each.box().y1(),
                            each.box().y2()));
                }
                return found;
            }
        }
    }

    /** 640 × 320 pixels of grey with two crates. */
    private static BufferedImage floor() {
        BufferedImage image = new BufferedImage(640, 320, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(new Color(120, 120, 120));
        pen.fillRect(0, 0, 640, 320);
        pen.setColor(Color.RED);
        pen.fillRect(80, 80, 80, 80);
        pen.fillRect(400, 160, 80, 80);
        pen.dispose();
        return image;
    }

    /** Red without green and blue, averaged over 8 × 8 cells, each of which proposes itself as a box, as YOLOv8 lays it out. */
    private static OnnxGraph network() {
        OnnxGraph graph = OnnxGraph.create("crates", 17);
        graph.inputs().add(OnnxValue.tensor("image", ElementType.FLOAT, 1, 3, SIDE, SIDE));
        graph.initializers().put("red", OnnxTensor.ofFloats(new float[] {1, -1, -1}, 1, 3, 1, 1));
        graph.initializers().put("flat", OnnxTensor.ofLongs(new long[] {1, 1, CELLS * CELLS}, 3));
        int cell = SIDE / CELLS;
        float[] boxes = new float[4 * CELLS * CELLS];
        for (int i = 0; i < CELLS * CELLS; i++) {
            int column = i % CELLS;
            int row = i / CELLS;
            boxes[i] = (column + 0.5f) * cell;
            boxes[CELLS * CELLS + i] = (row + 0.5f) * cell;
            boxes[2 * CELLS * CELLS + i] = cell;
            boxes[3 * CELLS * CELLS + i] = cell;
        }
        graph.initializers().put("boxes", OnnxTensor.ofFloats(boxes, 1, 4, CELLS * CELLS));
        graph.add("Conv", "redness", List.of("image", "red"), List.of("r"));
        graph.add("AveragePool", "cells", List.of("r"), List.of("c"))
                .attribute("kernel_shape", new long[] {cell, cell})
                .attribute("strides", new long[] {cell, cell});
        graph.add("Reshape", "row", List.of("c", "flat"), List.of("scores"));
        graph.add("Concat", "rows", List.of("boxes", "scores"), List.of("output"))
                .attribute("axis", 1);
        graph.outputs().add(OnnxValue.tensor("output", ElementType.FLOAT, 1, 5, CELLS * CELLS));

        Signature input =
                new Signature(List.of(TensorSpec.of("image", ElementType.FLOAT, 1, 3, SIDE, SIDE)), List.of());
        VisionSettings settings = VisionSettings.of(input, Map.of())
                .labels(List.of("crate"))
                .framing(Framing.letterbox(SIDE, SIDE))
                .head(YoloHead.withoutObjectness());
        graph.info().metadata().putAll(VisionMetadata.of(settings));
        return graph;
    }
}

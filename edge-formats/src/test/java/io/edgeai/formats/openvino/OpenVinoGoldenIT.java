package io.edgeai.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.golden.Comparison;
import io.edgeai.formats.golden.Formats;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.golden.Runner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real models against outputs of an independent evaluator beside them. */
class OpenVinoGoldenIT {
    @ParameterizedTest
    @CsvSource({
        "ovms/dummy.xml, ovms/dummy.gold",
        "ovms/increment_1x3x4x5.xml, ovms/increment_1x3x4x5.gold",
        "samplenet/SampLeNet.xml, samplenet/gold_ir"
    })
    void everyModelAnswersAsExpected(String model, String gold) {
        Path folder = Formats.folder("openvino");
        OnnxGraph graph = new OpenVinoImporter().read(folder.resolve(model)).graph();

        double[] output = Runner.run(
                        graph, List.of(Npy.read(folder.resolve(gold).resolve("input_0.npy"))))
                .get(0);

        Comparison found = Comparison.of(Npy.read(folder.resolve(gold).resolve("output_0.npy")), output);
        assertThat(found.relative()).as(model + ": " + found).isLessThanOrEqualTo(1e-5);
    }

    @Test
    void aStateStartsAtItsFirstValue() {
        Path model = Formats.folder("openvino").resolve("ovms/summator.xml");
        var imported = new OpenVinoImporter().read(model);
        ByteBuffer five = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 5);

        double[] sum = Runner.run(imported.graph(), List.of(new Npy("f4", new long[] {1, 1}, five)))
                .get(0);

        assertThat(sum).containsExactly(5);
        assertThat(imported.notes()).contains("states start at their first value in every call");
    }

    /** No expected outputs exist; the form of a detector's answer is fixed all the same. */
    @Test
    void aFaceDetectorAnswersInRowsOfDetections() {
        Path model = Formats.folder("openvino").resolve("omz/face-detection-adas-0001.xml");
        OnnxGraph graph = new OpenVinoImporter().read(model).graph();
        ByteBuffer image = ByteBuffer.allocate(4 * 3 * 384 * 672).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(7);
        for (int i = 0; i < image.limit() / 4; i++) {
            image.putFloat(4 * i, random.nextInt(256));
        }

        double[] rows = Runner.run(graph, List.of(new Npy("f4", new long[] {1, 3, 384, 672}, image)))
                .get(0);

        assertThat(rows).hasSize(200 * 7);
        int row = 0;
        double last = 1;
        while (row < 200 && rows[7 * row] == 0) {
            assertThat(rows[7 * row + 1]).as("label").isEqualTo(1);
            assertThat(rows[7 * row + 2]).as("score").isLessThanOrEqualTo(last).isGreaterThan(.0099);
            last = rows[7 * row + 2];
            assertThat(rows[7 * row + 5]).as("right of left").isGreaterThan(rows[7 * row + 3]);
            row++;
        }
        assertThat(row).as("detections").isBetween(1, 199);
        assertThat(rows[7 * row]).as("behind the last detection").isEqualTo(-1);
    }
}

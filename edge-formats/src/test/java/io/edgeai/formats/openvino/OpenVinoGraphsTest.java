package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.IrFile.output;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recurrence, control flow, detection heads, and files that are not as they should be. */
class OpenVinoGraphsTest {
    private static final double CLOSE = 2e-5;

    @TempDir
    Path folder;

    private static float[] values(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = ((i * 37 + 11) % 23 - 11) / 4f;
        }
        return values;
    }

    private static void close(double[] found, double... wanted) {
        assertThat(found).usingComparatorWithPrecision(CLOSE).containsExactly(wanted);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** A step written out: gates in OpenVINO's order forget, input, cell, output. */
    @Test
    void anLstmSequenceIsItsSteps() {
        int steps = 3;
        int units = 2;
        float[] x = values(steps * 2);
        float[] w = values(4 * units * 2);
        float[] r = values(4 * units * units);
        float[] b = values(4 * units);
        IrFile file = new IrFile();
        int y = file.ops(
                "LSTMSequence",
                "opset5",
                "hidden_size=\"2\" direction=\"forward\"",
                new String[] {port("FP32", 1, 1, steps, units), port("FP32", 1, 1, units), port("FP32", 1, 1, units)},
                file.input(x, 1, steps, 2),
                file.floats(new float[2], 1, 1, 2),
                file.floats(new float[2], 1, 1, 2),
                file.inputInts(new int[] {steps}, 1),
                file.floats(w, 1, 4L * units, 2),
                file.floats(r, 1, 4L * units, units),
                file.floats(b, 1, 4L * units));
        var found = file.result(y).result(output(y, 2)).run(folder);

        double[] h = new double[units];
        double[] c = new double[units];
        double[] all = new double[steps * units];
        for (int t = 0; t < steps; t++) {
            double[] sums = new double[4 * units];
            for (int g = 0; g < sums.length; g++) {
                sums[g] = b[g]
                        + w[2 * g] * x[2 * t]
                        + w[2 * g + 1] * x[2 * t + 1]
                        + r[2 * g] * h[0]
                        + r[2 * g + 1] * h[1];
            }
            for (int u = 0; u < units; u++) {
                c[u] = sigmoid(sums[u]) * c[u] + sigmoid(sums[units + u]) * Math.tanh(sums[2 * units + u]);
            }
            for (int u = 0; u < units; u++) {
                h[u] = sigmoid(sums[3 * units + u]) * Math.tanh(c[u]);
                all[t * units + u] = h[u];
            }
        }
        close(found.get(0), all);
        close(found.get(1), c);
    }

    /** Running sums: a state goes round, slices come in and go out. */
    @Test
    void aTensorIteratorRunsItsBody() {
        IrFile file = new IrFile();
        int x = file.input(new float[] {1, 2, 3, 4, 5, 6}, 1, 3, 2);
        int start = file.floats(new float[] {10, 20}, 1, 1, 2);
        int y = file.op("TensorIterator", "opset1", "", port("FP32", 1, 3, 2), x, start);
        file.inside(
                "<port_map><input axis=\"1\" external_port_id=\"0\" internal_layer_id=\"0\" part_size=\"1\" stride=\"1\"/>"
                        + "<input external_port_id=\"1\" internal_layer_id=\"1\"/>"
                        + "<output axis=\"1\" external_port_id=\"100\" internal_layer_id=\"3\" part_size=\"1\" stride=\"1\"/></port_map>"
                        + "<back_edges><edge from-layer=\"3\" to-layer=\"1\"/></back_edges>"
                        + "<body><layers>" + parameter(0) + parameter(1)
                        + "<layer id=\"2\" name=\"sum\" type=\"Add\" version=\"opset1\"><input><port id=\"0\"><dim>1</dim><dim>1</dim><dim>2</dim></port><port id=\"1\"><dim>1</dim><dim>1</dim><dim>2</dim></port></input><output><port id=\"2\" precision=\"FP32\"><dim>1</dim><dim>1</dim><dim>2</dim></port></output></layer>"
                        + "<layer id=\"3\" name=\"r\" type=\"Result\" version=\"opset1\"><input><port id=\"0\"><dim>1</dim><dim>1</dim><dim>2</dim></port></input></layer></layers>"
                        + "<edges><edge from-layer=\"0\" from-port=\"0\" to-layer=\"2\" to-port=\"0\"/><edge from-layer=\"1\" from-port=\"0\" to-layer=\"2\" to-port=\"1\"/><edge from-layer=\"2\" from-port=\"2\" to-layer=\"3\" to-port=\"0\"/></edges></body>");
        close(file.answer(folder, y), 11, 22, 14, 26, 19, 32);
    }

    private static String parameter(int id) {
        return "<layer id=\"" + id + "\" name=\"p" + id
                + "\" type=\"Parameter\" version=\"opset1\"><data element_type=\"f32\"/>"
                + "<output><port id=\"0\" precision=\"FP32\"><dim>1</dim><dim>1</dim><dim>2</dim></port></output></layer>";
    }

    /** One place, one size, its geometric mean with the greater one, and two ratios. */
    @Test
    void priorBoxesLieAroundTheirPlaces() {
        IrFile file = new IrFile();
        int y = file.op(
                "PriorBox",
                "opset1",
                "min_size=\"4\" max_size=\"16\" aspect_ratio=\"4\" flip=\"1\" clip=\"False\" step=\"10\" offset=\"0.5\" variance=\"0.1,0.2\" fixed_size=\"\" fixed_ratio=\"\" density=\"\"",
                port("FP32", 2, 16),
                file.longs(1, 1),
                file.longs(10, 20));
        assertThatThrownBy(() -> file.answer(folder, y))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("2 variances");

        IrFile second = new IrFile();
        int z = second.op(
                "PriorBox",
                "opset1",
                "min_size=\"4\" max_size=\"16\" aspect_ratio=\"4\" flip=\"1\" clip=\"False\" step=\"10\" offset=\"0.5\" variance=\"0.1\" fixed_size=\"\" fixed_ratio=\"\" density=\"\"",
                port("FP32", 2, 16),
                second.longs(1, 1),
                second.longs(10, 20));
        double[] found = second.answer(folder, z);
        close(
                Arrays.copyOf(found, 16),
                3 / 20.,
                3 / 10.,
                7 / 20.,
                7 / 10.,
                1 / 20.,
                1 / 10.,
                9 / 20.,
                9 / 10.,
                1 / 20.,
                4 / 10.,
                9 / 20.,
                6 / 10.,
                4 / 20.,
                1 / 10.,
                6 / 20.,
                9 / 10.);
        assertThat(found[16]).isCloseTo(.1, org.assertj.core.data.Offset.offset(1e-6));
    }

    @Test
    void detectionsComeByClassAndScore() {
        IrFile file = new IrFile();
        int location = file.input(new float[12], 1, 12);
        int scores = file.input(new float[] {0, .6f, .2f, 0, .9f, .8f, 0, .1f, .7f}, 1, 9);
        int priors = file.floats(
                new float[] {
                    0, 0, .5f, .5f, 0, 0, .5f, .45f, .6f, .6f, .9f, .9f, .1f, .1f, .1f, .1f, .1f, .1f, .1f, .1f, .1f,
                    .1f, .1f, .1f
                },
                1,
                2,
                12);
        int y = file.op(
                "DetectionOutput",
                "opset1",
                "num_classes=\"3\" background_label_id=\"0\" top_k=\"-1\" keep_top_k=\"5\" share_location=\"true\" normalized=\"true\" nms_threshold=\"0.5\" confidence_threshold=\"0.15\" code_type=\"caffe.PriorBoxParameter.CENTER_SIZE\" variance_encoded_in_target=\"false\"",
                port("FP32", 1, 1, 5, 7),
                location,
                scores,
                priors);
        // Class 1: the second prior suppresses the first, the third is too weak. Class 2: second and third.
        close(
                file.answer(folder, y),
                0,
                1,
                .9f,
                0,
                0,
                .5f,
                .45f,
                0,
                2,
                .8f,
                0,
                0,
                .5f,
                .45f,
                0,
                2,
                .7f,
                .6f,
                .6f,
                .9f,
                .9f,
                -1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0);
    }

    @Test
    void everythingWithoutAnEquivalentIsListedOnce() {
        IrFile file = new IrFile();
        int x = file.input(values(4), 4);
        int a = file.op("Nonsense", "opset1", "", port("FP32", 4), x);
        int b = file.op("Proposal", "opset4", "", port("FP32", 4), a);
        int c = file.op("Nonsense", "extension", "", port("FP32", 4), b);
        file.result(c);
        assertThatThrownBy(() -> file.graph(folder))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(Nonsense of opset1 has no mapping) x 1 at l1")
                .hasMessageContaining("(Proposal of opset4 has no mapping) x 1 at l2")
                .hasMessageContaining("(Nonsense of extension has no mapping) x 1 at l3")
                .hasMessageContaining("Maybe");
    }

    @Test
    void oldVersionsMissingWeightsAndForeignXmlAreNamed() throws IOException {
        IrFile old = new IrFile();
        old.version = "7";
        Path file = old.write(folder);
        assertThatThrownBy(() -> new OpenVinoImporter().read(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("version (7); versions 10 and 11");

        IrFile bare = new IrFile();
        bare.result(bare.op("Add", "opset1", "", port("FP32", 1), bare.input(new float[1], 1), bare.scalar(1)));
        Path model = bare.write(folder);
        Files.delete(folder.resolve("model.bin"));
        assertThatThrownBy(() -> new OpenVinoImporter().read(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("are missing");

        Path other = Files.writeString(
                folder.resolve("other.xml"),
                "<!DOCTYPE net [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><nett>&x;</nett>");
        assertThatThrownBy(() -> new OpenVinoImporter().read(other)).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void brokenFilesGiveTypedErrors() throws IOException {
        IrFile good = new IrFile();
        int x = good.input(values(24), 3, 4, 2);
        int cut = good.op(
                "StridedSlice",
                "opset1",
                "begin_mask=\"0,0,0\" end_mask=\"0,1,0\"",
                port("FP32", 2, 3, 1),
                x,
                good.longs(0, 1, 1),
                good.longs(2, 0, 2),
                good.longs(1, 1, 1));
        int sum = good.op("ReduceSum", "opset1", "keep_dims=\"true\"", port("FP32", 2, 1, 1), cut, good.longs(1));
        good.result(sum);
        String xml = good.xml();
        good.write(folder);
        long seed = 5;
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            StringBuilder bad = new StringBuilder(xml);
            int at = random.nextInt(xml.length());
            switch (i % 3) {
                case 0 -> bad.setLength(at);
                case 1 -> bad.setCharAt(at, (char) ('0' + random.nextInt(10)));
                default -> bad.delete(at, Math.min(xml.length(), at + 1 + random.nextInt(30)));
            }
            Files.writeString(folder.resolve("model.xml"), bad);
            try {
                new OpenVinoImporter().read(folder.resolve("model.xml"));
            } catch (EdgeException e) {
                assertThat(e).isInstanceOfAny(ModelFormatException.class, UnsupportedOperatorException.class);
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", variant " + i + ": " + e, e);
            }
        }
        assertThat(refused).as("refused of 3000").isGreaterThan(1500);
    }
}

package io.edgeai.formats.tflite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.golden.Comparison;
import io.edgeai.formats.golden.Formats;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.golden.Runner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real models against outputs of the official TFLite 2.20 kernels beside them. Writes a table into target/formats. */
class TfliteGoldenIT {
    private static final double BOUND = 1e-5;

    private static List<Path> models(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(f -> f.toString().endsWith(".tflite") && Files.isDirectory(Path.of(f + ".io")))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyModelAnswersAsTfliteDoes() throws IOException {
        Path formats = Formats.folder("");
        List<String> table = new ArrayList<>(List.of("model | output | difference", "-|-|-"));
        List<String> wrong = new ArrayList<>();
        int cases = 0;
        for (Path model : models(formats)) {
            cases++;
            String name = formats.relativize(model).toString();
            try {
                List<Comparison> found = compare(model);
                for (int i = 0; i < found.size(); i++) {
                    table.add(name + " | " + i + " | " + found.get(i));
                    if (!found.get(i).within(BOUND)) {
                        wrong.add(name + " output " + i + ": " + found.get(i));
                    }
                }
            } catch (RuntimeException | AssertionError e) {
                table.add(name + " | | " + e.getMessage());
                wrong.add(name + ": " + e);
            }
        }
        Path report = Path.of("target", "formats", "tflite.md");
        Files.createDirectories(report.getParent());
        Files.write(report, table);
        assertThat(wrong).as("models: %d", cases).isEmpty();
        assertThat(cases).isGreaterThanOrEqualTo(55);
    }

    private static List<Comparison> compare(Path model) {
        Path folder = Path.of(model + ".io");
        OnnxGraph graph = new TfliteImporter().read(model).graph();
        List<Npy> inputs = new ArrayList<>();
        for (int i = 0; i < graph.inputs().size(); i++) {
            inputs.add(Npy.read(folder.resolve("input_" + i + ".npy")));
        }
        List<double[]> outputs = Runner.run(graph, inputs);
        List<Comparison> found = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            found.add(Comparison.of(Npy.read(folder.resolve("output_" + i + ".npy")), outputs.get(i)));
        }
        return found;
    }

    /** The 16-bit models came with arrays of their own makers, transposed convolutions included. */
    @ParameterizedTest
    @ValueSource(strings = {"transpose_conv0", "transpose_conv3", "conv0", "add1", "leaky_relu0", "strided_slice7"})
    void sixteenBitModelsAnswerAsTheirMakersSay(String name) throws IOException {
        Path folder = Formats.folder("tflite").resolve("seanet");
        OnnxGraph graph =
                new TfliteImporter().read(folder.resolve(name + ".tflite")).graph();
        List<Npy> inputs = new ArrayList<>();
        for (int i = 0; i < graph.inputs().size(); i++) {
            Path file = folder.resolve(name + "_input" + i + "_int16.csv");
            boolean wide = !Files.exists(file);
            var type = (io.edgeai.core.onnx.OnnxType.OfTensor)
                    graph.inputs().get(i).type();
            long[] dims = java.util.Objects.requireNonNull(type.shape()).stream()
                    .mapToLong(io.edgeai.core.model.Dim::size)
                    .toArray();
            inputs.add(csv(wide ? folder.resolve(name + "_input" + i + "_int32.csv") : file, wide ? "i4" : "i2", dims));
        }
        Npy expected = csv(folder.resolve(name + "_golden_int16.csv"), "i2", new long[0]);

        Comparison found = Comparison.of(expected, Runner.run(graph, inputs).get(0));

        assertThat(found.beyond()).as(name + ": " + found).isZero();
    }

    private static Npy csv(Path file, String type, long[] dims) throws IOException {
        long[] numbers = Arrays.stream(Files.readString(file).split("[,\\s]+"))
                .filter(s -> !s.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
        int width = type.equals("i4") ? 4 : 2;
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * width).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < numbers.length; i++) {
            if (width == 4) {
                bytes.putInt(4 * i, (int) numbers[i]);
            } else {
                bytes.putShort(2 * i, (short) numbers[i]);
            }
        }
        return new Npy(type, dims, bytes);
    }

    @Test
    void aFileTheReferenceRefusesIsATypedError() {
        Path model = Formats.folder("tflite").resolve("person_detect.tflite");

        assertThatThrownBy(() -> new TfliteImporter().read(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("8 scales that fit no dimension")
                .hasMessageContaining("Maybe");
    }

    @Test
    void aConvolutionalNetworkTransposesOnlyAtItsEnds() {
        Path model = Formats.folder("tflite").resolve("mobilenet_v2_1.0_224_quant.tflite");

        OnnxGraph graph = new TfliteImporter().read(model).graph();

        assertThat(graph.nodes().stream()
                        .filter(n -> n.op().equals("Transpose"))
                        .count())
                .isLessThanOrEqualTo(2);
    }
}

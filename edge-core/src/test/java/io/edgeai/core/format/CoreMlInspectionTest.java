package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Core ML models written field by field from coremltools' .proto files. */
class CoreMlInspectionTest {
    @TempDir
    Path folder;

    private ModelInspection inspect(byte[] model) throws IOException {
        return ModelInspector.inspect(Files.write(folder.resolve("model"), model));
    }

    /** A message with one field. */
    private static byte[] field(int number, byte[] value) {
        return Samples.proto(out -> out.writeByteArray(number, value));
    }

    private static byte[] text(int number, String text) {
        return Samples.proto(out -> out.writeString(number, text));
    }

    private static byte[] number(int field, long value) {
        return Samples.proto(out -> out.writeInt64(field, value));
    }

    private static byte[] all(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    private static byte[] doubles(int field, int n) {
        return field(field, new byte[8 * n]);
    }

    private static byte[] model(int type, byte[] body, byte[]... description) {
        return all(number(1, 6), field(2, all(description)), field(type, body));
    }

    private static byte[] feature(int inOrOut, String name, byte[] type) {
        return field(inOrOut, all(text(1, name), field(3, type)));
    }

    /** Two vectors of three numbers each, dense, and the same with two numbers in all, sparse. */
    private static byte[] dense(int field) {
        return field(field, all(field(1, doubles(1, 3)), field(1, doubles(1, 3))));
    }

    private static byte[] sparse(int field) {
        byte[] node = all(number(1, 9), Samples.proto(out -> out.writeDouble(2, 1)));
        return field(field, all(field(1, field(1, node)), field(1, field(1, node))));
    }

    private static byte[] node(long tree, int values) {
        byte[] node = all(number(1, tree), Samples.proto(out -> out.writeDouble(11, 0.5)));
        byte[] leaf = number(1, tree);
        for (int i = 0; i < values; i++) {
            leaf = all(leaf, field(20, Samples.proto(out -> out.writeDouble(2, 1))));
        }
        return field(1, values == 0 ? node : leaf);
    }

    static List<Arguments> classics() {
        byte[] linear = all(field(1, doubles(1, 5)), field(1, doubles(1, 5)), doubles(2, 2));
        byte[] unpacked = all(
                field(1, Samples.proto(out -> {
                    out.writeDouble(1, 1);
                    out.writeDouble(1, 2);
                })),
                Samples.proto(out -> out.writeDouble(2, 3)));
        byte[] coefficients = field(4, doubles(1, 2));
        byte[] ensemble = field(1, all(node(0, 0), node(0, 2), node(0, 2), node(1, 3), doubles(3, 3)));
        byte[] neighbors = field(1, all(field(2, field(1, new byte[4 * 6])), field(2, field(1, new byte[4 * 6]))));
        return List.of(
                Arguments.of("glmRegressor", 300, linear, 12, 8),
                Arguments.of("glmClassifier", 400, linear, 12, 8),
                Arguments.of("glmRegressor, not packed", 300, unpacked, 3, 8),
                Arguments.of(
                        "supportVectorRegressor",
                        301,
                        all(dense(3), coefficients, Samples.proto(out -> out.writeDouble(5, 1))),
                        6 + 2 + 1,
                        8),
                Arguments.of("supportVectorRegressor, sparse", 301, all(sparse(2), coefficients), 2 + 2, 8),
                Arguments.of(
                        "supportVectorClassifier",
                        401,
                        all(dense(4), field(5, doubles(1, 2)), field(5, doubles(1, 2)), doubles(6, 3)),
                        6 + 4 + 3,
                        8),
                Arguments.of("treeEnsembleRegressor", 302, ensemble, 1 + 2 + 2 + 3 + 3, 8),
                Arguments.of("treeEnsembleClassifier", 402, ensemble, 11, 8),
                Arguments.of("kNearestNeighborsClassifier", 404, neighbors, 12, 4),
                Arguments.of("scaler", 604, all(doubles(1, 4), doubles(2, 4)), 8, 8),
                Arguments.of("identity", 900, new byte[0], 0, 8));
    }

    @ParameterizedTest
    @MethodSource("classics")
    void whatClassicModelsLearnedIsCounted(String name, int type, byte[] body, long parameters, int width)
            throws IOException {
        ModelInspection alone = inspect(model(type, body));
        assertThat(alone.parameters()).isEqualTo(parameters);
        assertThat(alone.weightBytes()).isEqualTo(parameters * width);
        assertThat(alone.operators()).containsOnlyKeys(name.replaceAll(",.*", ""));

        byte[] inner = all(number(1, 6), field(type, body));
        byte[] twice = all(field(1, inner), field(1, inner));
        ModelInspection pipeline = inspect(model(202, twice));
        assertThat(pipeline.parameters()).as("the same model twice").isEqualTo(2 * parameters);
        ModelInspection nested = inspect(model(200, field(1, field(1, all(number(1, 6), field(202, twice))))));
        assertThat(nested.parameters()).as("a pipeline in a pipeline").isEqualTo(2 * parameters);
        assertThat(nested.operators()).containsEntry("pipeline", 1).containsEntry(name.replaceAll(",.*", ""), 2);
    }

    @Test
    void treesAndSupportVectorsAreNoted() throws IOException {
        byte[] ensemble = field(1, all(node(4, 0), node(4, 1), node(4, 1), node(5, 1)));
        assertThat(inspect(model(302, ensemble)).metadata())
                .containsEntry("trees", "2")
                .containsEntry("tree nodes", "4");
        assertThat(inspect(model(401, dense(4))).metadata()).containsEntry("support vectors", "2");
    }

    private static byte[] floats(int n) {
        return field(1, new byte[4 * n]);
    }

    /** Gates of an LSTM: an input matrix, a recurrent one and a bias for each of four. */
    private static byte[] gates(int inputs, int outputs) {
        byte[] gates = new byte[0];
        for (int gate = 0; gate < 4; gate++) {
            gates = all(
                    gates,
                    field(1 + gate, floats(inputs * outputs)),
                    field(20 + gate, floats(outputs * outputs)),
                    field(40 + gate, floats(outputs)));
        }
        return gates;
    }

    static List<Arguments> layers() {
        byte[] lstm = field(20, gates(3, 2));
        byte[] gru = all(field(30, floats(6)), field(51, floats(4)), field(72, floats(2)));
        byte[] branch = all(
                field(1, field(1, field(140, field(20, floats(7))))),
                field(2, field(1, field(250, field(2, floats(5))))));
        return List.of(
                Arguments.of("uniDirectionalLSTM", 420, lstm, 4 * (6 + 4 + 2)),
                Arguments.of("biDirectionalLSTM", 430, all(lstm, lstm), 2 * 4 * (6 + 4 + 2)),
                Arguments.of("gru", 410, gru, 12),
                Arguments.of("simpleRecurrent", 400, all(field(30, floats(6)), field(32, floats(2))), 8),
                Arguments.of("activation", 130, field(25, field(1, floats(9))), 9),
                Arguments.of("activation", 130, field(10, new byte[0]), 0),
                Arguments.of("embeddingND", 1040, all(field(20, floats(20)), field(21, floats(4))), 24),
                Arguments.of("batchedMatmul", 1045, all(field(8, floats(12)), field(9, floats(3))), 15),
                Arguments.of("layerNormalization", 1350, all(field(3, floats(8)), field(4, floats(8))), 16),
                Arguments.of("convolution3d", 1471, all(field(60, floats(27)), field(61, floats(1))), 28),
                Arguments.of("loadConstantND", 1070, field(2, floats(10)), 10),
                Arguments.of("branch", 605, branch, 12));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void weightsOfALayerAreFoundWhereItKeepsThem(String name, int layer, byte[] body, long parameters)
            throws IOException {
        ModelInspection model = inspect(model(500, field(1, field(layer, body))));
        assertThat(model.operators()).containsEntry(name, 1);
        assertThat(model.parameters()).isEqualTo(parameters);
        assertThat(model.weightBytes()).isEqualTo(4 * parameters);
    }

    @Test
    void classifiersNameTheirClassesAndWhatTheyDoToAnImage() throws IOException {
        byte[] labels = field(100, all(text(1, "cat"), text(1, "dog")));
        byte[] scaler = field(2, all(text(1, "image"), field(10, Samples.proto(out -> {
            out.writeFloat(10, .5f);
            out.writeFloat(22, -1);
        }))));
        ModelInspection model = inspect(model(403, all(labels, scaler)));
        assertThat(model.metadata())
                .containsEntry("classes", "cat,dog")
                .containsEntry("preprocessing image", "scale 0.5, red bias -1.0");
        byte[] packed = field(101, field(1, new byte[] {3, (byte) 0x80, 1, 5}));
        assertThat(inspect(model(400, packed)).metadata()).containsEntry("classes", "3,128,5");
    }

    private static byte[] range(long low, long high) {
        return field(1, all(number(1, low), number(2, high)));
    }

    @Test
    void flexibleShapesAreOpenAndTheirRangesTold() throws IOException {
        byte[] array =
                field(5, all(number(1, 2), number(2, 65568), field(31, all(range(1, 8), range(3, 3), range(1, -1)))));
        byte[] image = field(
                4,
                all(
                        number(1, 20),
                        number(2, 10),
                        number(3, 30),
                        field(
                                31,
                                all(
                                        field(1, all(number(1, 16), number(2, 64))),
                                        field(2, all(number(1, 8), number(2, 8)))))));
        byte[] optional = all(field(5, all(number(1, 4), number(2, 131104))), number(1000, 1));
        byte[] anyRank = field(5, number(2, 65552));
        ModelInspection model = inspect(model(
                900,
                new byte[0],
                feature(1, "a", array),
                feature(1, "i", image),
                feature(1, "o", optional),
                feature(10, "r", anyRank)));
        assertThat(model.signature().inputs())
                .extracting(Object::toString)
                .containsExactly("a: FLOAT[?,3,?]", "i: UINT8[3,?,?]", "o: INT32[4]");
        assertThat(model.signature().outputs()).singleElement().hasToString("r: FLOAT16[]");
        assertThat(model.metadata())
                .containsEntry("shapes of a", "[1..8, 3, 1 or more]")
                .containsEntry("image i", "20 x 10, colour, BGR, or width 16..64 and height 8")
                .containsEntry("may be left out", "o");
        assertThat(model.warnings()).anyMatch(text -> text.contains("no number of dimensions for [r]"));
    }

    @Test
    void whatIsNoTensorIsSaidByKind() throws IOException {
        ModelInspection model = inspect(model(
                900,
                new byte[0],
                feature(1, "words", field(6, field(2, new byte[0]))),
                feature(1, "ids", field(7, field(1, new byte[0]))),
                feature(10, "odds", field(6, field(1, new byte[0])))));
        assertThat(model.metadata())
                .containsEntry("input words", "dictionary of text to double")
                .containsEntry("input ids", "sequence of integers")
                .containsEntry("output odds", "dictionary of integer to double");
        assertThat(model.warnings()).contains("No input or output is a tensor; the metadata say what they are.");
    }

    @Test
    void theToolsThatWroteItAreItsProducer() throws IOException {
        byte[] entry = all(text(1, "com.github.apple.coremltools.version"), text(2, "7.2"));
        ModelInspection model = inspect(model(900, new byte[0], field(100, field(100, entry))));
        assertThat(model.producer()).isEqualTo("coremltools 7.2");
    }

    /** {@code ValueType} of a tensor. */
    private static byte[] tensorType(int type, long... dims) {
        byte[] fields = all(number(1, type), number(2, dims.length));
        for (long dim : dims) {
            fields = all(fields, field(3, field(1, number(1, dim))));
        }
        return field(1, fields);
    }

    private static byte[] blob(int type, long offset, long... dims) {
        byte[] file = all(text(1, "@model_path/weights/weight.bin"), number(2, offset));
        return all(field(2, tensorType(type, dims)), field(5, file));
    }

    private static byte[] immediate(int type, long... dims) {
        return all(field(2, tensorType(type, dims)), field(3, new byte[0]));
    }

    private static byte[] operation(String type, byte[] output, byte[]... values) {
        byte[] operation = all(text(1, type), field(3, all(text(1, "y"), field(2, output))));
        for (byte[] value : values) {
            operation = all(operation, field(5, all(text(1, "val"), field(2, value))));
        }
        return operation;
    }

    private static byte[] program(byte[]... operations) {
        byte[] block = new byte[0];
        for (byte[] operation : operations) {
            block = all(block, field(3, operation));
        }
        byte[] function = all(text(2, "CoreML7"), field(3, all(text(1, "CoreML7"), field(2, block))));
        return model(502, all(number(1, 1), field(2, all(text(1, "main"), field(2, function)))));
    }

    @Test
    void programsTellOperatorsAndWeightsWhereverTheyLie() throws IOException {
        byte[] loop = all(text(1, "while_loop"), field(4, field(3, operation("add", tensorType(11, 1)))));
        ModelInspection model = inspect(program(
                operation("const", tensorType(10, 8, 4), blob(10, 64, 8, 4)),
                operation("const", tensorType(11, 4), immediate(11, 4)),
                operation("const", tensorType(23, 4), immediate(23, 4)), // a shape
                operation("const", tensorType(11), immediate(11)), // an epsilon
                operation("constexpr_lut_to_dense", tensorType(10, 6, 6), blob(31, 128, 18), blob(10, 192, 16)),
                operation("conv", tensorType(11, 1, 8)),
                loop));
        assertThat(model.operators())
                .isEqualTo(Map.of("const", 4, "constexpr_lut_to_dense", 1, "conv", 1, "while_loop", 1, "add", 1));
        assertThat(model.parameters()).isEqualTo(32 + 4 + 36);
        assertThat(model.weightBytes()).isEqualTo(64 + 16 + (18 + 32));
        assertThat(model.metadata())
                .containsEntry("functions", "main")
                .containsEntry("operator set", "CoreML7")
                .containsEntry("weight files", "weights/weight.bin");
    }

    /** Functions of one model may share their weights. */
    @Test
    void oneBlobIsOneWeight() throws IOException {
        byte[] constant = operation("const", tensorType(10, 100), blob(10, 64, 100));
        assertThat(inspect(program(constant, constant)).parameters()).isEqualTo(100);
        byte[] elsewhere = operation("const", tensorType(10, 100), blob(10, 320, 100));
        assertThat(inspect(program(constant, elsewhere)).parameters()).isEqualTo(200);
    }

    /** Regression: each of very many names was added to one ever longer text. */
    @Test
    void veryManyFeaturesAreReadInOneGo() throws IOException {
        byte[] feature = feature(1, "f".repeat(40), field(2, new byte[0]));
        byte[] features = new byte[feature.length * 40_000];
        for (int i = 0; i < 40_000; i++) {
            System.arraycopy(feature, 0, features, i * feature.length, feature.length);
        }
        ModelInspection model = inspect(model(900, new byte[0], features));
        int listed = model.signature().inputs().size();
        assertThat(listed).isGreaterThan(10_000);
        assertThat(model.warnings()).anyMatch(text -> text.contains("(" + (40_000 - listed) + ") more inputs"));
        assertThat(model.metadata().get("inputs")).hasSizeLessThan(1100);
    }

    @Test
    void typesWithoutAReaderAreNotCountedSilently() throws IOException {
        ModelInspection model = inspect(model(2002, new byte[0]));
        assertThat(model.parameters()).isEqualTo(-1);
        assertThat(model.warnings()).anyMatch(text -> text.contains("[visionFeaturePrint]"));
    }
}

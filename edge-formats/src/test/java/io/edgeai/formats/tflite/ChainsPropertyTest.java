package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.golden.Runner;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random chains of operators in one file answer as the same operators in a file each, one after the other: whatever the
 * importer keeps between them (layouts, reals or integers) does not change what is meant.
 */
class ChainsPropertyTest {
    private static final int CHANNELS = 3;

    /** One operator of a chain: constants around the value, and the shape that comes out. */
    private record Link(Builtin op, Table options, List<Numbers> constants, boolean valueFirst, int[] out) {
        static Link of(Builtin op, Table options, int[] out, Numbers... constants) {
            return new Link(op, options, List.of(constants), true, out);
        }

        Numbers alone(Numbers x, double scale) {
            OneOperator one = new OneOperator(op, options);
            if (!valueFirst) {
                constants.forEach(one::constant);
            }
            one.fed(x);
            if (valueFirst) {
                constants.forEach(one::constant);
            }
            if (x.scales.length == 0) {
                return Numbers.of(x.type, one.into(x.type, out).answer(), out);
            }
            return Numbers.of(x.type, one.into(x.type, scale, x.zero, out).answer(), out)
                    .scaled(scale, x.zero);
        }

        int write(TfliteFile file, int value, boolean last, TensorType type) {
            List<Integer> from = new ArrayList<>(List.of(value));
            for (Numbers each : constants) {
                int tensor = file.constant(each.type, each.bytes(), each.dims);
                if (each.scales.length == 1) {
                    file.quantize(tensor, each.scales[0], each.zero);
                }
                from.add(valueFirst ? from.size() : from.size() - 1, tensor);
            }
            int next = last ? file.output(type, out) : file.tensor(type, out);
            file.op(op, options, from.stream().mapToInt(i -> i).toArray(), next);
            return next;
        }
    }

    private static int[] image(int height, int width, int channels) {
        return new int[] {1, height, width, channels};
    }

    /** A link that takes a value of this shape. */
    private static Link draw(Random random, int[] dims) {
        int h = dims[1];
        int w = dims[2];
        int c = dims[3];
        return switch (random.nextInt(15)) {
            case 0 ->
                Link.of(
                        Builtin.CONV_2D,
                        TfliteCases.conv(0, 1, 1, random.nextInt(2)),
                        image(h, w, CHANNELS),
                        Numbers.reals(random, CHANNELS, 2, 3, c),
                        Numbers.reals(random, CHANNELS));
            case 1 ->
                Link.of(
                        Builtin.DEPTHWISE_CONV_2D,
                        table().with(0, (byte) 0).with(1, 1).with(2, 1).with(3, 1),
                        dims,
                        Numbers.reals(random, 1, 2, 2, c),
                        Numbers.reals(random, c));
            case 2 -> Link.of(Builtin.MAX_POOL_2D, TfliteCases.pool(0, 2, 2, 2), image((h + 1) / 2, (w + 1) / 2, c));
            case 3 -> Link.of(Builtin.ADD, table(), dims, Numbers.reals(random, c));
            case 4 -> Link.of(Builtin.MUL, table(), dims, Numbers.reals(random, h, 1, 1));
            case 5 -> Link.of(Builtin.SUB, table(), dims, Numbers.reals(random, 1, h, w, c));
            case 6 -> Link.of(Builtin.RELU6, table(), dims);
            case 7 -> Link.of(Builtin.PRELU, table(), dims, Numbers.reals(random, 1, 1, c));
            case 8 ->
                Link.of(
                        Builtin.PAD,
                        table(),
                        image(h + 1, w + 2, c),
                        Numbers.of(INT32, new double[] {0, 0, 1, 0, 0, 2, 0, 0}, 4, 2));
            case 9 -> Link.of(Builtin.TRANSPOSE, table(), image(w, h, c), Numbers.ints(0, 2, 1, 3));
            case 10 -> Link.of(Builtin.TRANSPOSE, table(), image(c, h, w), Numbers.ints(0, 3, 1, 2));
            case 11 -> Link.of(Builtin.TRANSPOSE, table(), image(w, c, h), Numbers.ints(0, 2, 3, 1));
            case 12 -> Link.of(Builtin.RESHAPE, table(), image(w, h, c), Numbers.ints(1, w, h, c));
            case 13 ->
                Link.of(
                        Builtin.CONCATENATION,
                        table().with(0, 3),
                        image(h, w, c + 1),
                        Numbers.reals(random, 1, h, w, 1));
            default -> Link.of(Builtin.MEAN, table().with(0, true), image(1, w, c), Numbers.ints(1));
        };
    }

    private static OnnxGraph graph(TfliteFile file) {
        return TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test"))
                .graph();
    }

    @Test
    void chainsOfRealNumbers() {
        for (long seed = 0; seed < 80; seed++) {
            Random random = new Random(seed);
            Numbers x = Numbers.reals(random, image(4, 5, CHANNELS));
            TfliteFile file = new TfliteFile();
            int value = file.input(FLOAT32, x.dims);
            Numbers exact = x;
            List<Builtin> names = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Link link = draw(random, exact.dims);
                names.add(link.op);
                exact = link.alone(exact, 0);
                value = link.write(file, value, i == 5, FLOAT32);
            }

            double[] found = Runner.run(graph(file), List.of(x.npy())).get(0);

            assertThat(exact.relative(found)).as("seed %d %s", seed, names).isLessThan(1e-5);
        }
    }

    /** A value used twice, once as it lies and once as a convolution wants it, meets itself again. */
    @ParameterizedTest
    @ValueSource(strings = {"ADD", "MUL", "MAXIMUM", "CONCATENATION", "SUB"})
    void branchesMeetAgain(Builtin meeting) {
        Random random = new Random(meeting.name().length());
        Numbers x = Numbers.reals(random, image(4, 4, 3));
        Numbers w = Numbers.reals(random, 3, 3, 3, 3);
        Numbers bias = Numbers.reals(random, 3);
        int[] out = meeting == Builtin.CONCATENATION ? image(4, 4, 6) : image(4, 4, 3);
        Table options = meeting == Builtin.CONCATENATION ? table().with(0, -1) : table();
        Numbers convolved = Link.of(Builtin.CONV_2D, TfliteCases.conv(0, 1, 1, 0), x.dims, w, bias)
                .alone(x, 0);
        double[] exact = new OneOperator(meeting, options)
                .fed(convolved)
                .fed(x)
                .into(FLOAT32, out)
                .answer();
        TfliteFile file = new TfliteFile();
        int in = file.input(FLOAT32, x.dims);
        int y = file.tensor(FLOAT32, x.dims);
        int[] layer = {in, file.constant(FLOAT32, w.bytes(), w.dims), file.constant(FLOAT32, bias.bytes(), 3)};
        file.op(Builtin.CONV_2D, TfliteCases.conv(0, 1, 1, 0), layer, y);
        file.op(meeting, options, new int[] {y, in}, file.output(FLOAT32, out));

        double[] found = Runner.run(graph(file), List.of(x.npy())).get(0);

        assertThat(Numbers.reals(exact, out).relative(found)).isLessThan(1e-5);
    }

    /** Integers pass from operator to operator; each may round once more or less than alone. */
    @Test
    void chainsOfIntegers() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Numbers x = Numbers.whole(TensorType.INT8, random, image(4, 4, CHANNELS))
                    .scaled(.05, -3);
            TfliteFile file = new TfliteFile();
            int value = file.input(TensorType.INT8, x.dims);
            file.quantize(value, .05f, -3);
            Numbers exact = x;
            for (int i = 0; i < 5; i++) {
                int[] dims = exact.dims;
                Link link =
                        switch (random.nextInt(5)) {
                            case 0 ->
                                Link.of(
                                        Builtin.TRANSPOSE,
                                        table(),
                                        image(dims[2], dims[1], dims[3]),
                                        Numbers.ints(0, 2, 1, 3));
                            case 1 -> Link.of(Builtin.MAX_POOL_2D, TfliteCases.pool(0, 1, 2, 2), dims);
                            case 2 -> Link.of(Builtin.RELU, table(), dims);
                            case 3 ->
                                Link.of(
                                        Builtin.RESHAPE,
                                        table(),
                                        image(dims[2], dims[1], dims[3]),
                                        Numbers.ints(1, dims[2], dims[1], dims[3]));
                            default ->
                                Link.of(
                                        Builtin.MAXIMUM,
                                        table(),
                                        dims,
                                        Numbers.whole(TensorType.INT8, random, dims[3])
                                                .scaled(.05, -3));
                        };
                exact = link.alone(exact, .05);
                value = link.write(file, value, i == 4, TensorType.INT8);
                file.quantize(value, .05f, -3);
            }

            double[] found = Runner.run(graph(file), List.of(x.npy())).get(0);

            assertThat(exact.apart(found)).as("seed %d", seed).isZero();
        }
    }

    /** What every test above relies on: inner operators do not add a transpose for each convolution. */
    @Test
    void aTowerOfConvolutionsIsTurnedTwice() {
        Random random = new Random(1);
        TfliteFile file = new TfliteFile();
        int value = file.input(FLOAT32, image(4, 4, 3));
        Builtin[] between = {Builtin.RELU, Builtin.ADD, Builtin.PAD, Builtin.PRELU};
        int size = 4;
        for (Builtin op : between) {
            Link convolution = Link.of(
                    Builtin.CONV_2D,
                    TfliteCases.conv(0, 1, 1, 0),
                    image(size, 4, 3),
                    Numbers.reals(random, 3, 3, 3, 3),
                    Numbers.reals(random, 3));
            value = convolution.write(file, value, false, FLOAT32);
            Link link =
                    switch (op) {
                        case ADD -> Link.of(op, table(), image(size, 4, 3), Numbers.reals(random, 3));
                        case PAD ->
                            Link.of(
                                    op,
                                    table(),
                                    image(++size, 4, 3),
                                    Numbers.of(INT32, new double[] {0, 0, 1, 0, 0, 0, 0, 0}, 4, 2));
                        case PRELU -> Link.of(op, table(), image(size, 4, 3), Numbers.reals(random, 1, 1, 3));
                        default -> Link.of(op, table(), image(size, 4, 3));
                    };
            value = link.write(file, value, op == Builtin.PRELU, FLOAT32);
        }

        List<String> kinds = graph(file).nodes().stream().map(OnnxNode::op).toList();

        assertThat(kinds).filteredOn("Transpose"::equals).hasSize(2);
        assertThat(kinds).containsSubsequence(Arrays.asList("Transpose", "Conv", "Relu", "Conv", "Add", "Conv", "Pad"));
    }
}

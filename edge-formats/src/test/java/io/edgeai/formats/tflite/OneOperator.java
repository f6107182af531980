package io.edgeai.formats.tflite;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.golden.Runner;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A file of one operator, imported and run: its inputs in order, fed by the caller or constant, then its outputs. */
final class OneOperator {
    final TfliteFile file = new TfliteFile();
    private final Builtin operator;
    private final Table options;
    private final List<Integer> from = new ArrayList<>();
    private final List<Integer> to = new ArrayList<>();
    private final List<Npy> fed = new ArrayList<>();

    OneOperator(Builtin operator, Table options) {
        this.operator = operator;
        this.options = options;
    }

    private OneOperator input(int tensor, Numbers numbers) {
        if (numbers.scales.length == 1) {
            file.quantize(tensor, numbers.scales[0], numbers.zero);
        } else if (numbers.scales.length > 1) {
            file.quantize(tensor, numbers.scales, numbers.axis);
        }
        from.add(tensor);
        return this;
    }

    OneOperator fed(Numbers numbers) {
        fed.add(numbers.npy());
        return input(file.input(numbers.type, numbers.dims), numbers);
    }

    OneOperator constant(Numbers numbers) {
        return input(file.constant(numbers.type, numbers.bytes(), numbers.dims), numbers);
    }

    /** One that the file fills or the caller feeds, as the test likes. */
    OneOperator given(Numbers numbers, boolean constant) {
        return constant ? constant(numbers) : fed(numbers);
    }

    /** An optional input left out. */
    OneOperator none(int count) {
        for (int i = 0; i < count; i++) {
            from.add(-1);
        }
        return this;
    }

    /** A state, zero before the first call. */
    OneOperator state(TensorType type, int... dims) {
        int tensor = file.tensor(type, dims);
        file.variable(tensor);
        from.add(tensor);
        return this;
    }

    OneOperator state(TensorType type, double scale, long zero, int... dims) {
        state(type, dims).file.quantize(from.get(from.size() - 1), (float) scale, zero);
        return this;
    }

    OneOperator into(TensorType type, int... dims) {
        to.add(file.output(type, dims));
        return this;
    }

    OneOperator into(TensorType type, double scale, long zero, int... dims) {
        into(type, dims).file.quantize(to.get(to.size() - 1), (float) scale, zero);
        return this;
    }

    private static int[] array(List<Integer> values) {
        return values.stream().mapToInt(i -> i).toArray();
    }

    OnnxGraph graph() {
        file.op(operator, options, array(from), array(to));
        return TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test"))
                .graph();
    }

    List<double[]> answers() {
        return Runner.run(graph(), fed);
    }

    double[] answer() {
        return answers().get(0);
    }
}

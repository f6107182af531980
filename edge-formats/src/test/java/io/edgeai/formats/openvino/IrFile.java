package io.edgeai.formats.openvino;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.golden.Runner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An OpenVINO model under construction. Each method adds a layer and returns its number, by which later layers name it;
 * a layer is called {@code l} and its number, and its outputs have the ports 100, 101 and so on.
 */
final class IrFile {
    private final Path folder;
    private final ByteArrayOutputStream weights;
    private final StringBuilder layers = new StringBuilder();
    private final StringBuilder edges = new StringBuilder();
    private final List<Npy> inputs = new ArrayList<>();
    private final List<String> shapes = new ArrayList<>();
    String version = "11";

    IrFile(Path folder) {
        this(folder, new ByteArrayOutputStream());
    }

    private IrFile(Path folder, ByteArrayOutputStream weights) {
        this.folder = folder;
        this.weights = weights;
    }

    /** A graph to be nested in a layer of this one; constants lie in the same file. */
    IrFile body() {
        return new IrFile(folder, weights);
    }

    static String port(String precision, long... dims) {
        return "precision='" + precision + "'>"
                + Arrays.stream(dims).mapToObj(d -> "<dim>" + d + "</dim>").collect(Collectors.joining());
    }

    static String port(Grid reals) {
        return port("FP32", sizes(reals));
    }

    private static long[] sizes(Grid grid) {
        return Arrays.stream(grid.dims()).asLongStream().toArray();
    }

    /** The n-th output of a layer, where it has several. */
    static int output(int layer, int n) {
        return layer + 1000 * n;
    }

    private int layer(String type, String opset, String data, String[] outputs, int... from) {
        int id = shapes.size();
        layers.append("<layer id='" + id + "' name='l" + id + "' type='" + type + "' version='" + opset + "'><data "
                + data + "/><input>");
        for (int i = 0; i < from.length; i++) {
            int layer = from[i] % 1000;
            layers.append("<port id='" + i + "'>" + shapes.get(layer) + "</port>");
            edges.append("<edge from-layer='" + layer + "' from-port='" + (100 + from[i] / 1000) + "' to-layer='" + id
                    + "' to-port='" + i + "'/>");
        }
        layers.append("</input><output>");
        for (int i = 0; i < outputs.length; i++) {
            layers.append("<port id='" + (100 + i) + "' " + outputs[i] + "</port>");
        }
        layers.append("</output></layer>");
        shapes.add(outputs.length == 0 ? "" : outputs[0].substring(outputs[0].indexOf('>') + 1));
        return id;
    }

    /** An operation as {@code Type-1 attribute='value' ...}: its set stands behind the dash. */
    int op(String operation, String output, int... from) {
        return op(operation, new String[] {output}, from);
    }

    int op(String operation, String[] outputs, int... from) {
        String[] parts = operation.split(" ", 2);
        String[] name = parts[0].split("-", 2);
        return layer(name[0], "opset" + name[1], parts.length > 1 ? parts[1] : "", outputs, from);
    }

    private static byte[] encoded(String type, double[] values) {
        ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            switch (type) {
                case "f32" -> data.putFloat((float) value);
                case "f64" -> data.putDouble(value);
                case "i64" -> data.putLong((long) value);
                case "i32" -> data.putInt((int) value);
                case "i16" -> data.putShort((short) value);
                default -> data.put((byte) (int) value); // i8, u8, boolean
            }
        }
        return Arrays.copyOf(data.array(), data.position());
    }

    private static String precision(String type) {
        return type.equals("boolean")
                ? "BOOL"
                : type.toUpperCase(java.util.Locale.ROOT).replace("F", "FP");
    }

    int input(Grid values) {
        return input("f32", values);
    }

    /** A Parameter layer and what it is fed when the model runs. */
    int input(String type, Grid values) {
        String npy = type.equals("boolean") ? "b1" : type.charAt(0) + "" + Integer.parseInt(type.substring(1)) / 8;
        inputs.add(new Npy(npy, sizes(values), ByteBuffer.wrap(encoded(type, values.values()))));
        return parameter("element_type='" + type + "'", port(precision(type), sizes(values)));
    }

    /** A Parameter layer that states open dimensions, -1, but is fed numbers all the same. */
    int open(Grid values, long... stated) {
        inputs.add(new Npy("f4", sizes(values), ByteBuffer.wrap(encoded("f32", values.values()))));
        return parameter("element_type='f32'", port("FP32", stated));
    }

    int parameter(String data, String port) {
        return layer("Parameter", "opset1", data, new String[] {port});
    }

    /** A constant of a stated type; where the bytes are not given they are the numbers' own. */
    int constant(String type, Grid values) {
        return bytes(type, encoded(type, values.values()), sizes(values));
    }

    int bytes(String type, byte[] bytes, long... dims) {
        String shape = Arrays.stream(dims).mapToObj(Long::toString).collect(Collectors.joining(","));
        String data = "element_type='" + type + "' shape='" + shape + "' offset='" + weights.size() + "' size='"
                + bytes.length + "'";
        weights.writeBytes(bytes);
        return layer("Const", "opset1", data, new String[] {port(precision(type), dims)});
    }

    int floats(Grid values) {
        return constant("f32", values);
    }

    int scalar(double value) {
        return constant("f32", new Grid(new double[] {value}));
    }

    int longs(long... values) {
        return constant("i64", Grid.of(Arrays.stream(values).asDoubleStream().toArray()));
    }

    int whole(long value) {
        return constant("i64", new Grid(new double[] {value}));
    }

    /** Puts XML into the layer that was added last, before its end. */
    IrFile inside(String xml) {
        layers.insert(layers.length() - "</layer>".length(), xml);
        return this;
    }

    int result(int from) {
        return layer("Result", "opset1", "", new String[0], from);
    }

    /** Layers and edges, as they stand in a net or a body. */
    String graph() {
        return "<layers>" + layers + "</layers><edges>" + edges + "</edges>";
    }

    String xml() {
        return "<?xml version='1.0'?><net name='test' version='" + version + "'>" + graph() + "</net>";
    }

    Path write() {
        try {
            Files.write(folder.resolve("model.bin"), weights.toByteArray());
            return Files.writeString(folder.resolve("model.xml"), xml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    OnnxGraph imported() {
        return new OpenVinoImporter().read(write()).graph();
    }

    /** What the imported model answers in ONNX Runtime, at the results that were added. */
    List<Grid> answers() {
        return Runner.outputs(imported(), inputs).stream()
                .map(o -> new Grid(
                        o.numbers(),
                        Arrays.stream(o.dims()).mapToInt(Math::toIntExact).toArray()))
                .toList();
    }

    /** What one layer's first output is. */
    Grid answer(int last) {
        result(last);
        return answers().get(0);
    }

    /** What the first {@code count} outputs of a layer are. */
    List<Grid> answers(int last, int count) {
        IntStream.range(0, count).forEach(i -> result(output(last, i)));
        return answers();
    }
}

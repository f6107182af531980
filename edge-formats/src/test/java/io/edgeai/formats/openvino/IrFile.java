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

/** An OpenVINO model under construction: layers by number, each with one output unless said otherwise. */
final class IrFile {
    private final StringBuilder layers = new StringBuilder();
    private final StringBuilder edges = new StringBuilder();
    private final ByteArrayOutputStream weights = new ByteArrayOutputStream();
    private final List<Npy> inputs = new ArrayList<>();
    private final List<String> shapes = new ArrayList<>();
    private int count;
    String version = "11";

    private static String dims(long[] dims) {
        return Arrays.stream(dims).mapToObj(d -> "<dim>" + d + "</dim>").collect(Collectors.joining());
    }

    private int layer(String type, String opset, String data, int[] from, String... outputs) {
        int id = count++;
        layers.append("<layer id=\"" + id + "\" name=\"l" + id + "\" type=\"" + type + "\" version=\"" + opset
                + "\"><data " + data + "/>");
        layers.append("<input>");
        for (int i = 0; i < from.length; i++) {
            int port = from[i] / 1000;
            int layer = from[i] % 1000;
            layers.append("<port id=\"" + i + "\">" + shapes.get(layer) + "</port>");
            edges.append("<edge from-layer=\"" + layer + "\" from-port=\"" + (100 + port) + "\" to-layer=\"" + id
                    + "\" to-port=\"" + i + "\"/>");
        }
        layers.append("</input><output>");
        for (int i = 0; i < outputs.length; i++) {
            layers.append("<port id=\"" + (100 + i) + "\" " + outputs[i] + "</port>");
        }
        layers.append("</output></layer>");
        shapes.add(outputs.length == 0 ? "" : outputs[0].substring(outputs[0].indexOf('>') + 1));
        return id;
    }

    static String port(String precision, long... dims) {
        return "precision=\"" + precision + "\">" + dims(dims);
    }

    /** The n-th output of a layer, where it has several. */
    static int output(int layer, int n) {
        return layer + 1000 * n;
    }

    int input(float[] values, long... dims) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        inputs.add(new Npy("f4", dims, data));
        return layer("Parameter", "opset1", "element_type=\"f32\"", new int[0], port("FP32", dims));
    }

    int inputInts(int[] values, long... dims) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asIntBuffer().put(values);
        inputs.add(new Npy("i4", dims, data));
        return layer("Parameter", "opset1", "element_type=\"i32\"", new int[0], port("I32", dims));
    }

    private int constant(String type, String precision, byte[] bytes, long... dims) {
        int offset = weights.size();
        weights.writeBytes(bytes);
        String shape = Arrays.stream(dims).mapToObj(Long::toString).collect(Collectors.joining(","));
        return layer(
                "Const",
                "opset1",
                "element_type=\"" + type + "\" shape=\"" + shape + "\" offset=\"" + offset + "\" size=\"" + bytes.length
                        + "\"",
                new int[0],
                port(precision, dims));
    }

    int floats(float[] values, long... dims) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return constant("f32", "FP32", data.array(), dims);
    }

    int scalar(float value) {
        return floats(new float[] {value});
    }

    int halves(short[] bits, long... dims) {
        ByteBuffer data = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asShortBuffer().put(bits);
        return constant("f16", "FP16", data.array(), dims);
    }

    int bytes(String type, byte[] values, long... dims) {
        return constant(type, type.toUpperCase(java.util.Locale.ROOT), values, dims);
    }

    int longs(long... values) {
        ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asLongBuffer().put(values);
        return constant("i64", "I64", data.array(), values.length);
    }

    int whole(long value) {
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
        return constant("i64", "I64", data.array());
    }

    int op(String type, String opset, String data, String output, int... from) {
        return layer(type, opset, data, from, output);
    }

    int ops(String type, String opset, String data, String[] outputs, int... from) {
        return layer(type, opset, data, from, outputs);
    }

    /** Puts XML into the layer that was added last, before its end. */
    IrFile inside(String xml) {
        layers.insert(layers.length() - "</layer>".length(), xml);
        return this;
    }

    IrFile result(int from) {
        layer("Result", "opset1", "", new int[] {from});
        return this;
    }

    String xml() {
        return "<?xml version=\"1.0\"?><net name=\"test\" version=\"" + version + "\"><layers>" + layers
                + "</layers><edges>" + edges + "</edges></net>";
    }

    Path write(Path folder) {
        try {
            Path file = Files.writeString(folder.resolve("model.xml"), xml());
            Files.write(folder.resolve("model.bin"), weights.toByteArray());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    OnnxGraph graph(Path folder) {
        return new OpenVinoImporter().read(write(folder)).graph();
    }

    List<double[]> run(Path folder) {
        return Runner.run(graph(folder), inputs);
    }

    double[] answer(Path folder, int last) {
        return result(last).run(folder).get(0);
    }
}

package io.edgeai.optimize.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Samples as named tensors, or as flat arrays for models with one float input. Immutable. */
final class Samples {
    private final float @Nullable [][] flat;
    private final List<Map<String, Tensor>> named;

    private Samples(float @Nullable [][] flat, List<Map<String, Tensor>> named) {
        this.flat = flat;
        this.named = named;
    }

    static Samples of(float[][] values, String what) {
        if (values.length == 0) {
            throw empty(what);
        }
        float[][] copy = new float[values.length][];
        for (int i = 0; i < values.length; i++) {
            copy[i] = values[i].clone();
            int bad = firstBad(FloatBuffer.wrap(copy[i]));
            if (bad >= 0) {
                throw notFinite(what, i, "", bad, copy[i][bad]);
            }
        }
        return new Samples(copy, List.of());
    }

    static Samples of(List<Map<String, Tensor>> values, String what) {
        return of(values, what, false);
    }

    /** @param missing whether NaN stands for a missing value; infinity is an error all the same */
    static Samples of(List<Map<String, Tensor>> values, String what, boolean missing) {
        if (values.isEmpty()) {
            throw empty(what);
        }
        List<Map<String, Tensor>> copy = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            for (Map.Entry<String, Tensor> entry : values.get(i).entrySet()) {
                if (entry.getValue().type() == ElementType.FLOAT) {
                    FloatBuffer buffer = entry.getValue().buffer().asFloatBuffer();
                    int bad = missing ? firstInfinite(buffer) : firstBad(buffer);
                    if (bad >= 0) {
                        throw notFinite(what, i, " of input (" + entry.getKey() + ")", bad, buffer.get(bad));
                    }
                }
            }
            copy.add(Map.copyOf(values.get(i)));
        }
        return new Samples(null, List.copyOf(copy));
    }

    int size() {
        return flat == null ? named.size() : flat.length;
    }

    /** Identity of all values, names and shapes. */
    void digest(MessageDigest sha) {
        for (int i = 0; i < size(); i++) {
            if (flat != null) {
                ByteBuffer bytes = ByteBuffer.allocate(4 * flat[i].length);
                bytes.asFloatBuffer().put(flat[i]);
                sha.update(bytes);
                continue;
            }
            new TreeMap<>(named.get(i)).forEach((name, tensor) -> {
                sha.update((name + tensor.type() + Arrays.toString(tensor.shape())).getBytes(StandardCharsets.UTF_8));
                if (tensor.type() == ElementType.STRING) {
                    for (String text : tensor.strings()) {
                        sha.update((text + "\0").getBytes(StandardCharsets.UTF_8));
                    }
                } else {
                    sha.update(tensor.buffer());
                }
            });
        }
    }

    /** Checks every sample against what the graph must be fed, without building tensors. */
    void check(OnnxGraph graph) {
        for (int i = 0; i < size(); i++) {
            check(graph, i);
        }
    }

    /** The first {@code most} samples, one map of inputs each; all samples are checked. */
    List<Map<String, Tensor>> feeds(OnnxGraph graph, int most) {
        check(graph);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < Math.min(most, size()); i++) {
            feeds.add(feed(graph, i));
        }
        return feeds;
    }

    private void check(OnnxGraph graph, int sample) {
        if (flat != null) {
            shapeFor(onlyFloatInput(graph), flat[sample].length, sample);
            return;
        }
        Set<String> wanted = new TreeSet<>();
        graph.feeds().forEach(feed -> wanted.add(feed.name()));
        if (!wanted.equals(named.get(sample).keySet())) {
            throw new InvalidInputException("Sample (" + sample + ") has inputs "
                    + new TreeSet<>(named.get(sample).keySet()) + ", but the model takes (" + wanted
                    + "). Maybe a name is mistyped or missing.");
        }
        for (OnnxValue feed : graph.feeds()) {
            check(sample, feed, tensor(named.get(sample), feed.name()));
        }
    }

    /** One sample as inputs of a graph, as {@link #check} found it fitting. */
    Map<String, Tensor> feed(OnnxGraph graph, int sample) {
        if (flat == null) {
            return named.get(sample);
        }
        OnnxValue input = onlyFloatInput(graph);
        return Map.of(input.name(), Tensor.of(flat[sample], shapeFor(input, flat[sample].length, sample)));
    }

    private static Tensor tensor(Map<String, Tensor> feed, String name) {
        Tensor tensor = feed.get(name);
        if (tensor == null) {
            throw new InvalidInputException("Sample has no input (" + name + "). Maybe its name is mistyped.");
        }
        return tensor;
    }

    private static OnnxValue onlyFloatInput(OnnxGraph graph) {
        List<OnnxValue> feeds = graph.feeds();
        if (feeds.size() != 1
                || !(feeds.get(0).type() instanceof OnnxType.OfTensor tensor)
                || tensor.element() != ElementType.FLOAT) {
            throw new InvalidInputException("Flat float samples fit models with one FLOAT input, not ("
                    + feeds.stream().map(OnnxValue::name).toList()
                    + "). Maybe pass a list of maps of named tensors.");
        }
        return feeds.get(0);
    }

    private static long[] shapeFor(OnnxValue input, int length, int sample) {
        List<Dim> dims = shape(input);
        if (dims == null) {
            throw new InvalidInputException("Input (" + input.name()
                    + ") has no known rank. Maybe pass samples as maps of named tensors, which have shapes.");
        }
        long known = 1;
        int free = -1;
        long[] shape = new long[dims.size()];
        for (int i = 0; i < shape.length; i++) {
            if (dims.get(i).known()) {
                shape[i] = dims.get(i).size();
                known *= shape[i];
            } else {
                shape[i] = 1;
                free = free < 0 ? i : free;
            }
        }
        boolean fits = known > 0 && (free < 0 ? length == known : length > 0 && length % known == 0);
        if (!fits) {
            throw new InvalidInputException("Sample (" + sample + ") has (" + length + ") values, but input ("
                    + input.name() + ") takes " + (free < 0 ? "" : "a multiple of ") + known
                    + ". Maybe the samples belong to another model.");
        }
        if (free >= 0) {
            shape[free] = length / known;
        }
        return shape;
    }

    private static void check(int sample, OnnxValue feed, Tensor tensor) {
        if (!(feed.type() instanceof OnnxType.OfTensor declared)) {
            return;
        }
        List<Dim> dims = declared.shape();
        long[] shape = tensor.shape();
        boolean fits = tensor.type() == declared.element() && (dims == null || dims.size() == shape.length);
        for (int i = 0; fits && dims != null && i < shape.length; i++) {
            fits = !dims.get(i).known() || dims.get(i).size() == shape[i];
        }
        if (!fits) {
            throw new InvalidInputException("Sample (" + sample + ") gives " + tensor + " to input (" + feed.name()
                    + "), which takes " + declared.element() + (dims == null ? "" : dims)
                    + ". Maybe reshape or convert it.");
        }
    }

    private static @Nullable List<Dim> shape(OnnxValue value) {
        return value.type() instanceof OnnxType.OfTensor tensor ? tensor.shape() : null;
    }

    private static int firstBad(FloatBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            if (!Float.isFinite(values.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private static int firstInfinite(FloatBuffer values) {
        for (int i = 0; i < values.limit(); i++) {
            if (Float.isInfinite(values.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private static InvalidInputException empty(String what) {
        return new InvalidInputException(
                what + " has (0) samples. Maybe the file was empty: 64 samples are enough to find ranges.");
    }

    private static InvalidInputException notFinite(String what, int sample, String where, int at, float value) {
        return new InvalidInputException(what + ": sample (" + sample + ")" + where + " holds (" + value
                + ") at position " + at + ". Maybe a division by zero happened in preprocessing"
                + (Float.isNaN(value) ? "; where NaN means a missing value, withMissing takes it." : "."));
    }
}

package io.edgeai.optimize;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Seeded inputs for models nobody gave samples for: normal floats, integers 0 and 1, unknown dimensions 1. */
final class GeneratedInputs {
    static final int COUNT = 8;

    private GeneratedInputs() {}

    static List<Map<String, Tensor>> of(OnnxGraph graph, long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            Map<String, Tensor> feed = new LinkedHashMap<>();
            for (OnnxValue input : graph.feeds()) {
                feed.put(input.name(), tensor(input, random));
            }
            feeds.add(feed);
        }
        return feeds;
    }

    private static Tensor tensor(OnnxValue input, RandomGenerator random) {
        if (!(input.type() instanceof OnnxType.OfTensor type) || type.shape() == null) {
            throw cannot(input);
        }
        long[] shape = new long[type.shape().size()];
        for (int i = 0; i < shape.length; i++) {
            Dim dim = type.shape().get(i);
            shape[i] = dim.known() ? dim.size() : 1;
        }
        int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        if (type.element() == ElementType.FLOAT) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return Tensor.of(values, shape);
        }
        long[] values = random.longs(count, 0, 2).toArray();
        return switch (type.element()) {
            case INT64 -> Tensor.of(values, shape);
            case INT32 -> Tensor.of(Arrays.stream(values).mapToInt(v -> (int) v).toArray(), shape);
            case DOUBLE -> Tensor.of(random.doubles(count).toArray(), shape);
            case BOOL, UINT8, INT8 -> {
                byte[] bytes = new byte[count];
                for (int i = 0; i < count; i++) {
                    bytes[i] = (byte) values[i];
                }
                yield Tensor.ofBytes(type.element(), bytes, shape);
            }
            default -> throw cannot(input);
        };
    }

    private static InvalidInputException cannot(OnnxValue input) {
        return new InvalidInputException("No input can be generated for (" + input.name() + ") of type (" + input.type()
                + "). Maybe give the recipe samples.");
    }
}

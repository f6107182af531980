package io.edgeai.optimize;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.InferenceSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Seeded inputs for models nobody gave samples for: normal floats, integers 0 and 1, those of 8 and 16 bits over their
 * whole range where the model runs with that, and texts that occur in the model; unknown dimensions are 1, or the first
 * larger size with which the model runs.
 */
final class GeneratedInputs {
    static final int COUNT = 8;
    private static final int[] OPEN_SIZES = {1, 2, 16, 128, 512};

    private GeneratedInputs() {}

    /**
     * Inputs that the model takes.
     *
     * @throws InvalidInputException where it runs with none of the sizes tried
     */
    static List<Map<String, Tensor>> runnable(OnnxGraph graph, long seed, InferenceSession session) {
        RuntimeException first = null;
        for (int open : OPEN_SIZES) {
            for (boolean wide : new boolean[] {true, false}) {
                List<Map<String, Tensor>> feeds = of(graph, seed, open, wide);
                try {
                    session.run(feeds.get(0));
                    return feeds;
                } catch (InvalidInputException | InferenceException e) {
                    first = first == null ? e : first;
                }
            }
        }
        throw new InvalidInputException(
                "The model does not run on generated inputs, whose unknown dimensions were set to "
                        + Arrays.toString(OPEN_SIZES) + " in turn. Maybe give the recipe samples.",
                first);
    }

    static List<Map<String, Tensor>> of(OnnxGraph graph, long seed) {
        return of(graph, seed, 1, false);
    }

    private static List<Map<String, Tensor>> of(OnnxGraph graph, long seed, int open, boolean wide) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<String> words = Words.of(graph);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            Map<String, Tensor> feed = new LinkedHashMap<>();
            for (OnnxValue input : graph.feeds()) {
                feed.put(input.name(), tensor(input, random, open, wide, words));
            }
            feeds.add(feed);
        }
        return feeds;
    }

    private static Tensor tensor(OnnxValue input, RandomGenerator random, int open, boolean wide, List<String> words) {
        if (!(input.type() instanceof OnnxType.OfTensor type) || type.shape() == null) {
            throw cannot(input);
        }
        long[] shape = new long[type.shape().size()];
        for (int i = 0; i < shape.length; i++) {
            Dim dim = type.shape().get(i);
            shape[i] = dim.known() ? dim.size() : open;
        }
        int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        if (type.element() == ElementType.FLOAT) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) random.nextGaussian();
            }
            return Tensor.of(values, shape);
        }
        if (type.element() == ElementType.STRING && !words.isEmpty()) {
            String[] texts = new String[count];
            Arrays.setAll(texts, i -> words.get(random.nextInt(words.size())));
            return Tensor.of(texts, shape);
        }
        boolean narrow = type.element().bits() == 8 || type.element().bits() == 16;
        boolean whole = wide && narrow && type.element() != ElementType.BOOL;
        long[] values =
                random.longs(count, 0, whole ? 1L << type.element().bits() : 2).toArray();
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
            case INT16, UINT16 -> {
                ByteBuffer bytes = ByteBuffer.allocate(2 * count).order(ByteOrder.nativeOrder());
                Arrays.stream(values).forEach(value -> bytes.putShort((short) value));
                yield Tensor.ofBytes(type.element(), bytes.array(), shape);
            }
            default -> throw cannot(input);
        };
    }

    private static InvalidInputException cannot(OnnxValue input) {
        return new InvalidInputException("No input can be generated for (" + input.name() + ") of type (" + input.type()
                + "). Maybe give the recipe samples.");
    }
}

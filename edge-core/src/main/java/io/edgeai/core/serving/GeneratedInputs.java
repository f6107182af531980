package io.edgeai.core.serving;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Inputs made from what a model says of itself: floats drawn from [-1, 1), always the same, and zeros elsewhere. */
final class GeneratedInputs {
    private static final long SEED = 20_250_101;

    private GeneratedInputs() {}

    static float[][] samples(int count, int length) {
        SplittableRandom random = new SplittableRandom(SEED);
        float[][] samples = new float[count][length];
        for (float[] sample : samples) {
            fill(sample, random);
        }
        return samples;
    }

    /** One request; dimensions of no fixed size are 1, texts empty. */
    static Map<String, Tensor> of(Signature signature) {
        SplittableRandom random = new SplittableRandom(SEED);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (TensorSpec spec : signature.inputs()) {
            inputs.put(spec.name(), tensor(spec, random));
        }
        return inputs;
    }

    private static Tensor tensor(TensorSpec spec, SplittableRandom random) {
        long[] shape = spec.shape().stream()
                .mapToLong(dim -> dim.known() ? dim.size() : 1)
                .toArray();
        int elements = Math.toIntExact(spec.elements());
        if (spec.type() == ElementType.STRING) {
            String[] texts = new String[elements];
            Arrays.fill(texts, "");
            return Tensor.of(texts, shape);
        }
        if (spec.type() != ElementType.FLOAT) {
            return Tensor.allocate(spec.type(), shape);
        }
        float[] values = new float[elements];
        fill(values, random);
        return Tensor.of(values, shape);
    }

    private static void fill(float[] values, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (2 * random.nextDouble() - 1);
        }
    }
}

package io.edgeai.samples.bench;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.samples.data.Halves;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Data of the right types and shapes for measuring speed, where no real data is given: standard normal numbers, whole
 * numbers 0 or 1 (valid as ids, masks and flags), the text "edge". Seeded.
 */
public final class SyntheticInputs {
    private static final int UNKNOWN_LENGTH = 16;

    private SyntheticInputs() {}

    /**
     * One tensor for each input.
     *
     * @param batch size of a leading unknown dimension; other unknown dimensions get 16
     */
    public static Map<String, Tensor> of(Signature signature, int batch, long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (TensorSpec spec : signature.inputs()) {
            long[] shape = new long[spec.shape().size()];
            for (int d = 0; d < shape.length; d++) {
                Dim dim = spec.shape().get(d);
                shape[d] = dim.known() ? dim.size() : d == 0 ? batch : UNKNOWN_LENGTH;
            }
            tensors.put(spec.name(), tensor(spec, shape, random));
        }
        return tensors;
    }

    private static Tensor tensor(TensorSpec spec, long[] shape, Random random) {
        ElementType type = spec.type();
        if (type == ElementType.STRING) {
            String[] texts = new String[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            Arrays.fill(texts, "edge");
            return Tensor.of(texts, shape);
        }
        Tensor tensor = Tensor.allocate(type, shape);
        ByteBuffer to = tensor.buffer();
        for (int i = 0; i < tensor.elements(); i++) {
            int bit = random.nextInt(2);
            switch (type) {
                case FLOAT -> to.putFloat(i * 4, (float) random.nextGaussian());
                case DOUBLE -> to.putDouble(i * 8, random.nextGaussian());
                case FLOAT16 -> to.putShort(i * 2, Halves.ofFloat((float) random.nextGaussian()));
                case BFLOAT16 -> to.putShort(i * 2, Halves.bfloatOfFloat((float) random.nextGaussian()));
                case INT8, UINT8, BOOL -> to.put(i, (byte) bit);
                case INT16, UINT16 -> to.putShort(i * 2, (short) bit);
                case INT32, UINT32 -> to.putInt(i * 4, bit);
                case INT64, UINT64 -> to.putLong(i * 8, bit);
                default ->
                    throw new InvalidInputException("No data can be made for input (" + spec
                            + "). Maybe give some with --input " + spec.name() + "=FILE.");
            }
        }
        return tensor;
    }
}

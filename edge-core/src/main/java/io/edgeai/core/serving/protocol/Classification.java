package io.edgeai.core.serving.protocol;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Triton's classification extension: the highest values of an output as texts {@code value:index}, the highest first and
 * of equal ones that of the lowest index. The first dimension of two or more counts samples.
 */
final class Classification {
    private Classification() {}

    static Tensor highest(String output, Tensor tensor, int classes) {
        if (tensor.type() == ElementType.STRING || !Datatypes.named(tensor.type())) {
            throw new InvalidInputException("Output (" + output + ") of " + Datatypes.name(tensor.type())
                    + " has no classes. Maybe leave the parameter (classification) out.");
        }
        long[] shape = tensor.shape();
        int samples = shape.length < 2 ? 1 : Math.toIntExact(shape[0]);
        int each = samples == 0 ? 0 : Math.toIntExact(tensor.elements() / samples);
        int count = Math.min(classes, each);
        NumberTexts numbers = new NumberTexts(tensor);
        String[] named = new String[samples * count];
        for (int sample = 0; sample < samples; sample++) {
            int from = sample * each;
            List<Integer> best = IntStream.range(from, from + each)
                    .boxed()
                    .sorted((i, j) -> numbers.compare(j, i))
                    .limit(count)
                    .toList();
            for (int k = 0; k < count; k++) {
                named[sample * count + k] = numbers.text(best.get(k)) + ":" + (best.get(k) - from);
            }
        }
        return shape.length < 2 ? Tensor.of(named, count) : Tensor.of(named, samples, count);
    }
}

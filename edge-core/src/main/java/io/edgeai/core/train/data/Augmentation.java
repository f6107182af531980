package io.edgeai.core.train.data;

import io.edgeai.core.model.Tensor;
import java.util.Map;
import java.util.SplittableRandom;

/** Changes a batch before it is trained on, such as mirrored or shifted images. */
@FunctionalInterface
public interface Augmentation {
    /** Changes nothing. */
    Augmentation NONE = (batch, random) -> {};

    /**
     * Changes a batch in place.
     *
     * @param batch as {@link TrainingData#read} filled it
     * @param random the same at the same step of the same seed, so that a resumed run repeats it
     */
    void apply(Map<String, Tensor> batch, SplittableRandom random);
}

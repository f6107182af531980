package io.edgeai.optimize.data;

import io.edgeai.core.model.Digest;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.train.data.TrainingData;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Unlabelled samples from which activation ranges are found; 64 typical ones are enough. They must be preprocessed as
 * in production. Immutable; map tensors are shared and must not be written to.
 */
public final class CalibrationData {
    private final Samples samples;

    private CalibrationData(Samples samples) {
        this.samples = samples;
    }

    /**
     * Samples of a model with one float input, one row-major array each; where a dimension is free, its size follows
     * from the length. Copies.
     *
     * @throws io.edgeai.core.error.InvalidInputException for no samples, NaN or infinity
     */
    public static CalibrationData of(float[][] samples) {
        return new CalibrationData(Samples.of(samples, "Calibration data"));
    }

    /**
     * Samples as named tensors, one map a run.
     *
     * @throws io.edgeai.core.error.InvalidInputException for no samples, NaN or infinity
     */
    public static CalibrationData of(List<Map<String, Tensor>> samples) {
        return new CalibrationData(Samples.of(samples, "Calibration data"));
    }

    /**
     * As {@link #of(List)}, for models that take missing values ({@link MissingValues#taken}): NaN is one.
     *
     * @throws io.edgeai.core.error.InvalidInputException for no samples or infinity
     */
    public static CalibrationData withMissing(List<Map<String, Tensor>> samples) {
        return new CalibrationData(Samples.of(samples, "Calibration data", true));
    }

    public int size() {
        return samples.size();
    }

    /**
     * The samples as inputs of a graph.
     *
     * @throws io.edgeai.core.error.InvalidInputException naming the first sample that does not fit
     */
    public List<Map<String, Tensor>> feeds(OnnxGraph graph) {
        return samples.feeds(graph, samples.size());
    }

    /**
     * The samples as examples to train a graph on by a teacher's answers.
     *
     * @throws io.edgeai.core.error.InvalidInputException naming the first sample that does not fit the graph, is not one
     *     example or has another shape than the first
     */
    public TrainingData examples(OnnxGraph graph) {
        return new SampleExamples(samples, graph, new int[0]);
    }

    /** Identity of the samples: equal for equal values, names and shapes in the same order. */
    public Digest digest() {
        MessageDigest sha = Digest.sha256();
        samples.digest(sha);
        return new Digest(HexFormat.of().formatHex(sha.digest()));
    }
}

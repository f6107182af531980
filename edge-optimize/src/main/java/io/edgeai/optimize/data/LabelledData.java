package io.edgeai.optimize.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.train.data.TrainingData;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Samples with the class each belongs to, for accuracy. Immutable; map tensors are shared and must not be written to.
 */
public final class LabelledData {
    /** Name of the classes among training data: INT64, one for each example. */
    public static final String LABELS = "labels";

    private final Samples samples;
    private final int[] labels;

    private LabelledData(Samples samples, int[] labels) {
        this.samples = samples;
        this.labels = labels.clone();
        if (samples.size() != labels.length) {
            throw new InvalidInputException("Labelled data has (" + samples.size() + ") samples and (" + labels.length
                    + ") labels. Maybe one of the files is truncated.");
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0) {
                throw new InvalidInputException(
                        "Label (" + labels[i] + ") of sample " + i + " is negative. Maybe classes count from 0.");
            }
        }
    }

    /**
     * Samples of a model with one float input, and the index of the right class of each.
     *
     * @throws InvalidInputException for no samples, values that are not finite, or another number of labels
     */
    public static LabelledData of(float[][] samples, int[] labels) {
        return new LabelledData(Samples.of(samples, "Labelled data"), labels);
    }

    /** Samples as named tensors, one sample a map, and the index of the right class of each. */
    public static LabelledData of(List<Map<String, Tensor>> samples, int[] labels) {
        return new LabelledData(Samples.of(samples, "Labelled data"), labels);
    }

    /** As {@link #of(List, int[])}, for models that take missing values ({@link MissingValues#taken}): NaN is one. */
    public static LabelledData withMissing(List<Map<String, Tensor>> samples, int[] labels) {
        return new LabelledData(Samples.of(samples, "Labelled data", true), labels);
    }

    public int size() {
        return labels.length;
    }

    public int label(int sample) {
        return labels[sample];
    }

    /** The first {@code most} samples as inputs of a graph, one a map; all samples are checked against it. */
    public List<Map<String, Tensor>> feeds(OnnxGraph graph, int most) {
        return samples.feeds(graph, most);
    }

    /**
     * Checks every sample against what a graph must be fed.
     *
     * @throws InvalidInputException naming the first that does not fit
     */
    public void check(OnnxGraph graph) {
        samples.check(graph);
    }

    /** One sample as inputs of a graph. */
    public Map<String, Tensor> feed(OnnxGraph graph, int sample) {
        return samples.feed(graph, sample);
    }

    /**
     * The samples as examples to train a graph on, with their classes under the name {@link #LABELS}.
     *
     * @throws InvalidInputException naming the first sample that does not fit the graph, is not one example or has
     *     another shape than the first
     */
    public TrainingData examples(OnnxGraph graph) {
        return new SampleExamples(samples, graph, labels);
    }

    /** Identity of the samples and their labels. */
    public Digest digest() {
        MessageDigest sha = Digest.sha256();
        samples.digest(sha);
        for (int label : labels) {
            sha.update(ByteBuffer.allocate(4).putInt(0, label));
        }
        return new Digest(HexFormat.of().formatHex(sha.digest()));
    }
}

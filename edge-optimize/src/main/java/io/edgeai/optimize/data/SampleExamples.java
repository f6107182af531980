package io.edgeai.optimize.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.train.data.TrainingData;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Samples, one example each, as rows of batches; values are copied only into batches. */
final class SampleExamples implements TrainingData {
    private final Samples samples;
    private final OnnxGraph graph;
    private final int[] labels;
    private final Map<String, Tensor> first;

    /** @param labels a class for each sample, or none */
    SampleExamples(Samples samples, OnnxGraph graph, int[] labels) {
        this.samples = samples;
        this.graph = graph;
        this.labels = labels;
        samples.check(graph);
        this.first = samples.feed(graph, 0);
        for (int i = 0; i < samples.size(); i++) {
            check(i);
        }
    }

    private void check(int sample) {
        samples.feed(graph, sample).forEach((name, tensor) -> {
            long[] shape = tensor.shape();
            Tensor model = first.getOrDefault(name, tensor);
            if (shape.length == 0 || shape[0] != 1 || tensor.type() == ElementType.STRING) {
                throw new InvalidInputException("Sample (" + sample + ") gives " + tensor + " to input (" + name
                        + "), which is not one example to train on. Maybe give it a first dimension of 1.");
            }
            if (!Arrays.equals(shape, model.shape())) {
                throw new InvalidInputException("Sample (" + sample + ") gives " + tensor + " to input (" + name
                        + "), the first gives " + model + ". Maybe pad samples to one length for training.");
            }
        });
    }

    @Override
    public int size() {
        return samples.size();
    }

    @Override
    public Map<String, Tensor> allocate(int rows) {
        Map<String, Tensor> batch = new LinkedHashMap<>();
        first.forEach((name, tensor) -> {
            long[] shape = tensor.shape();
            shape[0] = rows;
            batch.put(name, Tensor.allocate(tensor.type(), shape));
        });
        if (labels.length > 0) {
            batch.put(LabelledData.LABELS, Tensor.allocate(ElementType.INT64, rows));
        }
        return batch;
    }

    @Override
    public void read(int[] examples, Map<String, Tensor> batch) {
        for (int row = 0; row < examples.length; row++) {
            for (Map.Entry<String, Tensor> input :
                    samples.feed(graph, examples[row]).entrySet()) {
                ByteBuffer from = input.getValue().buffer();
                target(batch, input.getKey(), examples.length)
                        .buffer()
                        .put(row * from.capacity(), from, 0, from.capacity());
            }
        }
        if (labels.length > 0) {
            LongBuffer classes =
                    target(batch, LabelledData.LABELS, examples.length).buffer().asLongBuffer();
            for (int row = 0; row < examples.length; row++) {
                classes.put(row, labels[examples[row]]);
            }
        }
    }

    private static Tensor target(Map<String, Tensor> batch, String name, int rows) {
        Tensor tensor = batch.get(name);
        if (tensor == null || tensor.shape().length == 0 || tensor.shape()[0] != rows) {
            throw new InvalidInputException("Batch " + batch + " has no tensor (" + name + ") of " + rows
                    + " rows. Maybe it was not made by allocate.");
        }
        return tensor;
    }
}

package io.edgeai.formats.sklearn;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.formats.pickle.PickleLimits;
import io.edgeai.formats.pickle.PickleReader;
import io.edgeai.formats.spi.ImportedModel;
import java.util.Arrays;
import java.util.Map;

/** What a made estimator answers once it is imported. */
final class Asked {
    private Asked() {}

    static ImportedModel imported(Object estimator) {
        return SklearnImporter.convert(PickleReader.read(Made.pickle(estimator), PickleLimits.DEFAULT));
    }

    static Map<String, Tensor> all(Object estimator, Map<String, Tensor> inputs) {
        return run(imported(estimator).graph(), inputs);
    }

    static Map<String, Tensor> run(OnnxGraph graph, Map<String, Tensor> inputs) {
        try (InferenceSession session = new OnnxRuntimeEngine()
                .open(OnnxWriter.toBytes(graph), SessionOptions.defaults().slots(1))) {
            return session.run(inputs);
        }
    }

    static Map<String, Tensor> all(Object estimator, double[][] rows) {
        return all(estimator, Map.of("input", matrix(rows)));
    }

    static double[] doubles(Object estimator, String method, double[][] rows) {
        return all(estimator, rows).get(method).doubles();
    }

    static long[] longs(Object estimator, String method, double[][] rows) {
        return all(estimator, rows).get(method).longs();
    }

    /** The answer to a model that takes one column of text. */
    static double[] ofText(Object estimator, String... texts) {
        Tensor answer = all(estimator, Map.of("input", Tensor.of(texts, texts.length, 1)))
                .get("transform");
        return answer.doubles();
    }

    static double[] transform(Object estimator, double[][] rows) {
        return doubles(estimator, "transform", rows);
    }

    static double[] transform(Object estimator, double[] row) {
        return transform(estimator, new double[][] {row});
    }

    static double[] predict(Object estimator, double[][] rows) {
        return doubles(estimator, "predict", rows);
    }

    static double[] predict(Object estimator, double[] row) {
        return predict(estimator, new double[][] {row});
    }

    static Tensor matrix(double[][] rows) {
        return Tensor.of(Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray(), rows.length, rows[0].length);
    }

    static double[] row(double... values) {
        return values;
    }
}

package io.edgeai.samples.inference;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds what XGBoost's own {@code XGBClassifier.predict_proba} gives to the outputs of a converted XGBoost classifier:
 * float [N, classes], whose rows sum to 1. Stateless and thread-safe.
 */
public final class ClassProbabilities {
    private static final String METHOD = "predict_proba";
    private static final String NOTE = "objective ";

    private ClassProbabilities() {}

    /** The outputs, with {@code predict_proba} where it was asked for and the objective has classes. */
    public static Map<String, Tensor> added(Map<String, Tensor> outputs, @Nullable String method, ModelFile file) {
        Tensor prediction = outputs.get("prediction");
        Tensor margin = outputs.get("margin");
        if (!METHOD.equals(method) || file.format() != ModelFormat.XGBOOST || prediction == null || margin == null) {
            return outputs;
        }
        Tensor probabilities =
                switch (objective(file.graph().notes())) {
                    case "binary:logistic" -> ofTwo(prediction.floats());
                    case "multi:softprob" -> prediction;
                    case "multi:softmax" -> softmax(margin.floats(), (int) margin.shape()[0]);
                    default -> null;
                };
        if (probabilities == null) {
            return outputs;
        }
        Map<String, Tensor> more = new LinkedHashMap<>(outputs);
        more.put(METHOD, probabilities);
        return more;
    }

    private static String objective(List<String> notes) {
        return notes.stream()
                .filter(note -> note.startsWith(NOTE))
                .map(note -> note.substring(NOTE.length()).split(" ", 2)[0])
                .findFirst()
                .orElse("");
    }

    private static Tensor ofTwo(float[] positive) {
        float[] both = new float[2 * positive.length];
        for (int i = 0; i < positive.length; i++) {
            both[2 * i] = 1 - positive[i];
            both[2 * i + 1] = positive[i];
        }
        return Tensor.of(both, positive.length, 2);
    }

    private static Tensor softmax(float[] margins, int rows) {
        int classes = rows == 0 ? 0 : margins.length / rows;
        float[] probabilities = new float[margins.length];
        for (int row = 0; row < rows; row++) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                largest = Math.max(largest, margins[row * classes + c]);
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(margins[row * classes + c] - largest);
            }
            for (int c = 0; c < classes; c++) {
                probabilities[row * classes + c] = (float) (Math.exp(margins[row * classes + c] - largest) / sum);
            }
        }
        return Tensor.of(probabilities, rows, classes);
    }
}

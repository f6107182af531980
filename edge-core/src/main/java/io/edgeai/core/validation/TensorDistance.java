package io.edgeai.core.validation;

import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Map;

/** How far answers are from what was wanted. */
final class TensorDistance {
    private TensorDistance() {}

    /**
     * The greatest of |a − b| / max(1, |b|) over all elements of the wanted outputs; infinite where an output is missing or
     * of another type or shape, or only one of two values is a number.
     */
    static double of(Map<String, Tensor> answered, Map<String, Tensor> wanted) {
        double worst = 0;
        for (Map.Entry<String, Tensor> entry : wanted.entrySet()) {
            Tensor answer = answered.get(entry.getKey());
            Tensor want = entry.getValue();
            if (answer == null || answer.type() != want.type() || !Arrays.equals(answer.shape(), want.shape())) {
                return Double.POSITIVE_INFINITY;
            }
            worst = Math.max(worst, of(answer, want));
        }
        return worst;
    }

    private static double of(Tensor answer, Tensor want) {
        return switch (want.type()) {
            case FLOAT -> {
                float[] a = answer.floats();
                float[] b = want.floats();
                double worst = 0;
                for (int i = 0; i < a.length; i++) {
                    worst = Math.max(worst, of(a[i], b[i]));
                }
                yield worst;
            }
            case DOUBLE -> {
                double[] a = answer.doubles();
                double[] b = want.doubles();
                double worst = 0;
                for (int i = 0; i < a.length; i++) {
                    worst = Math.max(worst, of(a[i], b[i]));
                }
                yield worst;
            }
            case STRING -> Arrays.equals(answer.strings(), want.strings()) ? 0 : Double.POSITIVE_INFINITY;
            default -> Arrays.equals(answer.bytes(), want.bytes()) ? 0 : Double.POSITIVE_INFINITY;
        };
    }

    private static double of(double a, double b) {
        if (Double.compare(a, b) == 0) {
            return 0;
        }
        double distance = Math.abs(a - b) / Math.max(1, Math.abs(b));
        return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
    }
}

package io.edgeai.optimize;

import io.edgeai.core.model.Digest;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a search may repair and train pruned layers on: the examples given for it, or calibration samples, but never those
 * that the result is judged by, or the judgement would say nothing.
 *
 * @param repair inputs that layers are solved anew on; empty where pruning must not be tried
 * @param lessons what pruned graphs learn from; null for nothing
 * @param lacking why there are none, with what to do about it; empty where there are some
 */
record PruningExamples(List<Map<String, Tensor>> repair, @Nullable Retraining lessons, String lacking) {
    /** Layers are not repaired on fewer. */
    private static final int LEAST_TO_REPAIR = 32;
    /** Without classes fewer are not worth a training. */
    private static final int LEAST_TO_TEACH = 256;

    private static final int MOST_REPAIRED_ON = 1000;
    private static final long MOST_VALUES = 1 << 24;

    /**
     * Finds them.
     *
     * @param compared samples on which answers are compared
     * @param compares whether that comparison decides, or only classes do
     */
    static PruningExamples of(Recipe recipe, OnnxGraph original, List<Map<String, Tensor>> compared, boolean compares) {
        LabelledData labelled = recipe.labelled();
        if (labelled != null && recipe.accuracyFloor() == 0 && !compares) {
            return lacking("nothing says how much may be lost. Maybe give keepAccuracy a share");
        }
        int most = most(compared.get(0));
        List<Map<String, Tensor>> given = recipe.retraining().feeds(original, most);
        if (!given.isEmpty()) {
            return new PruningExamples(given, recipe.retraining(), "");
        }
        Set<Digest> judging = new HashSet<>();
        if (compares) {
            compared.forEach(feed -> judging.add(identity(feed)));
        }
        for (int i = 0; labelled != null && i < labelled.size(); i++) {
            judging.add(identity(labelled.feed(original, i)));
        }
        CalibrationData calibration = recipe.calibration();
        List<Map<String, Tensor>> free = new ArrayList<>(calibration == null ? List.of() : calibration.feeds(original));
        free.removeIf(feed -> judging.contains(identity(feed)));
        if (free.size() < LEAST_TO_REPAIR) {
            return lacking("it needs examples other than those that answers are judged by, at least " + LEAST_TO_REPAIR
                    + ", and there are " + free.size() + ". Maybe give trainOn(examples), or more calibration samples");
        }
        return new PruningExamples(
                free.subList(0, Math.min(most, free.size())),
                free.size() < LEAST_TO_TEACH ? null : Retraining.NONE.on(CalibrationData.withMissing(free)),
                "");
    }

    /** How many samples of this size layers are solved anew on at most. */
    static int most(Map<String, Tensor> sample) {
        long values = sample.values().stream().mapToLong(Tensor::elements).sum();
        return (int) Math.min(MOST_REPAIRED_ON, MOST_VALUES / Math.max(1, values));
    }

    private static PruningExamples lacking(String why) {
        return new PruningExamples(List.of(), null, why);
    }

    private static Digest identity(Map<String, Tensor> feed) {
        return CalibrationData.withMissing(List.of(feed)).digest();
    }
}

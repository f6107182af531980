package io.edgeai.placement.cost;

import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.onnx.cost.Work;

/**
 * What a unit of each kind of work takes on a common server processor with one thread of ONNX Runtime, rounded from a fit
 * to 40 generated networks on an AMD Zen 4. Where a machine differs in all alike, that does not matter.
 */
final class TypicalSpeeds {
    private static final double RUN_NANOS = 5000;

    private TypicalSpeeds() {}

    /** For each kind in order, and for a run as such. */
    static double[] nanos() {
        Work.Kind[] kinds = Work.Kind.values();
        double[] nanos = new double[kinds.length + 1];
        for (int i = 0; i < kinds.length; i++) {
            nanos[i] = nanos(kinds[i]);
        }
        nanos[kinds.length] = RUN_NANOS;
        return nanos;
    }

    private static double nanos(Work.Kind kind) {
        return switch (kind) {
            case DENSE -> 0.019;
            case INTEGER -> 0.008;
            case THIN -> 0.06;
            case WEIGHTS -> 0.014;
            case FAR_WEIGHTS -> 0.042;
            case MOVED -> 0.012;
            case FAR_MOVED -> 0.06;
            case CURVED -> 0.35;
            case NORMALISED -> 7;
            case COMPARED -> 2;
            case LAUNCHED -> 500;
            case STEPS -> 400;
        };
    }

    /** How much of each kind a run is, and 1 for itself. */
    static double[] amounts(ModelCost cost) {
        Work.Kind[] kinds = Work.Kind.values();
        double[] amounts = new double[kinds.length + 1];
        for (int i = 0; i < kinds.length; i++) {
            amounts[i] = cost.work().amount(kinds[i]);
        }
        amounts[kinds.length] = 1;
        return amounts;
    }
}

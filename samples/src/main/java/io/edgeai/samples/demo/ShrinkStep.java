package io.edgeai.samples.demo;

import io.edgeai.EdgeAI;
import io.edgeai.Optimized;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.optimize.data.LabelledData;
import java.util.Arrays;
import java.util.Locale;

/** Registers the network and makes an INT8 version of it, with proof. */
final class ShrinkStep {
    static final String MODEL = "digits";
    private static final int CALIBRATION = 64;
    private static final int LATENCY_ROUNDS = 41;

    private ShrinkStep() {}

    /**
     * Both versions.
     *
     * @param original as trained
     * @param small what the optimizer returned
     * @param cost of the original
     */
    record Result(ModelVersion original, Optimized small, ModelCost cost) {}

    static Result run(EdgeAI edge, LearnStep.Result learned, Progress progress) {
        ModelVersion original = edge.registry()
                .register(MODEL, OnnxWriter.toBytes(learned.net().toOnnx()), registration -> registration
                        .workload(WorkloadType.COMPUTER_VISION)
                        .tag("accuracy", String.format(Locale.ROOT, "%.4f", learned.accuracy()))
                        .tag("data", learned.train().size() + " drawn digits"));
        edge.registry().promote(original.ref(), "first release");
        float[][] train = LearnStep.rows(learned.train());
        LabelledData test =
                LabelledData.of(LearnStep.rows(learned.test()), learned.test().labels());
        Optimized small = edge.optimize(original)
                .int8(Arrays.copyOf(train, CALIBRATION))
                .keepAccuracy(0.99, test)
                .recipe(recipe -> recipe.latencyRounds(LATENCY_ROUNDS))
                .progress(progress)
                .run();
        return new Result(original, small, CostModel.of(edge.graph(original)));
    }
}
